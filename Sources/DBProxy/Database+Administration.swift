public import TalkProtocol

/// A user to be made.
public struct NewUser: Sendable {
    public let name: String
    /// The stored form.
    public let password: String
    public let nick: String
    /// 0 for none.
    public let departmentID: UInt32

    public init(name: String, password: String, nick: String, departmentID: UInt32) {
        self.name = name
        self.password = password
        self.nick = nick
        self.departmentID = departmentID
    }
}

/// A group in a list of all groups.
public struct GroupSummary: Sendable, Equatable {
    public let id: GroupID
    public let name: String
    public let type: GroupType
    /// The name of a user; `nil` for one who was deleted.
    public let creator: String?
    public let memberCount: Int
    /// Rises with every change of the members.
    public let version: UInt32
}

/// What operators do. Nodes that run notice it as they notice each other's changes: by stamps and versions.
extension Database {
    private static let addUsers = Statement(
        "add_users",
        """
        with s as materialized (select next_stamp() as stamp), made as (
            insert into account (name, password, nick, department_id, stamp)
            select i.name, i.password, i.nick, i.department_id, s.stamp
            from unnest($1::text[], $2::text[], $3::text[], $4::int[]) with ordinality
                i (name, password, nick, department_id, ordinal), s
            order by i.ordinal
            on conflict do nothing returning id
        )
        select count(*)::int from made
        """)

    /// Makes users who get one stamp together; returns how many names were free. Their departments are not looked at.
    public func addUsers(_ users: [NewUser], _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(users.map(\.name))
        parameters.add(users.map(\.password))
        parameters.add(users.map(\.nick))
        parameters.add(users.map { Int32(bitPattern: $0.departmentID) })
        query(Self.addUsers, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int32(0).map(Int.init) : nil
        }
    }

    private static let usersNamed = Statement(
        "users_named",
        """
        select \(profileColumns) from unnest($1::text[]) with ordinality i (name, place)
        left join account a on a.name = i.name order by i.place
        """)

    /// The users of these names, byte for byte and in their order; `nil` for an unknown one. Those who left too.
    public func users(named names: [String], _ completion: @escaping Completion<[Profile?]>) {
        var parameters = Parameters()
        parameters.add(names)
        query(Self.usersNamed, parameters, completion) { rows in
            (0..<rows.count).map { rows[$0].userID(0) == nil ? nil : Profile(rows[$0], at: 0) }
        }
    }

    private static let usersByName = Statement(
        "users_by_name",
        """
        select \(profileColumns) from account a where starts_with(a.name, $1::text) order by a.name limit $2::int
        """)

    /// Users whose names start with `prefix`, in the order of their names; those who left too.
    public func users(prefix: String, limit: Int, _ completion: @escaping Completion<[Profile]>) {
        var parameters = Parameters()
        parameters.add(prefix)
        parameters.add(Int32(clamping: limit))
        query(Self.usersByName, parameters, completion, Self.readProfiles)
    }

    private static let setPassword = Statement(
        "set_password",
        """
        with a as (
            update account set password = $2::text, credential_version = credential_version + 1
            where name = $1::text returning id, name
        ), t as (
            update login l set token_hash = null, token_expires_at = null from a where l.user_id = a.id
        ), f as (
            delete from login_failure l using a where l.name = a.name
        )
        select id from a
        """)

    /// Stores a password, takes away the session tokens that were given for the old one, and lifts a lock. Returns
    /// whether the user exists.
    public func setPassword(_ stored: String, of name: String, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(stored)
        query(Self.setPassword, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let disableUser = Statement(
        "disable_user",
        """
        with a as (
            update account set status = 3, credential_version = credential_version + 1, stamp = next_stamp()
            where name = $1::text and status <> 3 returning id
        ), t as (
            update login l set token_hash = null, token_expires_at = null from a where l.user_id = a.id
        ), d as (
            delete from device_token d using a where d.user_id = a.id
        )
        select id from account where name = $1::text
        """)

    /// Marks the user as one who left: no more logins and push notices, and clients hide the name. Returns whether the
    /// user exists.
    public func disableUser(_ name: String, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(name)
        query(Self.disableUser, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let allGroups = Statement(
        "all_groups",
        """
        select g.id, g.name, g.type, a.name, g.version, (
            select count(*)::int from member m where m.conversation_id = g.id and m.left_at_id is null)
        from chat_group g left join account a on a.id = g.creator_id
        where not g.deleted and g.id > $1::int
            and ($3::text is null or position(lower($3::text) in lower(g.name)) > 0)
        order by g.id limit $2::int
        """)

    /// The oldest groups first.
    /// - Parameters:
    ///   - last: of the page before.
    ///   - search: only those with this in their names, in whatever case.
    public func groups(
        after last: GroupID = GroupID(0), search: String? = nil, limit: Int,
        _ completion: @escaping Completion<[GroupSummary]>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: last.rawValue))
        parameters.add(Int32(clamping: limit))
        parameters.add(search)
        query(Self.allGroups, parameters, completion) { rows in
            var groups: [GroupSummary] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int32(0), let name = row.text(1),
                    let type = row.int16(2).flatMap({ GroupType(rawValue: .init($0)) }),
                    let version = row.int32(4), let members = row.int32(5)
                else { return nil }
                groups.append(
                    GroupSummary(
                        id: GroupID(UInt32(bitPattern: id)), name: name, type: type, creator: row.text(3),
                        memberCount: Int(members), version: UInt32(bitPattern: version)))
            }
            return groups
        }
    }

    private static let addDepartment = Statement(
        "add_department",
        """
        with u as materialized (
            select 1 where $2::int = 0
                or exists (select from department where id = $2::int and not deleted for key share)
        ), taken as materialized (
            select exists (
                select from department where parent_id = $2::int and not deleted and lower(name) = lower($1::text)
            ) as it_is
        ), named as (
            insert into department (name, parent_id, stamp)
            select $1::text, $2::int, next_stamp() from u where not (select it_is from taken)
            returning id
        )
        select it_is, (select id from named) from taken
        """)

    /// Makes a department below another, or at the top with parent 0.
    public func addDepartment(
        _ name: String, parentID: UInt32, _ completion: @escaping Completion<DepartmentNaming>
    ) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(Int32(bitPattern: parentID))
        query(Self.addDepartment, parameters, within: configuration.writeDeadline, completion, Self.readNaming)
    }

    static func readNaming(_ rows: Rows) -> DepartmentNaming? {
        guard rows.count == 1, let isTaken = rows[0].bool(0) else { return nil }
        if isTaken { return .nameTaken }
        return rows[0].int32(1).map { .named(UInt32(bitPattern: $0)) } ?? .unknown
    }
}
