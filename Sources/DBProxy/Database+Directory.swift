public import TalkProtocol

public struct Department: Sendable, Equatable {
    public let id: UInt32
    public let name: String
    public let priority: UInt32
    public let parentID: UInt32
    public let deleted: Bool
    public let stamp: Int64
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

extension Database {
    private static let profiles = Statement(
        "profiles", "select \(profileColumns) from account a where a.id = any ($1::int[]) order by a.id")

    /// The users with these ids; unknown ones are missing.
    public func profiles(of users: [UserID], _ completion: @escaping Completion<[Profile]>) {
        var parameters = Parameters()
        parameters.add(users.map { Int32(bitPattern: $0.rawValue) })
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
        parameters.add(Int32(bitPattern: last.rawValue))
        parameters.add(includingLeft)
        parameters.add(Int32(clamping: limit))
        query(Self.changedProfiles, parameters, completion, Self.readProfiles)
    }

    private static let changedDepartments = Statement(
        "changed_departments",
        """
        select id, name, priority, parent_id, deleted, stamp from department
        where stamp > $1::bigint order by stamp, id
        """)

    public func changedDepartments(after stamp: Int64, _ completion: @escaping Completion<[Department]>) {
        var parameters = Parameters()
        parameters.add(stamp)
        query(Self.changedDepartments, parameters, completion) { rows in
            var departments: [Department] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int32(0), let name = row.text(1), let priority = row.int32(2),
                    let parent = row.int32(3), let deleted = row.bool(4), let stamp = row.int64(5)
                else { return nil }
                departments.append(
                    Department(
                        id: UInt32(bitPattern: id), name: name, priority: UInt32(bitPattern: priority),
                        parentID: UInt32(bitPattern: parent), deleted: deleted, stamp: stamp))
            }
            return departments
        }
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
        parameters.add(Int32(bitPattern: user.rawValue))
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
