public import TalkProtocol

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

/// How the making or the renaming of a department ended.
public enum DepartmentNaming: Sendable, Equatable {
    case named(UInt32)
    /// Beside it, in whatever case.
    case nameTaken
    /// The department, or the one above it.
    case unknown
}

/// How the end of a department ended.
public enum DepartmentEnd: Sendable, Equatable {
    case deleted
    case unknown
    /// Users and departments that belong to it.
    case inUse(users: Int, departments: Int)
}

/// What the administration API does beyond `Database+Administration`.
extension Database {
    private static let usersAfter = Statement(
        "users_after",
        """
        select \(profileColumns) from account a where starts_with(a.name, $1::text) and a.name > $2::text and (
            $4::text is null or position(lower($4::text) in lower(a.name)) > 0
            or position(lower($4::text) in lower(a.nick)) > 0)
        order by a.name limit $3::int
        """)

    /// A page of the users whose names start with `prefix`, in the order of their names.
    /// - Parameters:
    ///   - search: only those with this in their names or nicks, in whatever case.
    ///   - name: the last one of the page before; empty at the start.
    public func users(
        prefix: String, search: String?, after name: String, limit: Int, _ completion: @escaping Completion<[Profile]>
    ) {
        var parameters = Parameters()
        parameters.add(prefix)
        parameters.add(name)
        parameters.add(Int32(clamping: limit))
        parameters.add(search)
        query(Self.usersAfter, parameters, completion, Self.readProfiles)
    }

    private static let makeUser = Statement(
        "make_user",
        """
        with d as materialized (
            select 1 where $4::int = 0
                or exists (select from department where id = $4::int and not deleted for key share)
        ), s as materialized (select next_stamp() as stamp from d), made as (
            insert into account (name, password, nick, department_id, stamp)
            select $1::text, $2::text, $3::text, $4::int, s.stamp from s
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
        parameters.add(Int32(bitPattern: user.departmentID))
        query(Self.makeUser, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let hasDepartment = rows[0].bool(0) else { return nil }
            if !hasDepartment { return .unknownDepartment }
            return rows[0].userID(1).map { .made($0) } ?? .nameTaken
        }
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
        parameters.add(Int32(bitPattern: user.rawValue))
        query(Self.enableUser, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
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
        _ user: UserID, name: String? = nil, nick: String?, departmentID: UInt32?,
        _ completion: @escaping Completion<UserChange>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(nick)
        parameters.add(departmentID != nil)
        parameters.add(Int32(bitPattern: departmentID ?? 0))
        parameters.add(name)
        query(Self.placeUser, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let isTaken = rows[0].bool(0), let isPlaced = rows[0].bool(1) else { return nil }
            return isTaken ? .nameTaken : isPlaced ? .changed : .unknown
        }
    }

    private static let renameDepartment = Statement(
        "rename_department",
        """
        with d as materialized (
            select id, parent_id from department where id = $1::int and not deleted for no key update
        ), taken as materialized (
            select exists (
                select from department o join d on o.parent_id = d.parent_id and o.id <> d.id
                where not o.deleted and lower(o.name) = lower($2::text)) as it_is
        ), named as (
            update department u set name = $2::text, stamp = next_stamp() from d
            where u.id = d.id and not (select it_is from taken) returning u.id
        )
        select it_is, (select id from named) from taken
        """)

    public func renameDepartment(_ id: UInt32, to name: String, _ completion: @escaping Completion<DepartmentNaming>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: id))
        parameters.add(name)
        query(
            Self.renameDepartment, parameters, within: configuration.writeDeadline, completion, Self.readNaming)
    }

    private static let deleteDepartment = Statement(
        "delete_department", "select known, users, below from delete_department($1::int, $2::boolean)")

    /// Deletes a department to which nothing belongs.
    /// - Parameter isTrial: only finds out whether that would be done.
    public func deleteDepartment(
        _ id: UInt32, isTrial: Bool, _ completion: @escaping Completion<DepartmentEnd>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: id))
        parameters.add(isTrial)
        query(Self.deleteDepartment, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let exists = rows[0].bool(0), let users = rows[0].int32(1),
                let departments = rows[0].int32(2)
            else { return nil }
            if !exists { return .unknown }
            return users + departments == 0 ? .deleted : .inUse(users: Int(users), departments: Int(departments))
        }
    }

    private static let renameGroup = Statement(
        "rename_group",
        """
        update chat_group set name = $2::text, version = version + 1,
            updated_at = extract(epoch from clock_timestamp())::bigint
        where id = $1::int and not deleted returning 1
        """)

    /// Clients get the name with the new version of the group. Returns whether there is such a group.
    public func renameGroup(_ id: GroupID, to name: String, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: id.rawValue))
        parameters.add(name)
        query(Self.renameGroup, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let handOverGroup = Statement(
        "hand_over_group",
        """
        update chat_group g set creator_id = $2::int, version = version + 1,
            updated_at = extract(epoch from clock_timestamp())::bigint
        where g.id = $1::int and not g.deleted and exists (
            select from member m join account a on a.id = m.user_id
            where m.conversation_id = g.id and m.user_id = $2::int and m.left_at_id is null and a.status <> 3)
        returning 1
        """)

    /// Makes an active member the creator. Returns whether there is such a group with such a member.
    public func handOverGroup(_ id: GroupID, to user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: id.rawValue))
        parameters.add(Int32(bitPattern: user.rawValue))
        query(Self.handOverGroup, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let dissolveGroup = Statement("dissolve_group", "select dissolve_group($1::int)")

    /// Ends a group. Returns who was in it; `nil` if there is no such group.
    public func dissolveGroup(_ id: GroupID, _ completion: @escaping Completion<[UserID]?>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: id.rawValue))
        query(Self.dissolveGroup, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return nil }
            return .some(rows[0].int32Array(0)?.map { UserID(UInt32(bitPattern: $0)) })
        }
    }
}
