import Administration
import DBProxy
import TalkProtocol

extension Verb {
    static let group = [
        Verb(
            "group", "create", "NAME", "Makes a group; clients show it after their next login.",
            [
                Option("--creator", "USER", "who may change its members; a member too"),
                Option("--members", "A,B,C", "the other members"),
                Option("--type", "TYPE", "normal (default), or temporary, as users make them"),
            ], run: createGroup),
        Verb(
            "group", "list", nil, "Lists groups, oldest first.",
            [Option("--limit", "N", "at most N groups (default 50)")], run: listGroups),
    ]

    private struct GroupAnswer: Encodable {
        let id: UInt32
        let name: String
        let members: Int
    }

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
            GroupAnswer(id: group.id.rawValue, name: call.subject, members: group.memberCount))
    }

    private struct ListedGroup: Encodable {
        let id: UInt32
        let name: String
        let type: String
        let creator: String?
        let members: Int
    }

    private static func listGroups(_ call: Invocation) throws -> Report {
        let limit = try call.number("--limit", in: 1...100_000, default: 50)
        let found = try call.administrator().groups(limit: limit + 1)
        let groups = found.prefix(limit).map { group in
            ListedGroup(
                id: group.id.rawValue, name: group.name, type: group.type == .normal ? "normal" : "temporary",
                creator: group.creator, members: group.memberCount)
        }
        var table = Table("ID", "NAME", "TYPE", "CREATOR", "MEMBERS")
        table.rows = groups.map { [String($0.id), $0.name, $0.type, $0.creator ?? "", String($0.members)] }
        let more = found.count > limit ? "\nThere are more: use a higher --limit." : ""
        return Report(table.text + more, groups)
    }
}
