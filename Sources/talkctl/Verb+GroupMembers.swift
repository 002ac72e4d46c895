import Administration
import DBProxy
import HTTPCore
import Primitives

/// Groups as nodes change them, so that clients hear of it at once.
extension Verb {
    private static let users = Option("--users", "A,B,C", "names of users, or numbers such as '#7'")

    static let groupMembers = [
        Verb(
            "group", "show", "GROUP", "Shows a group and its members; GROUP is a number such as '#7'.", adminOptions,
            run: showGroup),
        Verb("group", "rename", "GROUP", "Renames a group.", [newName] + adminOptions, run: renameGroup),
        Verb("group", "add", "GROUP", "Adds members to a group.", [users] + adminOptions, run: addMembers),
        Verb("group", "remove", "GROUP", "Removes members from a group.", [users] + adminOptions, run: removeMembers),
        Verb(
            "group", "hand-over", "GROUP", "Makes another member the one who may change a group's members.",
            [Option("--to", "USER", "a member: a name, or a number such as '#7'")] + adminOptions, run: handOver),
        Verb(
            "group", "delete", "GROUP", "Dissolves a group: everybody leaves, nobody can write to it.",
            [Option("--yes", nil, "do not ask")] + adminOptions, run: deleteGroup),
    ]

    static let newName = Option("--name", "TEXT", "the new name")

    private static func showGroup(_ call: Invocation) throws -> Report {
        report(of: try call.adminPort().get(path(ofGroup: call)), call)
    }

    private static func renameGroup(_ call: Invocation) throws -> Report {
        let name = JSON.string(try call.required("--name"))
        return report(of: try call.adminPort().ask(.patch, path(ofGroup: call), .object([("name", name)])), call)
    }

    private static func addMembers(_ call: Invocation) throws -> Report {
        let ids = try members(call).map { JSON.number(Int($0)) }
        let path = try path(ofGroup: call) + "/members"
        return report(of: try call.adminPort().ask(.post, path, .object([("user_ids", .array(ids))])), call)
    }

    private static func removeMembers(_ call: Invocation) throws -> Report {
        let (port, path) = (try call.adminPort(), try path(ofGroup: call))
        var group = JSON.null
        for id in try members(call) { group = try port.ask(.delete, "\(path)/members/\(id)") }
        return report(of: group, call)
    }

    private static func handOver(_ call: Invocation) throws -> Report {
        let heir = JSON.number(Int(try number(ofUser: call.required("--to"), call)))
        return report(of: try call.adminPort().ask(.patch, path(ofGroup: call), .object([("creator_id", heir)])), call)
    }

    private static func deleteGroup(_ call: Invocation) throws -> Report {
        let (port, path) = (try call.adminPort(), try path(ofGroup: call))
        let name = try port.get(path)["name"]?.text ?? ""
        try call.confirm("Group '\(name)' will be dissolved: everybody leaves it for good.")
        return Report("Group '\(name)' is dissolved.", try port.ask(.delete, path))
    }

    private static func path(ofGroup call: Invocation) throws -> String {
        "/admin/v1/groups/\(try number(call.subject, call))"
    }

    private static func members(_ call: Invocation) throws -> [UInt32] {
        try call.required("--users").split(separator: ",").map { try number(ofUser: String($0), call) }
    }

    private static func report(of group: JSON, _ call: Invocation) -> Report {
        let ids = group["members"]?.items.compactMap { $0.integer.flatMap { UInt32(exactly: $0) } } ?? []
        let creator = group["creator_id"]?.integer ?? 0
        let names = (try? call.administrator().users(ids.map { "#\($0)" })) ?? []
        let table = Report.list(
            ["ID", "NAME", "NICK", "PART"],
            zip(ids, names).map { id, user in
                [
                    .number(Int(id)), .string(user?.name ?? ""), .string(user?.nick ?? ""),
                    .string(Int(id) == creator ? "creator" : "member"),
                ]
            })
        let head = "Group \(group["name"]?.text ?? "") is \(group["type"]?.text ?? "") and has \(ids.count) members."
        return Report("\(head)\n\(table.text)", group)
    }
}
