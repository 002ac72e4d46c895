public import DBProxy
public import Primitives
public import Reactor
import TalkProtocol

/// Judges logins: one lookup for many names, key derivation on threads of its own, one write for many epochs.
///
/// What was verified before, a token and a secret that is known to be wrong are answered at once. Of the rest one
/// attempt at a time is judged for each name and address, and held after failures (`GuessLimits`): so whoever guesses
/// gains nothing by asking in parallel, and a user who mistyped does not notice.
///
/// Confined to its loop; the cache and the threads are the node's.
public final class LoginService {
    public struct Limits: Sendable {
        public var guesses = GuessLimits()
        /// Attempts that are judged. Those that come faster wait, no longer than `guesses.maxHold`.
        public var rate = TokenBucket.Limit(rate: 2_000, burst: 2_000)
        /// Attempts of one name and address that wait for each other.
        public var maxWaiting = 8
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

    struct Guesser: Hashable {
        let name: [UInt8]
        let site: SocketAddress.Host
    }

    final class Lookup {
        let attempt: LoginAttempt
        let site: SocketAddress.Host
        let arrived: Instant
        let digest: [UInt8]
        let completion: Completion
        /// It is the one of its name and address whose password is being judged.
        var hasTurn = false
        var isJudgedAgain = false
        var isFinished = false

        init(_ attempt: LoginAttempt, digest: [UInt8], at now: Instant, _ completion: @escaping Completion) {
            self.attempt = attempt
            self.digest = digest
            self.completion = completion
            site = attempt.host.site
            arrived = now
        }

        var guesser: Guesser { Guesser(name: Array(attempt.name.utf8), site: site) }
    }

    private struct Record {
        let profile: Profile
        let record: LoginRecord
        let token: SessionToken?
        let lookup: Lookup
    }

    unowned let loop: EventLoop
    let database: Database
    let cache: CredentialCache
    let failures: FailedLogins
    let pace: LoginPace
    let redis: RedisCache?
    let derivations: Derivations
    private let digest: SecretDigest
    /// In force from the next login on.
    public var limits: Limits {
        didSet { admission.limit = limits.rate }
    }
    private var admission: LoginAdmission<Lookup>
    /// `admit` will be called.
    private var isAdmitting = false
    private var lookups = Gather<Lookup>(maxWaiting: 20_000, maxBatch: 200)
    private var records = Gather<Record>(maxWaiting: 20_000, maxBatch: 200)
    /// Attempts behind the one that is being judged.
    var queues: [Guesser: Fifo<Lookup>] = [:]
    /// Attempts without an outcome.
    public private(set) var pending = 0
    public internal(set) var statistics = Statistics()

    /// - Parameter digestKey: names wrong secrets in the database; the same on all nodes, 32 random bytes.
    public init(
        _ database: Database, cache: CredentialCache, failures: FailedLogins, pace: LoginPace, redis: RedisCache?,
        derivations: Derivations, digestKey: [UInt8], limits: Limits, on loop: EventLoop
    ) {
        self.loop = loop
        self.database = database
        self.cache = cache
        self.failures = failures
        self.pace = pace
        self.redis = redis
        self.derivations = derivations
        digest = SecretDigest(key: digestKey)
        self.limits = limits
        admission = LoginAdmission(limits.rate, patience: limits.guesses.maxHold, capacity: limits.maxPending)
    }

    /// Calls back once.
    public func logIn(_ attempt: LoginAttempt, _ completion: @escaping Completion) {
        let lookup = Lookup(attempt, digest: digest.of(attempt.secret, name: attempt.name), at: loop.now, completion)
        guard pending < limits.maxPending, admission.add(lookup, from: lookup.site, at: loop.now) else {
            return completion(.busy)
        }
        pending += 1
        if !isAdmitting { admit() }
    }

    private func admit() {
        isAdmitting = false
        while true {
            switch admission.next(at: loop.now) {
            case .admitted(let lookup): lookUp(lookup)
            case .tooLate(let lookup): finish(lookup, .busy)
            case .later(let wait):
                isAdmitting = true
                loop.schedule(after: wait) { [weak self] in self?.admit() }
                return
            case .none: return
            }
        }
    }

    /// What comes after the first outcome of an attempt is of no interest.
    func finish(_ lookup: Lookup, _ outcome: LoginOutcome) {
        if lookup.isFinished { return }
        lookup.isFinished = true
        pending -= 1
        lookup.completion(outcome)
        guard lookup.hasTurn else { return }
        let guesser = lookup.guesser
        guard let next = queues[guesser]?.popFirst() else { return queues[guesser] = nil }
        next.hasTurn = true
        // There is a failure more now.
        lookUp(next)
    }

    // MARK: What is known

    func lookUp(_ lookup: Lookup) {
        if lookup.attempt.interest.hasEnded { return finish(lookup, .busy) }
        guard lookups.add(lookup) else { return finish(lookup, .busy) }
        lookUpNext()
    }

    private func lookUpNext() {
        guard let batch = lookups.take() else { return }
        let questions = batch.map {
            LoginQuestion(name: $0.attempt.name, site: $0.site.bytes, digest: $0.digest)
        }
        database.loginSubjects(questions, countingFor: GuessLimits.window) { [unowned self] result in
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
        if let credentials = subject.credentials, !credentials.hasLeft {
            // Nobody guesses a token, so neither those who guess passwords nor their neighbours get in its way.
            if let token = attempt.token, let hash = credentials[attempt.clientType.deviceClass].tokenHash,
                token.matches(hash: hash)
            {
                return record(lookup, credentials, subject, presented: hash)
            }
            if let identity = database.identity,
                cache.contains(
                    credentials.user, attempt.secret, version: credentials.version, in: identity, at: loop.now)
            {
                return record(lookup, credentials, subject)
            }
        }
        if subject.guesses.isKnownWrong { return finish(lookup, .wrongCredentials) }
        guard let redis, let credentials = subject.credentials, !credentials.hasLeft,
            let identity = database.identity, let key = cacheKey(credentials)
        else { return takeTurn(lookup, subject) }
        redis.get(key) { [unowned self] digest in
            let confirmed = digest.map {
                cache.confirms($0, credentials.user, attempt.secret, version: credentials.version, in: identity)
            }
            guard confirmed == true else { return takeTurn(lookup, subject) }
            cache.remember(
                credentials.user, attempt.secret, version: credentials.version, in: identity, at: loop.now)
            record(lookup, credentials, subject)
        }
    }

    func cacheKey(_ credentials: Credentials) -> CacheKey? {
        database.cacheKey("credentials:\(credentials.user.rawValue):\(credentials.version)")
    }

    // MARK: Success

    /// - Parameter presented: hash of the token that was given in place of a password.
    func record(_ lookup: Lookup, _ credentials: Credentials, _ subject: LoginSubject, presented: [UInt8]? = nil) {
        let attempt = lookup.attempt
        guard pace.admits(credentials.user, at: loop.now) else { return finish(lookup, .tooOften) }
        if subject.guesses.bySite > 0 {
            database.forgiveLoginFailures(of: attempt.name, at: lookup.site.bytes) { _ in }
        }
        let token = attempt.wantsToken ? try? SessionToken() : nil
        let record = LoginRecord(
            user: credentials.user, clientType: attempt.clientType, tokenHash: token?.hash,
            presented: presented, version: credentials.version,
            isFirst: credentials[attempt.clientType.deviceClass].isEmpty,
            site: subject.guesses.isSiteNoted ? nil : lookup.site.bytes)
        let accepted = records.add(
            Record(profile: credentials.profile, record: record, token: token, lookup: lookup))
        guard accepted else { return finish(lookup, .busy) }
        recordNext()
    }

    private func recordNext() {
        guard let batch = records.take() else { return }
        database.recordLogins(batch.map(\.record), tokenDays: SessionToken.lifetimeInDays) { [unowned self] result in
            records.finished()
            switch result {
            case .success(let (epochs, horizon)):
                for (record, epoch) in zip(batch, epochs) { recorded(record, epoch, horizon) }
            case .failure:
                for record in batch { finish(record.lookup, .noDatabase) }
            }
            recordNext()
        }
    }

    /// - Parameter epoch: `nil` if the password or the status has changed since they were read, or the token was
    ///   used by somebody else.
    private func recorded(_ record: Record, _ epoch: Int64?, _ horizon: Int64) {
        let lookup = record.lookup
        if let epoch {
            return finish(
                lookup, .success(record.profile, epoch: epoch, horizon: horizon, token: record.token))
        }
        if lookup.isJudgedAgain { return finish(lookup, .busy) }
        lookup.isJudgedAgain = true
        lookUp(lookup)
    }
}
