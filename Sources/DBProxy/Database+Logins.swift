public import TalkProtocol

/// Somebody wants to log in.
public struct LoginQuestion: Sendable {
    public let name: String
    /// The address it comes from, in bytes.
    public let site: [UInt8]
    /// Names the secret among wrong ones.
    public let digest: [UInt8]

    public init(name: String, site: [UInt8], digest: [UInt8]) {
        self.name = name
        self.site = site
        self.digest = digest
    }
}

/// What was got wrong before, as far as it counts.
public struct GuessRecord: Sendable {
    /// Different wrong secrets of the name from this address.
    public var bySite = 0
    /// Since the last of them.
    public var sinceLast: Duration = .zero
    /// Different wrong secrets of the name from addresses that were not its owner's.
    public var byName = 0
    /// This secret was wrong before, and the password has not changed since.
    public var isKnownWrong = false
    /// The name has logged in from this address within the last 30 days.
    public var isOwnSite = false
    /// And within the last hour: it need not be noted again.
    public var isSiteNoted = false

    public init() {}
}

/// What a login is judged by.
public struct Credentials: Sendable {
    public let user: UserID
    /// The stored form of the password, with its function and cost.
    public let password: String
    /// The one before.
    public let formerPassword: String?
    /// Raised with every change of the password: what was verified before is worth nothing then.
    public let version: Int32
    public let status: AccountStatus
    public var hasLeft: Bool { status.hasLeft }
    /// SHA-256 of the session token of each class, if it has not expired.
    public let tokenHashes: [DeviceClass: [UInt8]]
    public let profile: Profile
}

/// What is known of a name that somebody wants to log in with.
public struct LoginSubject: Sendable {
    public var guesses = GuessRecord()
    /// `nil`: there is no such user.
    public var credentials: Credentials?
}

/// A wrong secret.
public struct LoginFailure: Sendable {
    public let name: String
    public let site: [UInt8]
    public let digest: [UInt8]
    /// Of the credentials that it was compared with, negative for a user who has left: he may come back, and be right
    /// then; 0 for a name that no user has.
    public let version: Int32
    /// `false`: it is remembered as wrong, and is no guess.
    public let counts: Bool
    public let isOwnSite: Bool

    public init(name: String, site: [UInt8], digest: [UInt8], version: Int32, counts: Bool, isOwnSite: Bool) {
        self.name = name
        self.site = site
        self.digest = digest
        self.version = version
        self.counts = counts
        self.isOwnSite = isOwnSite
    }
}

/// One login to be recorded.
public struct LoginRecord: Sendable {
    public let user: UserID
    public let clientType: ClientType
    /// SHA-256 of the new session token; `nil` takes the old one away.
    public let tokenHash: [UInt8]?
    /// Of the credentials that it was judged by.
    public let version: Int32
    /// Where it came from, to be noted as the user's own; `nil`: it is noted already.
    public let site: [UInt8]?

    public init(user: UserID, clientType: ClientType, tokenHash: [UInt8]?, version: Int32, site: [UInt8]?) {
        self.user = user
        self.clientType = clientType
        self.tokenHash = tokenHash
        self.version = version
        self.site = site
    }
}

extension Database {
    // Of a name only the newest failures are looked at. A time in the future is that of a clock that was set back.
    private static let subjects = Statement(
        "login_subjects",
        """
        with asked as materialized (
            select * from unnest($1::text[], $2::bytea[], $3::bytea[]) with ordinality i (name, site, digest, ordinal)
        ), wrong as materialized (
            select i.ordinal,
                count(distinct l.digest) filter (where l.recent and l.site = i.site)::int as by_site,
                (extract(epoch from now() - max(l.failed_at) filter (where l.recent and l.site = i.site))
                    * 1000)::int as age,
                count(distinct (l.site, l.digest)) filter (where l.recent and not l.own_site)::int as by_name,
                array_agg(l.credential_version) filter (where l.digest = i.digest) as known
            from asked i cross join lateral (
                select x.site, x.digest, x.credential_version, x.own_site, x.failed_at,
                    x.counts and x.failed_at > now() - make_interval(secs => $4::int) as recent
                from login_failure x
                where x.name = i.name and x.failed_at <= clock_timestamp()
                order by x.failed_at desc limit 500) l
            group by i.ordinal
        )
        select i.ordinal::int, coalesce(w.by_site, 0), w.age, coalesce(w.by_name, 0),
            coalesce(case when a.id is null then 0 when a.status = 3 then -a.credential_version
                else a.credential_version end = any (w.known), false),
            (select s.seen_at > now() - interval '1 hour' from login_site s
                where s.user_id = a.id and s.site = i.site and s.seen_at > now() - interval '30 days'),
            a.id, a.password, a.former_password, a.credential_version, a.status, p.token_hash, m.token_hash,
            \(profileColumns)
        from asked i
        left join wrong w on w.ordinal = i.ordinal
        left join account a on a.name = i.name
        left join login p on p.user_id = a.id and p.class = 0 and p.token_expires_at > now()
        left join login m on m.user_id = a.id and m.class = 1 and m.token_expires_at > now()
        """)

    /// Looks up a batch; one answer for each, in their order.
    ///
    /// - Parameter window: how long a wrong secret counts as a guess.
    public func loginSubjects(
        _ questions: [LoginQuestion], countingFor window: Duration,
        _ completion: @escaping Completion<[LoginSubject]>
    ) {
        var parameters = Parameters()
        parameters.add(questions.map(\.name))
        parameters.add(questions.map(\.site))
        parameters.add(questions.map(\.digest))
        parameters.add(Int32(clamping: window.components.seconds))
        query(for: .logins, Self.subjects, parameters, completion) { rows in
            var found = [LoginSubject](repeating: LoginSubject(), count: questions.count)
            guard rows.count == questions.count else { return nil }
            for index in 0..<rows.count {
                guard let place = rows[index].int32(0), place >= 1, place <= questions.count,
                    let subject = LoginSubject(rows[index])
                else { return nil }
                found[Int(place) - 1] = subject
            }
            return found
        }
    }

    private static let recordLogins = Statement(
        "record_logins",
        """
        select place, epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        from record_logins($1::int[], $2::smallint[], $3::bytea[], $4::int, $5::int[], $6::bytea[])
        """)

    /// Raises the login epoch of each; returns the epochs in the order of the batch, `nil` for those whose password or
    /// status has changed since they were judged: they are as if they had not been. The horizon parts what these
    /// clients can read after their login from what may be stored later: every transaction before it has ended.
    public func recordLogins(
        _ logins: [LoginRecord], tokenDays: Int32,
        _ completion: @escaping Completion<(epochs: [Int64?], horizon: Int64)>
    ) {
        var parameters = Parameters()
        parameters.add(logins.map(\.user))
        parameters.add(logins.map(\.clientType))
        parameters.add(logins.map { $0.tokenHash })
        parameters.add(tokenDays)
        parameters.add(logins.map(\.version))
        parameters.add(logins.map(\.site))
        query(for: .logins, Self.recordLogins, parameters, within: configuration.writeDeadline, completion) { rows in
            var epochs = [Int64?](repeating: nil, count: logins.count)
            guard rows.count == logins.count, rows.count > 0, let horizon = rows[0].int64(2) else { return nil }
            for index in 0..<rows.count {
                guard let place = rows[index].int32(0), place >= 1, place <= epochs.count else { return nil }
                epochs[Int(place) - 1] = rows[index].int64(1)
            }
            return (epochs, horizon)
        }
    }

    private static let recordFailure = Statement(
        "record_failure",
        """
        insert into login_failure (name, site, digest, credential_version, counts, own_site)
        values ($1::text, $2::bytea, $3::bytea, $4::int, $5::boolean, $6::boolean) returning 1
        """)

    /// Remembers a wrong secret of a name, also of one that no user has.
    public func recordLoginFailure(_ failure: LoginFailure, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(failure.name)
        parameters.add(failure.site)
        parameters.add(failure.digest)
        parameters.add(failure.version)
        parameters.add(failure.counts)
        parameters.add(failure.isOwnSite)
        query(for: .logins, Self.recordFailure, parameters, within: configuration.writeDeadline, completion) { _ in () }
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
        "forgive_failures",
        "update login_failure set counts = false where name = $1::text and site = $2::bytea and counts")

    /// After a success what was wrong before from there counts no more. It stays wrong.
    public func forgiveLoginFailures(
        of name: String, at site: [UInt8], _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(site)
        let limit = configuration.writeDeadline
        query(for: .logins, Self.forgiveFailures, parameters, within: limit, completion) { _ in () }
    }
}

extension LoginSubject {
    /// In the order of the columns of `subjects`.
    fileprivate init?(_ row: Row) {
        guard let bySite = row.int32(1), let byName = row.int32(3), let isKnownWrong = row.bool(4)
        else { return nil }
        guesses.bySite = Int(bySite)
        guesses.sinceLast = .milliseconds(max(0, row.int32(2) ?? 0))
        guesses.byName = Int(byName)
        guesses.isKnownWrong = isKnownWrong
        guesses.isOwnSite = row.bool(5) != nil
        guesses.isSiteNoted = row.bool(5) == true
        guard let user: UserID = row.value(6) else { return }
        guard let password = row.text(7), let version = row.int32(9), let status: AccountStatus = row.value(10),
            let profile = Profile(row, at: 13)
        else { return nil }
        var tokens: [DeviceClass: [UInt8]] = [:]
        tokens[.pc] = row.bytes(11)
        tokens[.mobile] = row.bytes(12)
        credentials = Credentials(
            user: user, password: password, formerPassword: row.text(8), version: version, status: status,
            tokenHashes: tokens, profile: profile)
    }
}
