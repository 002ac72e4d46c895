public import TalkProtocol

/// What a login is judged by.
public struct Credentials: Sendable {
    public let user: UserID
    /// The stored form of the password, with its function and cost.
    public let password: String
    /// Raised with every change of the password: what was verified before is worth nothing then.
    public let version: Int32
    public let status: Int16
    /// SHA-256 of the session token of each class, if it has not expired.
    public let tokenHashes: [DeviceClass: [UInt8]]
    public let profile: Profile
}

/// What is known of a name that somebody wants to log in with.
public struct LoginSubject: Sendable {
    /// Failed attempts of this name within the lock-out time, whether or not there is such a user.
    public var recentFailures = 0
    /// Since the last of them.
    public var sinceFailure: Duration = .zero
    /// `nil`: there is no such user.
    public var credentials: Credentials?
}

/// A user as others see them.
public struct Profile: Sendable, Equatable {
    public var id: UserID
    public var name: String
    public var gender: UInt32
    public var nick: String
    public var avatar: String
    public var departmentID: UInt32
    public var email: String
    public var phone: String
    public var domain: String
    public var sign: String
    public var status: UInt32
    /// Of the last change; rises over all users.
    public var stamp: Int64

    /// Was disabled: logs in no more, and clients hide the user.
    public var hasLeft: Bool { status == 3 }
}

/// One login to be recorded.
public struct LoginRecord: Sendable {
    public let user: UserID
    public let clientType: ClientType
    /// SHA-256 of the new session token; `nil` takes the old one away.
    public let tokenHash: [UInt8]?

    public init(user: UserID, clientType: ClientType, tokenHash: [UInt8]?) {
        self.user = user
        self.clientType = clientType
        self.tokenHash = tokenHash
    }
}

extension Database {
    private static let credentials = Statement(
        "credentials",
        """
        select i.ordinal::int, a.id, a.password, a.credential_version, a.status, f.failures, f.age, p.token_hash,
            m.token_hash, \(profileColumns)
        from unnest($1::text[]) with ordinality i (name, ordinal)
        cross join lateral (
            select count(*)::int as failures, (extract(epoch from now() - max(l.failed_at)) * 1000)::int as age
            from login_failure l
            where l.name = i.name and l.failed_at > now() - make_interval(secs => $2::int)) f
        left join account a on a.name = i.name
        left join login p on p.user_id = a.id and p.class = 0 and p.token_expires_at > now()
        left join login m on m.user_id = a.id and m.class = 1 and m.token_expires_at > now()
        """)

    /// Looks up a batch of names; one answer for each, in their order.
    public func loginSubjects(
        _ names: [String], failuresWithin lockout: Duration, _ completion: @escaping Completion<[LoginSubject]>
    ) {
        var parameters = Parameters()
        parameters.add(names)
        parameters.add(Int32(clamping: lockout.components.seconds))
        query(Self.credentials, parameters, completion) { rows in
            var found = [LoginSubject](repeating: LoginSubject(), count: names.count)
            guard rows.count == names.count else { return nil }
            for index in 0..<rows.count {
                guard let place = rows[index].int32(0), place >= 1, place <= names.count,
                    let subject = LoginSubject(rows[index])
                else { return nil }
                found[Int(place) - 1] = subject
            }
            return found
        }
    }

    private static let recordLogins = Statement(
        "record_logins", "select place, epoch from record_logins($1::int[], $2::smallint[], $3::bytea[], $4::int)")

    /// Raises the login epoch of each; returns the epochs in the order of the batch.
    public func recordLogins(
        lane: Int, _ logins: [LoginRecord], tokenDays: Int32, _ completion: @escaping Completion<[Int64]>
    ) {
        var parameters = Parameters()
        parameters.add(logins.map { Int32(bitPattern: $0.user.rawValue) })
        parameters.add(logins.map { Int16(truncatingIfNeeded: $0.clientType.rawValue) })
        parameters.add(logins.map { $0.tokenHash })
        parameters.add(tokenDays)
        write(lane: lane, Self.recordLogins, parameters, completion) { rows in
            var epochs = [Int64](repeating: 0, count: logins.count)
            guard rows.count == logins.count else { return nil }
            for index in 0..<rows.count {
                guard let place = rows[index].int32(0), let epoch = rows[index].int64(1), place >= 1,
                    place <= epochs.count
                else { return nil }
                epochs[Int(place) - 1] = epoch
            }
            return epochs
        }
    }

    private static let recordFailure = Statement(
        "record_failure", "insert into login_failure (name) values ($1::text) returning 1")

    /// Counts a failed attempt against the name, also one that no user has.
    public func recordLoginFailure(of name: String, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(name)
        query(Self.recordFailure, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let deleteFailures = Statement(
        "delete_failures",
        """
        with gone as (
            delete from login_failure where ctid = any (array(
                select ctid from login_failure where failed_at < now() - make_interval(secs => $1::int)
                order by failed_at limit $2::int for update skip locked))
            returning 1)
        select count(*)::int from gone
        """)

    /// Deletes the oldest failures, as far as they are older than `age`; returns how many.
    public func deleteLoginFailures(
        olderThan age: Duration, atMost count: Int, _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: age.components.seconds))
        parameters.add(Int32(clamping: count))
        query(Self.deleteFailures, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int32(0).map(Int.init) : nil
        }
    }

    private static let forgiveFailures = Statement(
        "forgive_failures", "delete from login_failure where name = $1::text")

    /// Clears the count of a name after a success.
    public func forgiveLoginFailures(of name: String, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(name)
        query(Self.forgiveFailures, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let logOut = Statement(
        "log_out",
        """
        with token as (
            update login set token_hash = null, token_expires_at = null
            where user_id = $1::int and class = $2::smallint and epoch = $3::bigint returning user_id
        )
        delete from device_token d using token t where d.user_id = t.user_id and $2::smallint = 1
        """)

    /// Takes away the session token, and on a mobile the push token, unless there was a later login.
    public func recordLogout(
        of user: UserID, _ deviceClass: DeviceClass, epoch: Int64, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(Int16(deviceClass.rawValue))
        parameters.add(epoch)
        query(Self.logOut, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let setDeviceToken = Statement(
        "set_device_token", "select set_device_token($1::int, $2::text, $3::smallint)")

    /// Stores the push token of a user; it leaves the user who had it before. An empty one is taken away.
    public func setDeviceToken(
        _ token: String, of user: UserID, _ clientType: ClientType, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        if token.isEmpty {
            query(Self.clearDeviceToken, parameters, within: configuration.writeDeadline, completion) { _ in () }
            return
        }
        parameters.add(token)
        parameters.add(Int16(truncatingIfNeeded: clientType.rawValue))
        query(Self.setDeviceToken, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let clearDeviceToken = Statement(
        "clear_device_token", "delete from device_token where user_id = $1::int")

    private static let setPushShield = Statement(
        "set_push_shield", "update account set push_shield = $2::boolean where id = $1::int")

    /// Whether push notices are held back at night.
    public func setPushShield(_ shield: Bool, of user: UserID, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(shield)
        query(Self.setPushShield, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let pushShield = Statement("push_shield", "select push_shield from account where id = $1::int")

    public func pushShield(of user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        query(Self.pushShield, parameters, completion) { $0.count == 1 ? $0[0].bool(0) : nil }
    }
}

extension LoginSubject {
    /// In the order of the columns of `credentials`.
    fileprivate init?(_ row: Row) {
        guard let failures = row.int32(5) else { return nil }
        recentFailures = Int(failures)
        sinceFailure = .milliseconds(max(0, row.int32(6) ?? 0))
        guard let user = row.userID(1) else { return }
        guard let password = row.text(2), let version = row.int32(3), let status = row.int16(4),
            let profile = Profile(row, at: 9)
        else { return nil }
        var tokens: [DeviceClass: [UInt8]] = [:]
        tokens[.pc] = row.bytes(7)
        tokens[.mobile] = row.bytes(8)
        credentials = Credentials(
            user: user, password: password, version: version, status: status, tokenHashes: tokens, profile: profile)
    }
}

extension Profile {
    init?(_ row: Row, at first: Int32) {
        guard let id = row.userID(first), let name = row.text(first + 1), let gender = row.int16(first + 2),
            let nick = row.text(first + 3), let avatar = row.text(first + 4), let department = row.int32(first + 5),
            let email = row.text(first + 6), let phone = row.text(first + 7), let domain = row.text(first + 8),
            let sign = row.text(first + 9), let status = row.int16(first + 10), let stamp = row.int64(first + 11)
        else { return nil }
        self.init(
            id: id, name: name, gender: UInt32(clamping: gender), nick: nick, avatar: avatar,
            departmentID: UInt32(bitPattern: department), email: email, phone: phone, domain: domain, sign: sign,
            status: UInt32(clamping: status), stamp: stamp)
    }
}

extension Database {
    /// In the order in which `Profile` reads them.
    static let profileColumns = """
        a.id, a.name, a.gender, a.nick, a.avatar, a.department_id, a.email, a.phone, a.domain, a.sign, a.status, a.stamp
        """
}
