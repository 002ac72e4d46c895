public import TalkProtocol

/// One login to be recorded.
public struct LoginRecord: Sendable {
    public let user: UserID
    public let clientType: ClientType
    /// SHA-256 of the new session token; `nil` takes the old one away.
    public let tokenHash: [UInt8]?
    /// SHA-256 of the session token that was given; `nil`: it was a password.
    public let presented: [UInt8]?
    /// Of the credentials that it was judged by.
    public let version: Int32
    /// There was no login of this class when it was judged.
    public let isFirst: Bool
    /// Where it came from, to be noted as the user's own; `nil`: it is noted already.
    public let site: [UInt8]?

    public init(
        user: UserID, clientType: ClientType, tokenHash: [UInt8]?, presented: [UInt8]? = nil, version: Int32,
        isFirst: Bool, site: [UInt8]?
    ) {
        self.user = user
        self.clientType = clientType
        self.tokenHash = tokenHash
        self.presented = presented
        self.version = version
        self.isFirst = isFirst
        self.site = site
    }
}

/// The logins of a batch, each user and class once, in the order of the keys, so that two batches cannot wait for each
/// other. A token opens one session, so where one was given the latest login of its user and class is recorded alone.
private struct LoginGroups {
    /// The last login of each, which is the one that counts.
    private(set) var last: [LoginRecord] = []
    private(set) var counts: [Int32] = []
    /// Of each login of the batch: its group, and how many of the group came before it; `nil` if it is not recorded.
    private(set) var places: [(group: Int, before: Int64)?] = []

    init(_ logins: [LoginRecord]) {
        places = Array(repeating: nil, count: logins.count)
        let order = logins.indices.sorted { (Self.key(logins[$0]), $0) < (Self.key(logins[$1]), $1) }
        for index in order {
            let login = logins[index]
            let group = last.count - 1
            guard let previous = last.last, Self.key(previous) == Self.key(login) else {
                places[index] = (last.count, 0)
                last.append(login)
                counts.append(1)
                continue
            }
            if login.presented != nil || previous.presented != nil {
                for other in logins.indices where places[other]?.group == group { places[other] = nil }
                counts[group] = 0
            }
            places[index] = (group, Int64(counts[group]))
            last[group] = login
            counts[group] += 1
        }
    }

    /// By the stored number of the user, which is signed, then by class.
    private static func key(_ login: LoginRecord) -> Int64 {
        Int64(login.user.stored) << 8 | Int64(login.clientType.deviceClass.rawValue)
    }

    /// The epoch of each login, by the last of each group; `nil` for those who were judged by something else than the
    /// last one was.
    func epochs(_ logins: [LoginRecord], last epochs: [Int64]) -> [Int64?] {
        zip(logins, places).map { login, place in
            guard let place else { return nil }
            return epochs[place.group] == 0 || login.version != last[place.group].version
                ? nil : epochs[place.group] - Int64(counts[place.group]) + 1 + place.before
        }
    }
}

extension Database {
    private static let recordLogins = Statement(
        "record_logins",
        """
        select array_replace(record_logins($1::int[], $2::smallint[], $3::int[], $4::bytea[], $5::int, $6::int[],
            $7::int[], $8::bytea[]), null, 0::bigint), pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        """)
    private static let recordLoginsByToken = Statement(
        "record_logins_by_token",
        """
        select array_replace(record_logins($1::int[], $2::smallint[], $3::int[], $4::bytea[], $5::int, $6::int[],
            $7::int[], $8::bytea[], $9::bytea[]), null, 0::bigint),
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        """)

    /// Raises the login epoch of each; returns the epochs in the order of the batch, `nil` for those whose password or
    /// status has changed since they were judged, and for whose token another one was given: they are as if they had
    /// not been. The horizon parts what these clients can read after their login from what may be stored later: every
    /// transaction before it has ended.
    ///
    /// All of them must be users.
    public func recordLogins(
        _ logins: [LoginRecord], tokenDays: Int32,
        _ completion: @escaping Completion<(epochs: [Int64?], horizon: Int64)>
    ) {
        let groups = LoginGroups(logins)
        let last = groups.last
        var parameters = Parameters()
        parameters.add(last.map(\.user))
        parameters.add(last.map(\.clientType))
        parameters.add(groups.counts)
        parameters.add(last.map { $0.tokenHash })
        parameters.add(tokenDays)
        parameters.add(last.map(\.version))
        parameters.add(last.filter(\.isFirst).map(\.user))
        parameters.add(last.contains { $0.site != nil } ? last.map { $0.site } : [])
        let hasTokens = last.contains { $0.presented != nil }
        if hasTokens { parameters.add(last.map(\.presented)) }
        let statement = hasTokens ? Self.recordLoginsByToken : Self.recordLogins
        query(for: .logins, statement, parameters, within: configuration.writeDeadline, completion) { rows in
            var epochs: [Int64] = []
            guard rows.count == 1, let horizon = rows[0].int64(1),
                rows[0].forEach(0, as: Int64.self, { _, epoch in epochs.append(epoch) }), epochs.count == last.count
            else { return nil }
            return (groups.epochs(logins, last: epochs), horizon)
        }
    }
}
