public import TalkProtocol

/// A user as others see them.
public struct Profile: Sendable, Equatable {
    public var id: UserID
    public var name: String
    public var gender: UInt32
    public var nick: String
    public var avatar: String
    public var departmentID: DepartmentID
    public var email: String
    public var phone: String
    public var domain: String
    public var sign: String
    public var status: AccountStatus
    /// Of the last change; rises over all users.
    public var stamp: Int64
    /// A program's: nobody logs in with it.
    public var isBot = false

    public var hasLeft: Bool { status.hasLeft }
}

/// A change that users make to themselves; `nil` leaves a field as it is.
public struct ProfileChange: Sendable {
    public var avatar: String?
    public var sign: String?
    public var phone: String?
    public var email: String?

    public init(avatar: String? = nil, sign: String? = nil, phone: String? = nil, email: String? = nil) {
        self.avatar = avatar
        self.sign = sign
        self.phone = phone
        self.email = email
    }
}

extension Profile {
    init?(_ row: Row, at first: Int32) {
        guard let id: UserID = row.value(first), let name = row.text(first + 1), let gender = row.int16(first + 2),
            let nick = row.text(first + 3), let avatar = row.text(first + 4),
            let department: DepartmentID = row.value(first + 5), let email = row.text(first + 6),
            let phone = row.text(first + 7), let domain = row.text(first + 8), let sign = row.text(first + 9),
            let status: AccountStatus = row.value(first + 10), let stamp = row.int64(first + 11),
            let isBot = row.bool(first + 12)
        else { return nil }
        self.init(
            id: id, name: name, gender: UInt32(clamping: gender), nick: nick, avatar: avatar,
            departmentID: department, email: email, phone: phone, domain: domain, sign: sign,
            status: status, stamp: stamp, isBot: isBot)
    }
}

/// Users as they are seen.
extension Database {
    /// In the order in which `Profile` reads them.
    static let profileColumns = """
        a.id, a.name, a.gender, a.nick, a.avatar, a.department_id, a.email, a.phone, a.domain, a.sign, a.status,
            a.stamp, a.is_bot
        """

    private static let profiles = Statement(
        "profiles", "select \(profileColumns) from account a where a.id = any ($1::int[]) order by a.id")

    /// The users with these ids; unknown ones are missing.
    public func profiles(of users: [UserID], _ completion: @escaping Completion<[Profile]>) {
        var parameters = Parameters()
        parameters.add(users)
        query(Self.profiles, parameters, completion, Self.readProfiles)
    }

    private static let changedProfiles = Statement(
        "changed_profiles",
        """
        select \(profileColumns) from account a
        where (a.stamp, a.id) > ($1::bigint, $2::int) and ($3::boolean or a.status <> 3)
        order by a.stamp, a.id limit $4::int
        """)

    /// Users changed after a point of the order (stamp, id), in that order: how the directory is read in pages.
    /// - Parameter includingLeft: also those who left; clients that know them must hide them.
    public func changedProfiles(
        after stamp: Int64, _ last: UserID, includingLeft: Bool, limit: Int,
        _ completion: @escaping Completion<[Profile]>
    ) {
        var parameters = Parameters()
        parameters.add(stamp)
        parameters.add(last)
        parameters.add(includingLeft)
        parameters.add(Int32(clamping: limit))
        query(Self.changedProfiles, parameters, completion, Self.readProfiles)
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
            (0..<rows.count).map { rows[$0].value(0, as: UserID.self) == nil ? nil : Profile(rows[$0], at: 0) }
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

    private static let changeProfile = Statement(
        "change_profile",
        """
        update account set
            avatar = coalesce($2::text, avatar), sign = coalesce($3::text, sign),
            phone = coalesce($4::text, phone), email = coalesce($5::text, email), stamp = next_stamp()
        where id = $1::int returning 1
        """)

    /// Returns whether the user exists.
    public func changeProfile(of user: UserID, _ change: ProfileChange, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(change.avatar)
        parameters.add(change.sign)
        parameters.add(change.phone)
        parameters.add(change.email)
        query(Self.changeProfile, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    static func readProfiles(_ rows: Rows) -> [Profile]? {
        var profiles: [Profile] = []
        profiles.reserveCapacity(rows.count)
        for index in 0..<rows.count {
            guard let profile = Profile(rows[index], at: 0) else { return nil }
            profiles.append(profile)
        }
        return profiles
    }
}
