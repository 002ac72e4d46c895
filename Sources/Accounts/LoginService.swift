public import DBProxy
import Primitives
public import Reactor
public import TalkProtocol

/// A request to log in, as far as it was found well-formed.
public struct LoginAttempt: Sendable {
    public let name: String
    /// The MD5 of the password in hex, as every client sends it.
    public let secret: String
    /// Given by an extended client in place of a password.
    public let token: SessionToken?
    /// The client wants a token for its next login.
    public let wantsToken: Bool
    public let clientType: ClientType

    public init(name: String, secret: String, token: SessionToken?, wantsToken: Bool, clientType: ClientType) {
        self.name = name
        self.secret = secret
        self.token = token
        self.wantsToken = wantsToken
        self.clientType = clientType
    }
}

public enum LoginOutcome: Sendable {
    /// `epoch` orders the logins of this user and class; `token` is for the next login.
    case success(Profile, epoch: Int64, token: SessionToken?)
    /// Unknown user, wrong password or a user who left: nobody is told which.
    case wrongCredentials
    /// Too many failures of this name.
    case locked
    /// Too many logins wait.
    case busy
    case noDatabase
}

/// Judges logins: one lookup for many names, key derivation on threads of its own, one write for many epochs.
///
/// Confined to its loop; the cache and the threads are the node's.
public final class LoginService {
    public struct Limits: Sendable {
        /// Failures of one name within `lockout` before it is locked (weak point 5 of the original: per process, and
        /// forgotten with it).
        public var maxFailures = 10
        public var lockout: Duration = .seconds(30 * 60)
        /// Accept passwords that were stored with the cost of a load test.
        public var acceptsLoadTestPasswords = false

        public init() {}
    }

    public typealias Completion = (LoginOutcome) -> Void

    private struct Lookup {
        let attempt: LoginAttempt
        let completion: Completion
    }

    private struct Record {
        let profile: Profile
        let record: LoginRecord
        let token: SessionToken?
        let completion: Completion
    }

    private unowned let loop: EventLoop
    private let database: Database
    private let cache: CredentialCache
    private let redis: RedisCache?
    private let workers: WorkerPool
    private let limits: Limits
    private var lookups = Gather<Lookup>(maxWaiting: 10_000, maxBatch: 200)
    private var records = Gather<Record>(maxWaiting: 10_000, maxBatch: 200)

    public init(
        _ database: Database, cache: CredentialCache, redis: RedisCache?, workers: WorkerPool, limits: Limits,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.database = database
        self.cache = cache
        self.redis = redis
        self.workers = workers
        self.limits = limits
    }

    /// Calls back once.
    public func logIn(_ attempt: LoginAttempt, _ completion: @escaping Completion) {
        guard lookups.add(Lookup(attempt: attempt, completion: completion)) else { return completion(.busy) }
        lookUpNext()
    }

    private func lookUpNext() {
        guard let batch = lookups.take() else { return }
        database.credentials(of: batch.map(\.attempt.name), failuresWithin: limits.lockout) { [unowned self] result in
            lookups.finished()
            switch result {
            case .success(let found):
                for (lookup, credentials) in zip(batch, found) { judge(lookup, credentials) }
            case .failure:
                for lookup in batch { lookup.completion(.noDatabase) }
            }
            lookUpNext()
        }
    }

    private func judge(_ lookup: Lookup, _ credentials: Credentials?) {
        guard let credentials else { return judgeUnknown(lookup) }
        guard credentials.recentFailures < limits.maxFailures else { return lookup.completion(.locked) }
        let attempt = lookup.attempt
        if let token = attempt.token, let hash = credentials.tokenHashes[attempt.clientType.deviceClass],
            token.matches(hash: hash), !credentials.hasLeft
        {
            return record(lookup, credentials)
        }
        guard let database = database.identity, let key = cacheKey(credentials) else {
            return derive(lookup, credentials)
        }
        let (user, version) = (credentials.user, credentials.version)
        if cache.contains(user, attempt.secret, version: version, in: database, at: loop.now) {
            return credentials.hasLeft ? fail(lookup) : record(lookup, credentials)
        }
        guard let redis else { return derive(lookup, credentials) }
        redis.get(key) { [unowned self] digest in
            let confirmed = digest.map {
                cache.confirms($0, user, attempt.secret, version: version, in: database)
            }
            guard confirmed == true, !credentials.hasLeft else { return derive(lookup, credentials) }
            cache.remember(user, attempt.secret, version: version, in: database, at: loop.now)
            record(lookup, credentials)
        }
    }

    /// The long way: derives the key on a thread of the pool.
    private func derive(_ lookup: Lookup, _ credentials: Credentials) {
        guard let stored = try? PasswordHash(stored: credentials.password),
            stored.cost != .loadTest || limits.acceptsLoadTestPasswords
        else { return fail(lookup) }
        let secret = lookup.attempt.secret
        let (database, key) = (database.identity, cacheKey(credentials))
        let accepted = workers.submit(from: loop, { stored.matches(secret) }) { [unowned self] matches in
            guard matches, !credentials.hasLeft else { return fail(lookup) }
            // Compared with what was read in that life of the database, so remembered under its name.
            if let database, let key {
                let digest = cache.remember(
                    credentials.user, secret, version: credentials.version, in: database, at: loop.now)
                redis?.set(key, digest, for: CredentialCache.lifetime)
            }
            record(lookup, credentials)
        }
        if !accepted { lookup.completion(.busy) }
    }

    private func cacheKey(_ credentials: Credentials) -> CacheKey? {
        database.cacheKey("credentials:\(credentials.user.rawValue):\(credentials.version)")
    }

    /// A name that no user has takes as long and locks as fast as any other.
    private func judgeUnknown(_ lookup: Lookup) {
        database.loginFailures(of: lookup.attempt.name, within: limits.lockout) { [unowned self] result in
            guard case .success(let failures) = result else { return lookup.completion(.noDatabase) }
            guard failures < limits.maxFailures else { return lookup.completion(.locked) }
            let secret = lookup.attempt.secret
            let accepted = workers.submit(from: loop, { PasswordHash.ofNobody?.matches(secret) ?? false }) {
                [unowned self] _ in fail(lookup)
            }
            if !accepted { lookup.completion(.busy) }
        }
    }

    private func fail(_ lookup: Lookup) {
        // Counted before it is answered: whoever counts on being faster than the counter waits for it.
        database.recordLoginFailure(of: lookup.attempt.name) { result in
            switch result {
            case .success: lookup.completion(.wrongCredentials)
            case .failure: lookup.completion(.noDatabase)
            }
        }
    }

    private func record(_ lookup: Lookup, _ credentials: Credentials) {
        let attempt = lookup.attempt
        if credentials.recentFailures > 0 { database.forgiveLoginFailures(of: attempt.name) { _ in } }
        let token = attempt.wantsToken ? try? SessionToken() : nil
        let record = LoginRecord(user: credentials.user, clientType: attempt.clientType, tokenHash: token?.hash)
        let accepted = records.add(
            Record(profile: credentials.profile, record: record, token: token, completion: lookup.completion))
        guard accepted else { return lookup.completion(.busy) }
        recordNext()
    }

    private func recordNext() {
        guard let batch = records.take() else { return }
        database.recordLogins(lane: 0, batch.map(\.record), tokenDays: SessionToken.lifetimeInDays) {
            [unowned self] result in
            records.finished()
            switch result {
            case .success(let epochs):
                for (record, epoch) in zip(batch, epochs) {
                    record.completion(.success(record.profile, epoch: epoch, token: record.token))
                }
            case .failure:
                for record in batch { record.completion(.noDatabase) }
            }
            recordNext()
        }
    }
}

extension Credentials {
    /// 3 in the status of a user means "left".
    fileprivate var hasLeft: Bool { status == 3 }
}
