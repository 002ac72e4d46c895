public import DBProxy
import Directory
import HTTPCore
import Primitives
import TalkProtocol

/// Departments: the tree of the directory. Clients see a change at their next list request.
public struct DepartmentRoutes {
    private let database: Database
    private let departments: Departments

    public init(_ database: Database) {
        self.database = database
        departments = Departments(database)
    }

    private static let id = Route.Parameter.path("id", .id, "number of a department")

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/departments", "Departments by number", scope: .read, .paging,
                gives: .page(of: Department.schema), problems: [.badCursor], list),
            Route(
                .post, "/admin/v1/departments", "Makes a department", scope: .write,
                takes: .object([
                    .init("name", .name(.department)), .init("parent_id", .department, "0: at the top").optional,
                ]),
                gives: Department.schema, as: .created, problems: [.departmentUnknown, .departmentNameTaken], make),
            Route(
                .patch, "/admin/v1/departments/{id}", "Renames a department", scope: .write, [Self.id],
                takes: .object([.init("name", .name(.department))]), gives: Department.schema,
                problems: [.noDepartment, .departmentNameTaken], rename),
            Route(
                .delete, "/admin/v1/departments/{id}", "Deletes a department to which nothing belongs",
                scope: .write, [Self.id], isDestructive: true, gives: .object([.init("id", .id)]),
                problems: [.noDepartment, .departmentInUse], delete),
        ]
    }

    private func list(_ call: Call) {
        guard let last = Cursor.number(call, atStart: UInt32(0)) else { return }
        call.ask({ database.changedDepartments(after: 0, $0) }) { found in
            let rest = found.filter { !$0.deleted && $0.id.rawValue > last }.sorted { $0.id < $1.id }
            call.answer(rest, \.json) { Cursor.of("\($0.id.rawValue)") }
        }
    }

    private func make(_ call: Call) {
        let parent = DepartmentID(UInt32(clamping: call.body["parent_id"]?.integer ?? 0))
        call.order({ departments.make(call.name() ?? "", below: parent, $0) }) { answer(call, $0, .created) }
    }

    private func rename(_ call: Call) {
        ofPath(call, { departments.rename(DepartmentID(call.id()), to: call.name() ?? "", $0) }) { answer(call, $0) }
    }

    private func delete(_ call: Call) {
        ofPath(call, { departments.delete(DepartmentID(call.id()), isTrial: call.isDryRun, $0) }) {
            call.answer(.object([("id", .number(Int(call.id())))]))
        }
    }

    /// The department that may not be there is the one that the request is about.
    private func ofPath<Value>(
        _ call: Call, _ order: (@escaping DirectoryCompletion<Value>) -> Void, _ body: @escaping (Value) -> Void
    ) {
        call.order({ completion in
            order { result in
                if case .failure(.unknownDepartment) = result {
                    return call.fail(.noDepartment, "there is no department #\(call.id())")
                }
                completion(result)
            }
        }, then: body)
    }

    private func answer(_ call: Call, _ id: DepartmentID, _ status: HTTPStatus = .ok) {
        call.ask({ database.changedDepartments(after: 0, $0) }) { found in
            guard let department = found.first(where: { $0.id == id }) else {
                return call.fail(.internalError, "the department is gone again")
            }
            call.answer(department.json, status)
        }
    }
}

extension Department {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .id), .init("name", .string), .init("parent_id", .count, "0: at the top"),
        .init("priority", .count), .init("stamp", .whole, "rises with every change"),
    ])

    fileprivate var json: JSON {
        .object([
            ("id", .number(Int(id.rawValue))), ("name", .string(name)), ("parent_id", .number(Int(parentID.rawValue))),
            ("priority", .number(Int(priority))), ("stamp", .number(Int(stamp))),
        ])
    }
}
