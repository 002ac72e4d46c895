import Administration
import Crypto
import DBProxy
import HTTPCore
import Log
import Primitives
import Reactor
import Synchronization

/// Who asks, by the bearer token (RFC 6750): the one of the configuration, or one of the database, where only digests
/// are. Shared by the loops of a node.
public final class Authority: Sendable {
    struct Identity: Sendable {
        /// As in the audit.
        let name: String
        let scopes: Set<Scope>
    }

    private struct Entry {
        let identity: Identity
        let expires: Instant
    }

    /// The name of `admin.token`; no other token can have it, as it has a dot.
    static let configuredName = "admin.token"
    /// A revoked token is of use for so long.
    static let cacheTime: Duration = .seconds(3)
    private static let maxEntries = 1_000
    private static let maxByteCount = 512
    /// Tokens of one site that turned out to be unknown, so that guessing costs the guesser.
    private static let guessesPerSite = TokenBucket.Limit(rate: 5, burst: 50)
    /// Of all sites, so that it does not cost the users' database.
    private static let guesses = TokenBucket.Limit(rate: 100, burst: 500)
    private static let maxSites = 10_000

    private let configured: [UInt8]?
    private let cache = Mutex<[[UInt8]: Entry]>([:])
    private let bucket = Mutex(TokenBucket())
    private let sites = Mutex(TokenBucketTable<SocketAddress.Host>(guessesPerSite, capacity: maxSites))
    private let failed = Atomic<Int>(0)

    /// Requests with a token that nobody has.
    public var failures: Int { failed.load(ordering: .relaxed) }

    /// - Parameter token: the setting `admin.token`; `nil` or empty if there is none.
    public init(token: String?) {
        configured = token.flatMap { $0.isEmpty ? nil : AdminToken.digest(of: $0) }
    }

    func identify(
        _ headers: HTTPHeaders, from peer: SocketAddress, in database: Database, log: Logger, at now: Instant,
        _ completion: @escaping (Result<Identity, Problem>) -> Void
    ) {
        guard let token = Self.token(headers["authorization"]) else { return completion(.failure(Self.stranger())) }
        // Digests are compared, so that neither time nor lookup says anything about a token.
        let digest = AdminToken.digest(of: token)
        if let configured, equalInConstantTime(configured.rawBytes, digest.rawBytes) {
            return completion(.success(Identity(name: Self.configuredName, scopes: Set(Scope.allCases))))
        }
        let known = cache.withLock { $0[digest] }
        if let known, now < known.expires { return completion(.success(known.identity)) }
        // Who had a good token a while ago does not guess.
        guard known != nil || mayGuess(from: peer, at: now) else {
            var problem = Problem(.tooManyTokens, "too many tokens are being looked up; try again in a second")
            problem.retryAfterSeconds = 1
            return completion(.failure(problem))
        }
        let refuse = { [self] in
            cache.withLock { $0[digest] = nil }
            noteGuess(from: peer, log, at: now)
            completion(.failure(Self.stranger(isUnknown: true)))
        }
        guard AdminToken.hasForm(token) else { return refuse() }
        database.useAdminToken(digest) { [self] result in
            switch result {
            case .success(let found?):
                let identity = Identity(name: found.name, scopes: Set(found.scopes.compactMap(Scope.init)))
                remember(identity, digest, until: now + Self.cacheTime, at: now)
                completion(.success(identity))
            case .success(nil):
                refuse()
            case .failure:
                var problem = Problem(
                    .databaseUnavailable, "the database does not answer, so only the token of admin.token is known now")
                problem.retryAfterSeconds = 1
                completion(.failure(problem))
            }
        }
    }

    /// Only what turns out to be unknown takes from the buckets, so that many known tokens do not empty them.
    private func mayGuess(from peer: SocketAddress, at now: Instant) -> Bool {
        var copy = bucket.withLock { $0 }
        return copy.take(Self.guesses, at: now) == nil && sites.withLock { $0.wait(peer.host.site, at: now) } == nil
    }

    private func noteGuess(from peer: SocketAddress, _ log: Logger, at now: Instant) {
        failed.add(1, ordering: .relaxed)
        _ = bucket.withLock { $0.take(Self.guesses, at: now) }
        sites.withLock { _ = $0.take(peer.host.site, at: now) }
        log.warn(
            "admin_token_unknown", "somebody asked the administration API with a token that nobody has",
            ["peer": .string(peer.description)])
    }

    private func remember(_ identity: Identity, _ digest: [UInt8], until: Instant, at now: Instant) {
        cache.withLock { cache in
            if cache.count >= Self.maxEntries, let any = cache.keys.first { cache[any] = nil }
            cache[digest] = Entry(identity: identity, expires: until)
        }
    }

    static func lacks(_ scope: Scope) -> Problem {
        var problem = Problem(
            .forbidden, "the token lacks the scope '\(scope.rawValue)'", details: [("scope", .string(scope.rawValue))])
        problem.challenge = #"Bearer realm="grapevine", error="insufficient_scope", scope="\#(scope.rawValue)""#
        return problem
    }

    private static func stranger(isUnknown: Bool = false) -> Problem {
        let advice = "make one with: talkctl token create NAME --scope read (or set admin.token)"
        var problem = Problem(
            .unauthorized,
            isUnknown ? "the token is unknown or was revoked; \(advice)"
                : "a token is needed, as in: Authorization: Bearer TOKEN; \(advice)")
        problem.challenge = #"Bearer realm="grapevine""# + (isUnknown ? #", error="invalid_token""# : "")
        return problem
    }

    /// What stands behind `Bearer`, a word of any case.
    private static func token(_ field: String?) -> String? {
        guard let field, field.utf8.count <= maxByteCount else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}
