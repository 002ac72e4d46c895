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
    public let pc: LoginHistory
    public let mobile: LoginHistory
    public let profile: Profile

    public subscript(device: DeviceClass) -> LoginHistory {
        switch device {
        case .pc: pc
        case .mobile: mobile
        }
    }
}

/// What a user has left with his last login of one class.
public struct LoginHistory: Sendable {
    /// There was none.
    public let isEmpty: Bool
    /// SHA-256 of the session token, if it has not expired.
    public let tokenHash: [UInt8]?
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

extension Database {
    private static let subjects = Statement(
        "login_subjects",
        """
        select i.ordinal::int, exists (select from login_failure f where f.name = i.name),
            (select s.seen_at > now() - interval '1 hour' from login_site s
                where s.user_id = a.id and s.site = i.site and s.seen_at > now() - interval '30 days'),
            a.id, a.password, a.former_password, a.credential_version, a.status,
            p.class, case when p.token_expires_at > now() then p.token_hash end,
            m.class, case when m.token_expires_at > now() then m.token_hash end,
            \(profileColumns)
        from unnest($1::text[], $2::bytea[]) with ordinality i (name, site, ordinal)
        left join account a on a.name = i.name
        left join login p on p.user_id = a.id and p.class = 0
        left join login m on m.user_id = a.id and m.class = 1
        """)

    // Of a name only the newest failures are looked at. A time in the future is that of a clock that was set back.
    private static let guesses = Statement(
        "login_guesses",
        """
        select i.ordinal::int, w.by_site, w.age, w.by_name,
            coalesce(case when a.id is null then 0 when a.status = 3 then -a.credential_version
                else a.credential_version end = any (w.known), false)
        from unnest($1::text[], $2::bytea[], $3::bytea[]) with ordinality i (name, site, digest, ordinal)
        cross join lateral (
            select count(distinct l.digest) filter (where l.recent and l.site = i.site)::int as by_site,
                (extract(epoch from now() - max(l.failed_at) filter (where l.recent and l.site = i.site))
                    * 1000)::int as age,
                count(distinct (l.site, l.digest)) filter (where l.recent and not l.own_site)::int as by_name,
                array_agg(l.credential_version) filter (where l.digest = i.digest) as known
            from (
                select x.site, x.digest, x.credential_version, x.own_site, x.failed_at,
                    x.counts and x.failed_at > now() - make_interval(secs => $4::int) as recent
                from login_failure x
                where x.name = i.name and x.failed_at <= clock_timestamp()
                order by x.failed_at desc limit 500) l) w
        left join account a on a.name = i.name
        """)

    /// Looks up a batch; one answer for each, in their order. What was got wrong before is asked only of names that
    /// something is known of.
    ///
    /// - Parameter window: how long a wrong secret counts as a guess.
    public func loginSubjects(
        _ questions: [LoginQuestion], countingFor window: Duration,
        _ completion: @escaping Completion<[LoginSubject]>
    ) {
        var parameters = Parameters()
        parameters.add(questions.map(\.name))
        parameters.add(questions.map(\.site))
        let answer: Completion<(subjects: [LoginSubject], suspects: [Int])> = { [unowned self] result in
            switch result {
            case .success(let found) where found.suspects.isEmpty: completion(.success(found.subjects))
            case .success(let found):
                addGuesses(questions, of: found.suspects, countingFor: window, to: found.subjects, completion)
            case .failure(let error): completion(.failure(error))
            }
        }
        query(for: .logins, Self.subjects, parameters, answer) { rows in
            var found = [LoginSubject](repeating: LoginSubject(), count: questions.count)
            var suspects: [Int] = []
            guard rows.count == questions.count else { return nil }
            for index in 0..<rows.count {
                guard let place = rows[index].int32(0), place >= 1, place <= questions.count,
                    let hasFailed = rows[index].bool(1), let subject = LoginSubject(rows[index])
                else { return nil }
                found[Int(place) - 1] = subject
                if hasFailed { suspects.append(Int(place) - 1) }
            }
            return (found, suspects)
        }
    }

    private func addGuesses(
        _ questions: [LoginQuestion], of suspects: [Int], countingFor window: Duration,
        to subjects: [LoginSubject], _ completion: @escaping Completion<[LoginSubject]>
    ) {
        var parameters = Parameters()
        parameters.add(suspects.map { questions[$0].name })
        parameters.add(suspects.map { questions[$0].site })
        parameters.add(suspects.map { questions[$0].digest })
        parameters.add(Int32(clamping: window.components.seconds))
        query(for: .logins, Self.guesses, parameters, completion) { rows in
            var found = subjects
            guard rows.count == suspects.count else { return nil }
            for index in 0..<rows.count {
                guard let place = rows[index].int32(0), place >= 1, place <= suspects.count,
                    found[suspects[Int(place) - 1]].guesses.read(rows[index])
                else { return nil }
            }
            return found
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

extension GuessRecord {
    /// In the order of the columns of `guesses`; `false` if they do not fit.
    fileprivate mutating func read(_ row: Row) -> Bool {
        guard let bySite = row.int32(1), let byName = row.int32(3), let isKnownWrong = row.bool(4)
        else { return false }
        self.bySite = Int(bySite)
        sinceLast = .milliseconds(max(0, row.int32(2) ?? 0))
        self.byName = Int(byName)
        self.isKnownWrong = isKnownWrong
        return true
    }
}

extension LoginSubject {
    /// In the order of the columns of `subjects`.
    fileprivate init?(_ row: Row) {
        guesses.isOwnSite = row.bool(2) != nil
        guesses.isSiteNoted = row.bool(2) == true
        guard let user: UserID = row.value(3) else { return }
        guard let password = row.text(4), let version = row.int32(6), let status: AccountStatus = row.value(7),
            let profile = Profile(row, at: 12)
        else { return nil }
        credentials = Credentials(
            user: user, password: password, formerPassword: row.text(5), version: version, status: status,
            pc: LoginHistory(isEmpty: row.int16(8) == nil, tokenHash: row.bytes(9)),
            mobile: LoginHistory(isEmpty: row.int16(10) == nil, tokenHash: row.bytes(11)), profile: profile)
    }
}
