import Primitives
public import Reactor

/// Redis as one loop sees it: a cache that may vanish, restart empty, stall or lie, at any time.
///
/// Every key names the state that its value was derived from, the database and a version, and every value is sealed
/// (`CacheSeal`), so a value is right or absent, never stale and never somebody else's.
/// Every question has its answer within `patience`; no answer is "not there". Nothing waits for a write.
public final class RedisCache {
    /// How long a question may take: beyond it the database is as fast.
    private static let patience: Duration = .milliseconds(20)
    /// Commands without an answer; beyond it everything is "not there".
    static let maxUnanswered = 1_000
    /// A server that has answered nothing for so long is left: it may hang, or be another one by now.
    private static let maxStall: Duration = .seconds(2)

    private unowned let loop: EventLoop
    private let place: RedisPlace
    private let seal: CacheSeal
    private let resolver: NameResolver
    private let connection: RedisConnection
    private var isClosed = false
    private var backoff = Backoff()
    /// What the host's name stands for and was not tried yet.
    private var addresses: [SocketAddress] = []
    /// Why the last attempt failed or the last connection ended; `nil` while there is one.
    public private(set) var failure: RedisFailure?

    public init(_ place: RedisPlace, seal: CacheSeal, resolver: NameResolver, on loop: EventLoop) {
        self.loop = loop
        self.place = place
        self.seal = seal
        self.resolver = resolver
        connection = RedisConnection(place, on: loop)
        connection.ready = { [weak self] in self?.connected() }
        connection.ended = { [weak self] failure in self?.lost(failure) }
        connect()
    }

    public var isReady: Bool { connection.isReady }

    var unanswered: Int { connection.unanswered }

    /// The value of a key, `nil` if there is none or Redis does not say so in time.
    public func get(_ key: CacheKey, _ completion: @escaping ([UInt8]?) -> Void) {
        guard mayAsk() else { return completion(nil) }
        // One byte more than the longest value: a longer one is known by it, and not sent to its end.
        let words = ["GETRANGE", key.text, "0", "\(CacheSeal.maxSealedBytes)"].map { [UInt8]($0.utf8) }
        let number = connection.ask(words) { [seal] reply in
            if case .bytes(let value) = reply { completion(seal.open(value, under: key)) } else { completion(nil) }
        }
        guard let number else { return completion(nil) }
        loop.schedule(after: Self.patience) { [weak connection] in connection?.forget(number) }
    }

    /// Stores a value for some time. Whether it arrives is not known and does not matter.
    public func set(_ key: CacheKey, _ value: [UInt8], for lifetime: Duration) {
        guard mayAsk(), let sealed = seal.seal(value, under: key) else { return }
        let seconds = String(max(1, lifetime.components.seconds))
        connection.ask(
            [[UInt8]("SET".utf8), [UInt8](key.text.utf8), sealed, [UInt8]("EX".utf8), [UInt8](seconds.utf8)])
    }

    public func close() {
        isClosed = true
        connection.close()
    }

    private func mayAsk() -> Bool {
        guard connection.isReady else { return false }
        if connection.unanswered > 0, loop.now - connection.lastAnswer > Self.maxStall {
            connection.close(.timedOut)
            return false
        }
        return connection.unanswered < Self.maxUnanswered
    }

    // MARK: Connecting

    private func connect() {
        resolver.resolve(place.host, port: place.port, on: loop) { [weak self] found in
            guard let self, !isClosed else { return }
            if found.isEmpty { failure = .unknownHost }
            addresses = found.reversed()
            connectToNext()
        }
    }

    /// A name may stand for several addresses, and the server listen on one of them only.
    private func connectToNext() {
        while let address = addresses.popLast() {
            if connection.connect(to: address) { return }
        }
        loop.schedule(after: backoff.delay(&loop.random)) { [weak self] in
            if let self, !isClosed { connect() }
        }
    }

    private func connected() {
        failure = nil
        addresses = []
        backoff.reset()
    }

    private func lost(_ failure: RedisFailure) {
        self.failure = failure
        if !isClosed { connectToNext() }
    }
}
