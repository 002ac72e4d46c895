public import DBProxy
import Directory
import HTTPCore
import Primitives
public import TalkProtocol

/// Groups and their members. What is done here clients hear as if one of them had done it.
public struct GroupRoutes {
    /// Tells clients of a group that its members were changed.
    public typealias Announce = (
        _ change: GroupModifyType, _ changed: [UserID], _ group: GroupID, _ members: [UserID]
    ) -> Void

    private let database: Database
    private let groups: Groups
    private let announce: Announce

    public init(_ database: Database, announce: @escaping Announce) {
        self.database = database
        self.announce = announce
        groups = Groups(database)
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
                problems: [.groupUnknown, .membersRefused, .tooManyGroups, .groupBusy]
            ) { call in
                let users = call.body["user_ids"]?.items.compactMap(\.integer).map { UserID(UInt32(clamping: $0)) }
                change(.add, users ?? [], call)
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
        let creator = UserID(UInt32(clamping: body["creator_id"]?.integer ?? 0))
        let asked = body["member_ids"]?.items.compactMap(\.integer).map { UserID(UInt32(clamping: $0)) } ?? []
        let members = Set(asked).union([creator]).sorted()
        guard members.count <= GroupRules.maxMembers else {
            return call.fail(.tooManyMembers, "a group has \(GroupRules.maxMembers) members at most")
        }
        let type: GroupType = body["type"]?.text == "temporary" ? .tmp : .normal
        call.ask({ database.profiles(of: members, $0) }) { found in
            let known = Set(found.filter { !$0.hasLeft }.map(\.id))
            let unknown = members.filter { !known.contains($0) }
            guard unknown.isEmpty else {
                return call.fail(
                    .usersUnknown, "some of the users do not exist or are disabled",
                    details: [("user_ids", .array(unknown.map { .number(Int($0.rawValue)) }))])
            }
            call.ask({
                database.createGroup(
                    name: call.name() ?? "", avatar: call.name("avatar") ?? "", creator: creator, type: type,
                    members: members, $0)
            }) { making in
                switch making {
                case .made(let id, _): withGroup(call, id) { call.answer($0.json, .created) }
                case .tooManyGroups(let users): Self.failCrowded(users, call)
                // They left in the moment between.
                case .refused: call.fail(.usersUnknown, "none of the users is left")
                }
            }
        }
    }

    private func change(_ call: Call) {
        withGroup(call) { group in
            guard let creator = call.body["creator_id"]?.integer.map({ UserID(UInt32(clamping: $0)) }) else {
                return rename(call)
            }
            call.ask({ database.handOverGroup(group.id, to: creator, $0) }) { isDone in
                guard isDone else {
                    return call.fail(.noMember, "user #\(creator.rawValue) is no active member of the group")
                }
                rename(call)
            }
        }
    }

    private func rename(_ call: Call) {
        guard let name = call.name() else { return withGroup(call) { call.answer($0.json) } }
        call.ask({ database.renameGroup(Self.group(call), to: name, $0) }) { isDone in
            guard isDone else { return Self.failUnknown(call) }
            withGroup(call) { call.answer($0.json) }
        }
    }

    private func dissolve(_ call: Call) {
        let answer = { (removed: [UserID]) in
            let ids = removed.map { JSON.number(Int($0.rawValue)) }
            call.answer(.object([("id", .number(Int(call.id()))), ("removed", .array(ids))]))
        }
        if call.isDryRun { return withGroup(call) { answer($0.members.sorted()) } }
        call.ask({ database.dissolveGroup(Self.group(call), $0) }) { removed in
            guard let removed else { return Self.failUnknown(call) }
            announce(.del, removed, Self.group(call), [])
            answer(removed)
        }
    }

    private func change(_ change: GroupModifyType, _ users: [UserID], _ call: Call) {
        if call.isDryRun {
            return withGroup(call) { group in
                guard case .allowed(let changed) = GroupRules.judge(change, of: users, by: nil, in: group) else {
                    return Self.failRefused(call)
                }
                call.answer(group.json(members: group.members.filter { !changed.contains($0) }))
            }
        }
        groups.changeMembers(change, users, of: Self.group(call), by: nil) { result in
            switch result {
            case .changed(let current, let changed, _):
                announce(change, changed, Self.group(call), current)
                withGroup(call) { call.answer($0.json) }
            case .refused: Self.failRefused(call)
            case .tooManyGroups(let users, _): Self.failCrowded(users, call)
            case .unknownGroup: Self.failUnknown(call)
            case .conflict:
                call.fail(.groupBusy, "others change the members of the group all the time: nothing was changed")
            case .failed(let error): call.send(.problem(Problem(error)))
            }
        }
    }

    private func withGroup(_ call: Call, _ id: GroupID? = nil, _ body: @escaping (GroupRecord) -> Void) {
        call.ask({ database.groups([id ?? Self.group(call)], askedBy: UserID(0), $0) }) { found in
            guard let group = found.first else { return Self.failUnknown(call) }
            body(group)
        }
    }

    private static func group(_ call: Call) -> GroupID { GroupID(call.id()) }

    private static func failUnknown(_ call: Call) { call.fail(.groupUnknown, "there is no group #\(call.id())") }

    private static func failRefused(_ call: Call) {
        call.fail(
            .membersRefused,
            "a group has \(GroupRules.maxMembers) members at most, one who leads it stays, and users must exist")
    }

    private static func failCrowded(_ users: [UserID], _ call: Call) {
        call.fail(
            .tooManyGroups,
            "some of the users have no room for another group: \(Database.maxGroupsOfMember) of administrators, and as "
                + "many temporary ones of others, \(Database.maxGroupsOfMaker) of each maker",
            details: [("user_ids", .array(users.map { .number(Int($0.rawValue)) }))])
    }
}

extension Problem.Kind {
    fileprivate static let groupUnknown = Self(.notFound, "group_unknown", "there is no such group")
    fileprivate static let usersUnknown = Self(.conflict, "users_unknown", "users do not exist or are disabled")
    fileprivate static let tooManyMembers = Self(.conflict, "too_many_members", "a group has 500 members at most")
    fileprivate static let tooManyGroups = Self(
        .conflict, "too_many_groups", "users are in as many groups as one may be")
    fileprivate static let noMember = Self(.conflict, "not_a_member", "the user is no active member of the group")
    fileprivate static let membersRefused = Self(
        .conflict, "members_refused", "the group would be too large or lose its creator, or nobody of these exists")
    fileprivate static let groupBusy = Self(
        .conflict, "group_busy", "others changed the members of the group again and again: nothing was changed")
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
