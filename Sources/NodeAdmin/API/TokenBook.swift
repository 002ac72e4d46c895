import Administration
import DBProxy
import Primitives
import Reactor
import Synchronization

/// Whom tokens let in, as the database has it, by their digests: asked once in a while, and guessing is slowed down.
/// Shared by the loops of a node.
final class TokenBook<Identity: Sendable>: Sendable {
    enum Finding {
        case known(Identity)
        case unknown
        /// Others, or this one, have tried too many that nobody has.
        case tooManyGuesses
        case noDatabase
    }

    private struct Entry {
        let identity: Identity
        let expires: Instant
    }

    /// A revoked token is of use for so long.
    static var cacheTime: Duration { .seconds(3) }
    private static var maxEntries: Int { 1_000 }
    private static var maxSites: Int { 10_000 }
    /// Tokens of one site that turned out to be unknown, so that guessing costs the guesser.
    private static var guessesPerSite: TokenBucket.Limit { TokenBucket.Limit(rate: 5, burst: 50) }
    /// Of all sites, so that it does not cost the users' database.
    private static var guesses: TokenBucket.Limit { TokenBucket.Limit(rate: 100, burst: 500) }

    private let cache = Mutex<[[UInt8]: Entry]>([:])
    private let bucket = Mutex(TokenBucket())
    private let sites = Mutex(TokenBucketTable<SocketAddress.Host>(guessesPerSite, capacity: maxSites))
    private let failed = Atomic<Int>(0)

    /// Tokens that nobody has.
    var failures: Int { failed.load(ordering: .relaxed) }

    /// Digests are compared, so that neither time nor lookup says anything about a token.
    /// - Parameters:
    ///   - digest: of the token; `nil`: it is none at all.
    ///   - ask: asks the database.
    ///   - completion: called once, at once or later, on the loop of `ask`.
    func find(
        _ digest: [UInt8]?, from peer: SocketAddress, at now: Instant,
        ask: ([UInt8], @escaping Database.Completion<Identity?>) -> Void, _ completion: @escaping (Finding) -> Void
    ) {
        let known = digest.flatMap { digest in cache.withLock { $0[digest] } }
        if let known, now < known.expires { return completion(.known(known.identity)) }
        // Who had a good token a while ago does not guess.
        guard known != nil || mayGuess(from: peer, at: now) else { return completion(.tooManyGuesses) }
        let refuse = { [self] (wasAsked: Bool) in
            if let digest { cache.withLock { $0[digest] = nil } }
            noteGuess(from: peer, at: now, wasAsked: wasAsked)
            completion(.unknown)
        }
        guard let digest else { return refuse(false) }
        ask(digest) { [self] result in
            switch result {
            case .success(let identity?):
                remember(identity, digest, until: now + Self.cacheTime)
                completion(.known(identity))
            case .success(nil): refuse(true)
            case .failure: completion(.noDatabase)
            }
        }
    }

    /// Only what turns out to be unknown takes from the buckets, so that many known tokens do not empty them.
    private func mayGuess(from peer: SocketAddress, at now: Instant) -> Bool {
        var copy = bucket.withLock { $0 }
        return copy.take(Self.guesses, at: now) == nil && sites.withLock { $0.wait(peer.host.site, at: now) } == nil
    }

    /// - Parameter wasAsked: the database was; what costs nothing takes nothing from others.
    private func noteGuess(from peer: SocketAddress, at now: Instant, wasAsked: Bool) {
        failed.add(1, ordering: .relaxed)
        if wasAsked { _ = bucket.withLock { $0.take(Self.guesses, at: now) } }
        sites.withLock { _ = $0.take(peer.host.site, at: now) }
    }

    private func remember(_ identity: Identity, _ digest: [UInt8], until expires: Instant) {
        cache.withLock { cache in
            if cache.count >= Self.maxEntries, let any = cache.keys.first { cache[any] = nil }
            cache[digest] = Entry(identity: identity, expires: expires)
        }
    }
}

/// What stands behind `Bearer`, a word of any case (RFC 6750, section 2.1).
enum BearerField {
    private static let maxByteCount = 512

    static func token(_ field: String?) -> String? {
        guard let field, field.utf8.count <= maxByteCount else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}
