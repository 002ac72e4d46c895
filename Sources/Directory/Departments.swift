public import DBProxy
public import TalkProtocol

/// What is done with departments, by whichever door the order comes. Clients see a change with the stamps of the
/// directory. Confined to the loop of its database.
public struct Departments {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    /// - Parameter parentID: 0 for a department at the top.
    public func make(
        _ name: String, below parentID: DepartmentID, _ completion: @escaping DirectoryCompletion<DepartmentID>
    ) {
        do throws(DirectoryError) {
            database.addDepartment(try NameRule.department.judge(name), parentID: parentID) {
                completion(Self.named($0))
            }
        } catch {
            completion(.failure(error))
        }
    }

    public func rename(
        _ id: DepartmentID, to name: String, _ completion: @escaping DirectoryCompletion<DepartmentID>
    ) {
        do throws(DirectoryError) {
            database.renameDepartment(id, to: try NameRule.department.judge(name)) { completion(Self.named($0)) }
        } catch {
            completion(.failure(error))
        }
    }

    /// Of a department to which nothing belongs.
    /// - Parameter isTrial: only finds out whether that would be done.
    public func delete(_ id: DepartmentID, isTrial: Bool, _ completion: @escaping DirectoryCompletion<Void>) {
        database.deleteDepartment(id, isTrial: isTrial) { result in
            completion(
                result.judged { end in
                    switch end {
                    case .deleted: .success(())
                    case .unknown: .failure(.unknownDepartment)
                    case .inUse(let users, let departments):
                        .failure(.departmentInUse(users: users, departments: departments))
                    }
                })
        }
    }

    private static func named(
        _ result: Result<DepartmentNaming, DatabaseError>
    ) -> Result<DepartmentID, DirectoryError> {
        result.judged { naming in
            switch naming {
            case .named(let id): .success(id)
            case .nameTaken: .failure(.departmentNameTaken)
            case .unknown: .failure(.unknownDepartment)
            }
        }
    }
}
