import Administration
import DBProxy
import Primitives
import TalkProtocol

extension Verb {
    static let group = [
        Verb(
            "group", "create", "NAME", "Makes a group; clients show it after their next login.",
            [
                Option("--creator", "USER", "who may change its members; a member too"),
                Option("--members", "A,B,C", "the other members"),
                Option("--type", "TYPE", "normal (default), or temporary, as users make them"),
            ], run: createGroup).audited(),
        Verb(
            "group", "list", nil, "Lists groups, oldest first.",
            [Option("--limit", "N", "at most N groups (default 50)")], run: listGroups),
    ] + groupMembers

    private static func createGroup(_ call: Invocation) throws -> Report {
        let creator = try call.required("--creator")
        let members = try call.required("--members").split(separator: ",").map(String.init)
        let type: GroupType
        switch call.value("--type") ?? "normal" {
        case "normal": type = .normal
        case "temporary": type = .tmp
        case let other: throw call.verb.misuse("--type \(other): expected normal or temporary")
        }
        let group = try call.administrator().createGroup(call.subject, creator: creator, members: members, type: type)
        return Report(
            "Group \(call.subject) has id \(group.id.rawValue) and \(group.memberCount) members.",
            .object([
                ("id", .number(Int(group.id.rawValue))), ("name", .string(call.subject)),
                ("members", .number(group.memberCount)),
            ]))
    }

    private static func listGroups(_ call: Invocation) throws -> Report {
        let limit = try call.number("--limit", in: 1...100_000, default: 50)
        let found = try call.administrator().groups(limit: limit + 1)
        return .list(
            ["ID", "NAME", "TYPE", "CREATOR", "MEMBERS"],
            found.prefix(limit).map { group in
                [
                    .number(Int(group.id.rawValue)), .string(group.name),
                    .string(group.type == .normal ? "normal" : "temporary"), .string(group.creator ?? ""),
                    .number(group.memberCount),
                ]
            },
            note: found.count > limit ? "There are more: use a higher --limit." : nil)
    }
}
