import Administration
import DBProxy
import Primitives

extension Verb {
    static let department = [
        Verb(
            "department", "add", "NAME", "Makes a department.",
            [
                Option("--parent", "WHICH", "the department above it, by its name or as '#7'"),
                Option("--if-missing", nil, "do nothing if there is one of that name at that place"),
            ], run: addDepartment),
        Verb("department", "list", nil, "Lists departments.", run: listDepartments),
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
        return Report("Department \(name) has id \(id).", answer(name, id: id, made: true))
    }

    private static func answer(_ name: String, id: UInt32, made: Bool) -> JSON {
        .object([("id", .number(Int(id))), ("name", .string(name)), ("made", .bool(made))])
    }

    private static func listDepartments(_ call: Invocation) throws -> Report {
        let departments = try call.administrator().departments()
        let names = Dictionary(departments.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return .list(
            ["ID", "NAME", "PARENT"],
            departments.map { [.number(Int($0.id)), .string($0.name), .string(names[$0.parentID] ?? "")] })
    }
}
