import Administration
import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

extension Verb {
    static let department = [
        Verb(
            "department", "add", "NAME", "Makes a department.",
            [
                Option("--parent", "WHICH", "the department above it, by its name or as '#7'"),
                Option("--if-missing", nil, "do nothing if there is one of that name at that place"),
            ], run: addDepartment).audited(),
        Verb("department", "list", nil, "Lists departments.", run: listDepartments),
        Verb(
            "department", "rename", "DEPARTMENT",
            "Renames a department; DEPARTMENT is a name, or a number such as '#7'.", [newName] + adminOptions,
            run: renameDepartment),
        Verb(
            "department", "remove", "DEPARTMENT", "Removes a department to which nothing belongs.", adminOptions,
            run: removeDepartment),
    ]

    private static func addDepartment(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let name = call.subject.inNormalForm
        let parent = try call.value("--parent").map { try administrator.department($0).id } ?? 0
        if call.has("--if-missing"),
            let found = try administrator.departments().first(where: {
                $0.name.lowercased() == name.lowercased() && $0.parentID == parent
            })
        {
            return Report("Department \(name) is there already.", answer(name, id: found.id, made: false))
        }
        let id = try administrator.addDepartment(name, parentID: parent)
        return Report("Department \(name) has id \(id.rawValue).", answer(name, id: id, made: true))
    }

    private static func renameDepartment(_ call: Invocation) throws -> Report {
        let path = "/admin/v1/departments/\(try number(ofDepartment: call.subject, call))"
        let name = JSON.string(try call.required("--name"))
        let department = try call.adminPort().ask(.patch, path, .object([("name", name)]))
        return Report("Department \(call.subject) is called \(department["name"]?.text ?? "") now.", department)
    }

    private static func removeDepartment(_ call: Invocation) throws -> Report {
        let path = "/admin/v1/departments/\(try number(ofDepartment: call.subject, call))"
        return Report("Department \(call.subject) is removed.", try call.adminPort().ask(.delete, path))
    }

    private static func answer(_ name: String, id: DepartmentID, made: Bool) -> JSON {
        .object([("id", .number(Int(id.rawValue))), ("name", .string(name)), ("made", .bool(made))])
    }

    private static func listDepartments(_ call: Invocation) throws -> Report {
        let departments = try call.administrator().departments()
        let names = Dictionary(departments.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return .list(
            ["ID", "NAME", "PARENT"],
            departments.map { [.number(Int($0.id.rawValue)), .string($0.name), .string(names[$0.parentID] ?? "")] })
    }
}
