public import DBProxy
public import Primitives
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
    /// Where it comes from.
    public let host: SocketAddress.Host

    public init(
        name: String, secret: String, token: SessionToken?, wantsToken: Bool, clientType: ClientType,
        host: SocketAddress.Host
    ) {
        self.name = name
        self.secret = secret
        self.token = token
        self.wantsToken = wantsToken
        self.clientType = clientType
        self.host = host
    }
}

public enum LoginOutcome: Sendable {
    /// `epoch` orders the logins of this user and class; `token` is for the next login.
    case success(Profile, epoch: Int64, token: SessionToken?)
    /// Unknown user, wrong password or a user who left: nobody is told which.
    case wrongCredentials
    /// Too many failures of this name.
    case locked
    /// Too soon after the last failures of this name.
    case tooSoon
    /// Too many failures of this address.
    case addressLocked
    /// Too many logins wait.
    case busy
    case noDatabase
}

/// Judges logins: one lookup for many names, key derivation on threads of its own, one write for many epochs.
///
/// Of one name one attempt at a time is judged; after failures the next one is held until its time has come. So
/// whoever guesses gains nothing by asking in parallel, and a user who mistyped does not notice.
///
/// Confined to its loop; the cache and the threads are the node's.
public final class LoginService {
    public struct Limits: Sendable {
        /// Failures of one name within `lockout` before it is locked (weak point 5 of the original: per process, and
        /// forgotten with it).
        public var maxFailures = 10
        public var lockout: Duration = .seconds(30 * 60)
        /// From the first failure of a name to its next attempt; twice as long after each further one.
        public var retryDelay: Duration = .seconds(2)
        /// An attempt that would be held longer is refused: the stock clients wait for 5 s.
        public var maxHold: Duration = .seconds(4)
        /// Attempts that are judged. Those that come faster wait, no longer than `maxHold`.
        public var rate = TokenBucket.Limit(rate: 2_000, burst: 2_000)
        /// Attempts of one name that wait for each other.
        public var maxPerName = 8
        /// Attempts that are being judged, wait or are held.
        public var maxPending = 20_000
        /// Accept passwords that were stored with the cost of a load test.
        public var acceptsLoadTestPasswords = false

        public init() {}
    }

    public struct Statistics: Sendable {
        /// Attempts that were not judged at once because of failures before them.
        public var held = 0

        public init() {}
    }

    public typealias Completion = (LoginOutcome) -> Void

    private struct Lookup {
        let attempt: LoginAttempt
        let arrived: Instant
        let completion: Completion
    }

    private struct Record {
        let profile: Profile
        let record: LoginRecord
        let token: SessionToken?
        let lookup: Lookup
    }

    private unowned let loop: EventLoop
    private let database: Database
    private let cache: CredentialCache
    private let failures: FailedLogins
    private let redis: RedisCache?
    private let workers: WorkerPool
    /// In force from the next login on.
    public var limits: Limits {
        didSet { admission.limit = limits.rate }
    }
    private var admission: LoginAdmission<Lookup>
    /// `admit` will be called.
    private var isAdmitting = false
    private var lookups = Gather<Lookup>(maxWaiting: 10_000, maxBatch: 200)
    private var records = Gather<Record>(maxWaiting: 10_000, maxBatch: 200)
    /// Attempts behind the one that is being judged, by name.
    private var queues: [String: Fifo<Lookup>] = [:]
    /// Attempts without an outcome.
    public private(set) var pending = 0
    public private(set) var statistics = Statistics()

    public init(
        _ database: Database, cache: CredentialCache, failures: FailedLogins, redis: RedisCache?,
        workers: WorkerPool, limits: Limits, on loop: EventLoop
    ) {
        self.loop = loop
        self.database = database
        self.cache = cache
        self.failures = failures
        self.redis = redis
        self.workers = workers
        self.limits = limits
        admission = LoginAdmission(limits.rate, patience: limits.maxHold, capacity: limits.maxPending)
    }

    /// Calls back once.
    public func logIn(_ attempt: LoginAttempt, _ completion: @escaping Completion) {
        if attempt.token == nil, failures.isExhausted(attempt.host, at: loop.now) { return completion(.addressLocked) }
        let lookup = Lookup(attempt: attempt, arrived: loop.now, completion: completion)
        guard pending < limits.maxPending, admission.add(lookup, at: loop.now) else { return completion(.busy) }
        pending += 1
        if !isAdmitting { admit() }
    }

    private func admit() {
        isAdmitting = false
        while true {
            switch admission.next(at: loop.now) {
            case .admitted(let lookup): enqueue(lookup)
            case .tooLate(let lookup): refuseBusy(lookup)
            case .later(let wait):
                isAdmitting = true
                loop.schedule(after: wait) { [weak self] in self?.admit() }
                return
            case .none: return
            }
        }
    }

    private func enqueue(_ lookup: Lookup) {
        let name = lookup.attempt.name
        guard let waiting = queues[name]?.count else {
            queues[name] = Fifo()
            return start(lookup)
        }
        if waiting < limits.maxPerName { queues[name]?.append(lookup) } else { refuseBusy(lookup) }
    }

    /// It has no place in the queue of its name.
    private func refuseBusy(_ lookup: Lookup) {
        pending -= 1
        lookup.completion(.busy)
    }

    private func finish(_ lookup: Lookup, _ outcome: LoginOutcome) {
        pending -= 1
        let name = lookup.attempt.name
        lookup.completion(outcome)
        if let next = queues[name]?.popFirst() { start(next) } else { queues[name] = nil }
    }

    private func start(_ lookup: Lookup) {
        guard lookups.add(lookup) else { return finish(lookup, .busy) }
        lookUpNext()
    }

    private func lookUpNext() {
        guard let batch = lookups.take() else { return }
        database.loginSubjects(batch.map(\.attempt.name), failuresWithin: limits.lockout) { [unowned self] result in
            lookups.finished()
            switch result {
            case .success(let found):
                for (lookup, subject) in zip(batch, found) { judge(lookup, subject) }
            case .failure:
                for lookup in batch { finish(lookup, .noDatabase) }
            }
            lookUpNext()
        }
    }

    private func judge(_ lookup: Lookup, _ subject: LoginSubject) {
        let attempt = lookup.attempt
        // Nobody guesses a token, so neither those who guess passwords nor their neighbours get in its way.
        if let credentials = subject.credentials, let token = attempt.token, !credentials.hasLeft,
            let hash = credentials.tokenHashes[attempt.clientType.deviceClass], token.matches(hash: hash)
        {
            return record(lookup, credentials, subject)
        }
        if failures.isExhausted(attempt.host, at: loop.now) { return finish(lookup, .addressLocked) }
        guard subject.recentFailures < limits.maxFailures else { return refuse(lookup, .locked) }
        let wait = limits.wait(subject)
        if wait > .zero { return hold(lookup, for: wait) }
        guard let credentials = subject.credentials else { return judgeUnknown(lookup) }
        guard let database = database.identity, let key = cacheKey(credentials) else {
            return derive(lookup, credentials, subject)
        }
        let (user, version) = (credentials.user, credentials.version)
        if cache.contains(user, attempt.secret, version: version, in: database, at: loop.now) {
            return credentials.hasLeft ? fail(lookup) : record(lookup, credentials, subject)
        }
        guard let redis else { return derive(lookup, credentials, subject) }
        redis.get(key) { [unowned self] digest in
            let confirmed = digest.map {
                cache.confirms($0, user, attempt.secret, version: version, in: database)
            }
            guard confirmed == true, !credentials.hasLeft else { return derive(lookup, credentials, subject) }
            cache.remember(user, attempt.secret, version: version, in: database, at: loop.now)
            record(lookup, credentials, subject)
        }
    }

    /// Looks again afterwards: there may have been other failures meanwhile, on other nodes.
    private func hold(_ lookup: Lookup, for wait: Duration) {
        guard loop.now + wait <= lookup.arrived + limits.maxHold else { return refuse(lookup, .tooSoon) }
        statistics.held += 1
        loop.schedule(after: wait) { [weak self] in self?.start(lookup) }
    }

    /// The long way: derives the key on a thread of the pool.
    private func derive(_ lookup: Lookup, _ credentials: Credentials, _ subject: LoginSubject) {
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
            record(lookup, credentials, subject)
        }
        if !accepted { finish(lookup, .busy) }
    }

    private func cacheKey(_ credentials: Credentials) -> CacheKey? {
        database.cacheKey("credentials:\(credentials.user.rawValue):\(credentials.version)")
    }

    /// A name that no user has takes as long and locks as fast as any other.
    private func judgeUnknown(_ lookup: Lookup) {
        let secret = lookup.attempt.secret
        let accepted = workers.submit(from: loop, { PasswordHash.ofNobody?.matches(secret) ?? false }) {
            [unowned self] _ in fail(lookup)
        }
        if !accepted { finish(lookup, .busy) }
    }

    private func fail(_ lookup: Lookup) {
        failures.failed(lookup.attempt.host, at: loop.now)
        // Counted before it is answered: whoever counts on being faster than the counter waits for it.
        database.recordLoginFailure(of: lookup.attempt.name) { [unowned self] result in
            switch result {
            case .success: finish(lookup, .wrongCredentials)
            case .failure: finish(lookup, .noDatabase)
            }
        }
    }

    /// Without having looked at the password. Counts against the address, else asking would cost nothing.
    private func refuse(_ lookup: Lookup, _ outcome: LoginOutcome) {
        failures.failed(lookup.attempt.host, at: loop.now)
        finish(lookup, outcome)
    }

    private func record(_ lookup: Lookup, _ credentials: Credentials, _ subject: LoginSubject) {
        let attempt = lookup.attempt
        if subject.recentFailures > 0 { database.forgiveLoginFailures(of: attempt.name) { _ in } }
        let token = attempt.wantsToken ? try? SessionToken() : nil
        let record = LoginRecord(user: credentials.user, clientType: attempt.clientType, tokenHash: token?.hash)
        let accepted = records.add(
            Record(profile: credentials.profile, record: record, token: token, lookup: lookup))
        guard accepted else { return finish(lookup, .busy) }
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
                    finish(record.lookup, .success(record.profile, epoch: epoch, token: record.token))
                }
            case .failure:
                for record in batch { finish(record.lookup, .noDatabase) }
            }
            recordNext()
        }
    }
}

extension LoginService.Limits {
    /// How long after its last failure a name must rest, less what it has rested.
    fileprivate func wait(_ subject: LoginSubject) -> Duration {
        guard subject.recentFailures > 0 else { return .zero }
        return retryDelay * (1 << min(subject.recentFailures - 1, 20)) - subject.sinceFailure
    }
}

extension Credentials {
    /// 3 in the status of a user means "left".
    fileprivate var hasLeft: Bool { status == 3 }
}
