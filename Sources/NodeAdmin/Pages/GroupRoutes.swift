public import DBProxy
public import Directory
import HTTPCore
import Primitives
import TalkProtocol

/// Groups and their members. What is done here clients hear as if one of them had done it.
public struct GroupRoutes {
    private let database: Database
    private let groups: Groups

    public init(_ database: Database, _ groups: Groups) {
        self.database = database
        self.groups = groups
    }

    private static let id = Route.Parameter.path("id", .id, "number of a group")
    private static let userIDs = JSONSchema.array(of: .id, lengths: 1...GroupRules.maxMembers)

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/groups", "Groups by number", scope: .read,
                .paging + [.query("search", .plain(1...64), "only names with this in them, in whatever case")],
                gives: .page(of: GroupSummary.schema), problems: [.badCursor], list),
            Route(
                .post, "/admin/v1/groups", "Makes a group; clients show it after their next login", scope: .write,
                takes: .object([
                    .init("name", .name(.group)), .init("creator_id", .id, "who may change its members; a member too"),
                    .init("member_ids", Self.userIDs),
                    .init("type", .choice(["normal", "temporary"]), "normal if not given").optional,
                    .init("avatar", .name(.picture)).optional,
                ]),
                gives: GroupRecord.schema, as: .created, problems: [.usersUnknown, .tooManyMembers, .tooManyGroups],
                make),
            Route(
                .get, "/admin/v1/groups/{id}", "A group and its members", scope: .read, [Self.id],
                gives: GroupRecord.schema, problems: [.groupUnknown]
            ) { call in withGroup(call) { call.answer($0.json) } },
            Route(
                .patch, "/admin/v1/groups/{id}", "Renames a group, or hands it over to another member", scope: .write,
                [Self.id],
                takes: .object([
                    .init("name", .name(.group)).optional,
                    .init("creator_id", .id, "a member, who may change its members from then on").optional,
                ]),
                gives: GroupRecord.schema, problems: [.groupUnknown, .noMember], change),
            Route(
                .delete, "/admin/v1/groups/{id}", "Dissolves a group: everybody leaves, nobody can write to it",
                scope: .write, [Self.id], isDestructive: true,
                gives: .object([.init("id", .id), .init("removed", .list(of: .id))]), problems: [.groupUnknown],
                dissolve),
            Route(
                .post, "/admin/v1/groups/{id}/members", "Adds members", scope: .write, [Self.id],
                takes: .object([.init("user_ids", Self.userIDs)]), gives: GroupRecord.schema,
                problems: [.groupUnknown, .usersUnknown, .membersRefused, .tooManyGroups, .groupBusy]
            ) { call in
                change(.add, Self.users(call.body["user_ids"]), call)
            },
            Route(
                .delete, "/admin/v1/groups/{id}/members/{user_id}", "Removes a member", scope: .write,
                [Self.id, .path("user_id", .id, "number of a user")], isDestructive: true, gives: GroupRecord.schema,
                problems: [.groupUnknown, .membersRefused, .groupBusy]
            ) { call in change(.del, [UserID(call.id("user_id"))], call) },
        ]
    }

    private func list(_ call: Call) {
        guard let last = Cursor.number(call, atStart: UInt32(0)) else { return }
        call.ask({ database.groups(
                after: GroupID(last), search: call.text("search")?.inNormalForm, limit: call.limit + 1, $0) }) {
            call.answer($0, \.json) { Cursor.of("\($0.id.rawValue)") }
        }
    }

    private func make(_ call: Call) {
        let body = call.body
        let group = NewGroup(
            name: call.name() ?? "", avatar: call.name("avatar") ?? "", creator: Self.user(body["creator_id"]),
            type: body["type"]?.text == "temporary" ? .tmp : .normal, members: Self.users(body["member_ids"]))
        call.order({ groups.make(group, $0) }) { id, _ in withGroup(call, id) { call.answer($0.json, .created) } }
    }

    private func change(_ call: Call) {
        let creator = Self.user(call.body["creator_id"])
        call.order({ groups.change(Self.group(call), name: call.name(), creator: creator, $0) }) {
            withGroup(call) { call.answer($0.json) }
        }
    }

    private func dissolve(_ call: Call) {
        let answer = { (removed: [UserID]) in
            let ids = removed.map { JSON.number(Int($0.rawValue)) }
            call.answer(.object([("id", .number(Int(call.id()))), ("removed", .array(ids))]))
        }
        if call.isDryRun { return withGroup(call) { answer($0.members.sorted()) } }
        call.order({ groups.dissolve(Self.group(call), $0) }, then: answer)
    }

    private func change(_ change: GroupModifyType, _ users: [UserID], _ call: Call) {
        if call.isDryRun {
            return withGroup(call) { group in
                guard case .allowed(let changed) = GroupRules.judge(change, of: users, by: nil, in: group) else {
                    return call.send(.problem(Problem(.notAllowed)))
                }
                call.answer(group.json(members: group.members.filter { !changed.contains($0) }))
            }
        }
        call.order({ completion in
            groups.changeMembers(change, users, of: Self.group(call), by: nil) { result, _ in completion(result) }
        }) { _ in withGroup(call) { call.answer($0.json) } }
    }

    private func withGroup(_ call: Call, _ id: GroupID? = nil, _ body: @escaping (GroupRecord) -> Void) {
        call.ask({ database.groups([id ?? Self.group(call)], askedBy: UserID(0), $0) }) { found in
            guard let group = found.first else { return call.send(.problem(Problem(.unknownGroup))) }
            body(group)
        }
    }

    private static func group(_ call: Call) -> GroupID { GroupID(call.id()) }

    private static func user(_ json: JSON?) -> UserID? { json?.integer.map { UserID(UInt32(clamping: $0)) } }

    private static func users(_ json: JSON?) -> [UserID] { json?.items.compactMap { user($0) } ?? [] }
}

extension GroupSummary {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .id), .init("name", .string), .init("type", .choice(["normal", "temporary"])),
        .init("creator", .nullable(.string), "name of a user; null if that one is gone"),
        .init("member_count", .count), .init("version", .count, "rises with every change"),
    ])

    fileprivate var json: JSON {
        .object([
            ("id", .number(Int(id.rawValue))), ("name", .string(name)), ("type", .string(type.word)),
            ("creator", creator.map(JSON.string) ?? .null), ("member_count", .number(memberCount)),
            ("version", .number(Int(version))),
        ])
    }
}

extension GroupRecord {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .id), .init("name", .string), .init("type", .choice(["normal", "temporary"])),
        .init("avatar", .string), .init("creator_id", .count, "0: nobody"),
        .init("version", .count, "rises with every change"),
        .init("members", .list(of: .id), "in the order in which they joined"),
    ])

    fileprivate var json: JSON { json(members: members) }

    fileprivate func json(members: [UserID]) -> JSON {
        .object([
            ("id", .number(Int(id.rawValue))), ("name", .string(name)), ("type", .string(type.word)),
            ("avatar", .string(avatar)), ("creator_id", .number(Int(creator.rawValue))),
            ("version", .number(Int(version))), ("members", .array(members.map { .number(Int($0.rawValue)) })),
        ])
    }
}

extension GroupType {
    fileprivate var word: String { self == .normal ? "normal" : "temporary" }
}
