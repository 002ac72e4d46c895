public import DBProxy
import Directory
import HTTPCore
import Primitives
import TalkProtocol

/// Departments: the tree of the directory. Clients see a change at their next list request.
public struct DepartmentRoutes {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
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
        call.ask({ database.addDepartment(call.name() ?? "", parentID: parent, $0) }) { naming in
            switch naming {
            case .named(let id): answer(call, id, .created)
            case .nameTaken: failTaken(call)
            case .unknown: call.fail(.departmentUnknown, "there is no department #\(parent.rawValue)")
            }
        }
    }

    private func rename(_ call: Call) {
        call.ask({ database.renameDepartment(DepartmentID(call.id()), to: call.name() ?? "", $0) }) { naming in
            switch naming {
            case .named(let id): answer(call, id)
            case .nameTaken: failTaken(call)
            case .unknown: call.fail(.noDepartment, "there is no department #\(call.id())")
            }
        }
    }

    private func failTaken(_ call: Call) {
        call.fail(.departmentNameTaken, "there is a department of this name at that place, in whatever case")
    }

    private func delete(_ call: Call) {
        call.ask({ database.deleteDepartment(DepartmentID(call.id()), isTrial: call.isDryRun, $0) }) { end in
            switch end {
            case .deleted: call.answer(.object([("id", .number(Int(call.id())))]))
            case .unknown: call.fail(.noDepartment, "there is no department #\(call.id())")
            case .inUse(let users, let departments):
                call.fail(
                    .departmentInUse, "\(users) users and \(departments) departments belong to it: move them first",
                    details: [("users", .number(users)), ("departments", .number(departments))])
            }
        }
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

extension Problem.Kind {
    /// In the path.
    fileprivate static let noDepartment = Self(.notFound, "department_unknown", "there is no such department")
    /// In the body.
    static let departmentUnknown = Self(.conflict, "department_unknown", "the department of the body does not exist")
    fileprivate static let departmentNameTaken = Self(
        .conflict, "department_name_taken", "there is a department of this name at that place")
    fileprivate static let departmentInUse = Self(
        .conflict, "department_in_use", "users or departments belong to the department")
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
