public import DBProxy
public import TalkProtocol

/// What is done with accounts, by whichever door the order comes: judged, written, and known to whom it concerns.
/// Clients see a change with the stamps of the directory; what users say of themselves is told to everybody by the
/// gateway that they say it to. A change of a password or of the state ends sessions by a trigger, on every node within
/// half a second. Confined to the loop of its database.
public struct Users {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    public func make(_ user: NewUser, _ completion: @escaping DirectoryCompletion<UserID>) {
        do throws(DirectoryError) {
            var user = user
            (user.name, user.nick) = (try NameRule.user.judge(user.name), try NameRule.nick.judge(user.nick))
            database.makeUser(user) { result in
                completion(
                    result.judged { making in
                        switch making {
                        case .made(let id): .success(id)
                        case .nameTaken: .failure(.nameTaken)
                        case .unknownDepartment: .failure(.unknownDepartment)
                        }
                    })
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// What a user is called, and what others see; `nil` leaves it as it is.
    public func change(
        _ user: UserID, name: String?, nick: String?, departmentID: DepartmentID?,
        _ completion: @escaping DirectoryCompletion<Void>
    ) {
        do throws(DirectoryError) {
            let (name, nick) = (try NameRule.user.judge(name), try NameRule.nick.judge(nick))
            database.changeUser(user, name: name, nick: nick, departmentID: departmentID) { result in
                completion(
                    result.judged { change in
                        switch change {
                        case .changed: .success(())
                        case .nameTaken: .failure(.nameTaken)
                        case .unknown: .failure(departmentID == nil ? .unknownUser : .unknownDepartment)
                        }
                    })
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// What users say of themselves. Gets it as it was stored.
    public func change(
        _ user: UserID, _ change: ProfileChange, _ completion: @escaping DirectoryCompletion<ProfileChange>
    ) {
        do throws(DirectoryError) {
            let change = ProfileChange(
                avatar: try NameRule.picture.judge(change.avatar), sign: try NameRule.sign.judge(change.sign),
                phone: try NameRule.contact.judge(change.phone), email: try NameRule.contact.judge(change.email))
            database.changeProfile(of: user, change) { result in
                completion(result.judged { $0 ? .success(change) : .failure(.unknownUser) })
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// - Parameter stored: the form that `AccountPassword` makes of one that it has judged.
    public func setPassword(
        _ stored: String, of user: UserID, _ completion: @escaping DirectoryCompletion<Void>
    ) {
        database.setPassword(stored, of: user) { result in
            guard case .success(false) = result else { return completion(Self.known(result)) }
            database.profiles(of: [user]) { found in
                completion(found.judged { .failure($0.first?.isBot == true ? .isBot : .unknownUser) })
            }
        }
    }

    /// Also for one who is disabled already.
    public func disable(_ user: UserID, _ completion: @escaping DirectoryCompletion<Void>) {
        database.disableUser(user) { completion(Self.known($0)) }
    }

    /// Also for one who is not disabled.
    public func enable(_ user: UserID, _ completion: @escaping DirectoryCompletion<Void>) {
        database.enableUser(user) { result in completion(result.judged { _ in .success(()) }) }
    }

    /// What one user may store and hand out, on every node from the next upload on.
    public func setQuota(
        _ quota: UserQuota, of user: UserID, _ completion: @escaping DirectoryCompletion<Void>
    ) {
        database.setQuota(quota, of: user) { completion(Self.known($0)) }
    }

    private static func known(_ result: Result<Bool, DatabaseError>) -> Result<Void, DirectoryError> {
        result.judged { $0 ? .success(()) : .failure(.unknownUser) }
    }
}
