public import TalkProtocol

/// A user to be made.
public struct NewUser: Sendable {
    public var name: String
    /// The stored form.
    public let password: String
    public var nick: String
    /// 0 for none.
    public let departmentID: DepartmentID
    /// A program's.
    public let isBot: Bool

    public init(name: String, password: String, nick: String, departmentID: DepartmentID) {
        self.init(name: name, password: password, nick: nick, departmentID: departmentID, isBot: false)
    }

    private init(name: String, password: String, nick: String, departmentID: DepartmentID, isBot: Bool) {
        self.name = name
        self.password = password
        self.nick = nick
        self.departmentID = departmentID
        self.isBot = isBot
    }

    /// A program's account, which has no password.
    public static func bot(name: String, nick: String, departmentID: DepartmentID) -> NewUser {
        NewUser(name: name, password: "", nick: nick, departmentID: departmentID, isBot: true)
    }
}

/// How the making of a user ended.
public enum UserMaking: Sendable, Equatable {
    case made(UserID)
    case nameTaken
    case unknownDepartment
}

/// How the change of a user ended.
public enum UserChange: Sendable, Equatable {
    case changed
    case nameTaken
    /// No such user, or no such department.
    case unknown
}

/// What administrators do with users.
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
        parameters.add(users.map(\.departmentID))
        query(Self.addUsers, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int32(0).map(Int.init) : nil
        }
    }

    private static let makeUser = Statement(
        "make_user",
        """
        with d as materialized (
            select 1 where $4::int = 0
                or exists (select from department where id = $4::int and not deleted for key share)
        ), s as materialized (select next_stamp() as stamp from d), made as (
            insert into account (name, password, nick, department_id, stamp, is_bot)
            select $1::text, $2::text, $3::text, $4::int, s.stamp, $5::boolean from s
            where not exists (select from account where lower(name) = lower($1::text))
            on conflict do nothing returning id
        )
        select exists (select from d), (select id from made)
        """)

    /// Names that differ only in the case of their letters are the same name.
    public func makeUser(_ user: NewUser, _ completion: @escaping Completion<UserMaking>) {
        var parameters = Parameters()
        parameters.add(user.name)
        parameters.add(user.password)
        parameters.add(user.nick)
        parameters.add(user.departmentID)
        parameters.add(user.isBot)
        query(Self.makeUser, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let hasDepartment = rows[0].bool(0) else { return nil }
            if !hasDepartment { return .unknownDepartment }
            return rows[0].value(1, as: UserID.self).map { .made($0) } ?? .nameTaken
        }
    }

    private static let placeUser = Statement(
        "place_user",
        """
        with taken as materialized (
            select exists (select from account where lower(name) = lower($5::text) and id <> $1::int) as it_is
        ), placed as (
            update account set nick = coalesce($2::text, nick), name = coalesce($5::text, name),
                department_id = case when $3::boolean then $4::int else department_id end, stamp = next_stamp()
            where id = $1::int and not (select it_is from taken) and (
                not $3::boolean or $4::int = 0
                or exists (select from department where id = $4::int and not deleted for key share))
            returning 1
        )
        select it_is, exists (select from placed) from taken
        """)

    /// What a user is called, and what others see; `nil` leaves it as it is.
    public func changeUser(
        _ user: UserID, name: String? = nil, nick: String?, departmentID: DepartmentID?,
        _ completion: @escaping Completion<UserChange>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(nick)
        parameters.add(departmentID != nil)
        parameters.add(departmentID ?? 0)
        parameters.add(name)
        query(Self.placeUser, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let isTaken = rows[0].bool(0), let isPlaced = rows[0].bool(1) else { return nil }
            return isTaken ? .nameTaken : isPlaced ? .changed : .unknown
        }
    }

    private static let setPassword = Statement(
        "set_password",
        """
        with a as (
            update account set password = $2::text, credential_version = credential_version + 1
            where id = $1::int and not is_bot returning id, name
        ), t as (
            update login l set token_hash = null, token_expires_at = null from a where l.user_id = a.id
        ), f as (
            delete from login_failure l using a where l.name = a.name
        ), d as (
            delete from device d using a where d.user_id = a.id
        )
        select id from a
        """)

    /// Stores a password, takes away the devices and the session tokens of the old one, and lifts a lock. Returns
    /// whether the user exists; a bot is none that could have a password.
    public func setPassword(_ stored: String, of user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(stored)
        query(Self.setPassword, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let disableUser = Statement(
        "disable_user",
        """
        with a as (
            update account set status = 3, credential_version = credential_version + 1, stamp = next_stamp()
            where id = $1::int and status <> 3 returning id
        ), t as (
            update login l set token_hash = null, token_expires_at = null from a where l.user_id = a.id
        ), d as (
            delete from device d using a where d.user_id = a.id
        )
        select id from account where id = $1::int
        """)

    /// Marks the user as one who left: no more logins and push notices, and clients hide the name. Returns whether the
    /// user exists.
    public func disableUser(_ user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(user)
        query(Self.disableUser, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let enableUser = Statement(
        "enable_user",
        """
        update account a set status = 0, stamp = next_stamp(), department_id = case
            when exists (select from department where id = a.department_id and not deleted for key share)
            then a.department_id else 0 end
        where id = $1::int and status = 3 returning 1
        """)

    /// Takes back `disableUser`, but for a department that was deleted meanwhile. Returns whether the user was
    /// disabled.
    public func enableUser(_ user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(user)
        query(Self.enableUser, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }
}
