import Administration
import DBProxy

extension Verb {
    static let department = [
        Verb(
            "department", "add", "NAME", "Makes a department.",
            [
                Option("--parent", "ID", "the department above it, by its id or name"),
                Option("--if-missing", nil, "do nothing if there is one of that name at that place"),
            ], run: addDepartment),
        Verb("department", "list", nil, "Lists departments.", run: listDepartments),
    ]

    private struct DepartmentAnswer: Encodable {
        let id: UInt32
        let name: String
        let made: Bool
    }

    private static func addDepartment(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let name = call.subject
        let parent = try call.value("--parent").map { try administrator.department($0).id } ?? 0
        if call.has("--if-missing"),
            let found = try administrator.departments().first(where: { $0.name == name && $0.parentID == parent })
        {
            return Report(
                "Department \(name) is there already.", DepartmentAnswer(id: found.id, name: name, made: false))
        }
        let id = try administrator.addDepartment(name, parentID: parent)
        return Report("Department \(name) has id \(id).", DepartmentAnswer(id: id, name: name, made: true))
    }

    private struct ListedDepartment: Encodable {
        let id: UInt32
        let name: String
        /// 0 at the top.
        let parent: UInt32
    }

    private static func listDepartments(_ call: Invocation) throws -> Report {
        let departments = try call.administrator().departments()
        let names = Dictionary(departments.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        var table = Table("ID", "NAME", "PARENT")
        table.rows = departments.map { [String($0.id), $0.name, names[$0.parentID] ?? ""] }
        return Report(
            table.text, departments.map { ListedDepartment(id: $0.id, name: $0.name, parent: $0.parentID) })
    }
}
