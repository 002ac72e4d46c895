@testable import DBProxy
import Glibc
import Reactor
import Synchronization
import TLS
import TLSKit
import Testing
import WaitKit

@Suite(.serialized, .timeLimit(.minutes(5))) struct RedisCacheTests {
    @Test func whatIsStoredIsFoundAndWhatIsNotIsNil() async throws {
        let probe = try await CacheProbe()
        let key = CacheKey(text: "test:\(getpid()):\(UInt64.random(in: 0 ... .max))")
        #expect(await probe.get(key) == nil)
        await probe.set(key, [0, 1, 255])
        #expect(await probe.get(key) == [0, 1, 255])
    }

    @Test("what somebody else wrote into Redis is not there: made up, changed, copied from another key, nothing, huge")
    func untrusted() async throws {
        let probe = try await CacheProbe()
        let (one, other) = (CacheProbe.newKey(), CacheProbe.newKey())
        await probe.set(one, [1, 2, 3, 4])
        await probe.set(other, [5, 6, 7, 8])
        #expect(await probe.get(one) == [1, 2, 3, 4])
        let redis = try RawRedis(try CacheProbe.server.port)
        let sealed = try redis.ask(["GET", other.text])
        for planted in [[0, 0, 0, 1], Array(sealed.dropLast()), sealed, [], [UInt8](repeating: 7, count: 3 << 20)] {
            _ = try redis.ask(["SET", one.text], planted)
            #expect(await probe.get(one) == nil, "\(planted.count) bytes")
        }
        // And from another cluster, whose secret is another one.
        let stranger = try await CacheProbe(secret: "another secret")
        #expect(await stranger.get(other) == nil)
        #expect(await probe.get(other) == [5, 6, 7, 8])
    }

    @Test func whatIsEmptyOrTooLongIsNotKept() async throws {
        let probe = try await CacheProbe()
        let longest = [UInt8](repeating: 9, count: CacheSeal.maxValueBytes)
        for (value, isKept) in [([], false), (longest, true), (longest + [9], false)] {
            let key = CacheProbe.newKey()
            await probe.set(key, value)
            #expect(await probe.get(key) == (isKept ? value : nil))
        }
    }

    @Test("a server with a password is used by who knows it")
    func password() async throws {
        let server = try RedisServer(password: "three blind mice")
        defer { server.stop() }
        let probe = try await CacheProbe(port: server.port, password: "three blind mice")
        await probe.set(CacheKey(text: "key"), [1])
        #expect(await probe.get(CacheKey(text: "key")) == [1])
        for wrong in ["", "two blind mice"] {
            let stranger = try await CacheProbe(port: server.port, password: wrong, waits: false)
            #expect(await stranger.get(CacheKey(text: "key")) == nil)
            #expect(throws: RedisFailure.self) {
                try RedisFacts(RedisPlace(host: "127.0.0.1", port: server.port, password: wrong))
            }
        }
        let place = RedisPlace(host: "127.0.0.1", port: server.port, password: "three blind mice")
        #expect(try RedisFacts(place).values["redis_version"] != nil)
    }

    @Test("over TLS: a server whose certificate is believed is used, another one is not, and it says why")
    func tls() async throws {
        let certificates = try TestCertificates.shared.get()
        let server = try RedisServer(password: "three blind mice", tls: certificates)
        defer { server.stop() }
        let believing = try TLSContext(clientBelieving: certificates.authority, identity: certificates.server)
        let probe = try await CacheProbe(port: server.port, password: "three blind mice", tls: believing)
        let key = CacheProbe.newKey()
        let long = [UInt8](repeating: 9, count: CacheSeal.maxValueBytes)
        await probe.set(key, long)
        #expect(await probe.get(key) == long)
        var place = RedisPlace(host: "127.0.0.1", port: server.port, password: "three blind mice", tls: believing)
        #expect(try RedisFacts(place).values["redis_version"] != nil)

        place.tls = try TLSContext(clientBelieving: certificates.stranger.certificate)
        guard case .tls(.certificate) = #expect(throws: RedisFailure.self, performing: { try RedisFacts(place) }) else {
            Issue.record("a certificate that nobody believed was taken")
            return
        }
        // A Redis that asks for a certificate, and a client that has none; and one that does not speak TLS.
        place.tls = try TLSContext(clientBelieving: certificates.authority)
        #expect(throws: RedisFailure.self) { try RedisFacts(place) }
        place.tls = nil
        #expect(throws: RedisFailure.self) { try RedisFacts(place) }
    }

    @Test func aServerThatIsNotThereIsAnEmptyCacheAtOnce() async throws {
        let probe = try await CacheProbe(port: 1, waits: false)
        #expect(await probe.get(CacheKey(text: "anything")) == nil)
        #expect(await probe.isReady == false)
    }

    @Test("localhost is ::1 first where the server listens on 127.0.0.1 only")
    func theAddressThatAnswersIsFound() async throws {
        // Nobody listens on the first two, and the third one does not even exist.
        let probe = try await CacheProbe(addresses: ["127.9.9.9", "::1", "2001:db8::1", "127.0.0.1"])
        #expect(await probe.isReady)
    }

    @Test func aServerThatNeverAnswersFillsNoQueue() async throws {
        // It answers the first question, as a Redis would, and reads nothing.
        let (listener, port) = try listenOnLoopback()
        defer { close(listener) }
        let probe = try await CacheProbe(port: port, waits: false)
        let deaf = accept(listener, nil, nil)
        defer { close(deaf) }
        #expect(unsafe send(deaf, "+PONG\r\n", 7, 0) == 7)
        try await eventually { await probe.isReady }
        for _ in 0..<3 {
            await withTaskGroup(of: [UInt8]?.self) { group in
                for _ in 0..<800 { group.addTask { await probe.get(CacheKey(text: "key")) } }
                for await value in group { #expect(value == nil) }
            }
            await probe.set(CacheKey(text: "key"), [1])
        }
        #expect(await probe.unanswered == RedisCache.maxUnanswered)
    }
}

/// A cache on a loop of its own.
private final class CacheProbe: Sendable {
    private final class Confined: @unchecked Sendable {
        // Proof: set once on the loop before `init` returns, used there only.
        var cache: RedisCache?
    }

    private let group: LoopGroup
    private let pool: WorkerPool
    private let confined = Confined()

    struct NoServer: Error {}

    static var server: (host: String, port: UInt16) {
        get throws {
            guard let variable = unsafe getenv("GRAPEVINE_TEST_REDIS") else { throw NoServer() }
            let parts = unsafe String(cString: variable).split(separator: ":").map(String.init)
            guard parts.count == 2, let port = UInt16(parts[1]) else { throw NoServer() }
            return (parts[0], port)
        }
    }

    static func newKey() -> CacheKey {
        CacheKey(text: "test:\(getpid()):\(UInt64.random(in: 0 ... .max))")
    }

    init(
        port: UInt16? = nil, password: String = "", secret: String = "the secret of these tests",
        addresses: [String] = [], tls: TLSContext? = nil, waits: Bool = true
    ) async throws {
        let given = try Self.server
        let pool = try WorkerPool(name: "dns", threads: 1, capacity: 8)
        self.pool = pool
        let confined = confined
        let host = addresses.isEmpty ? given.host : "several"
        let place = RedisPlace(host: host, port: port ?? given.port, password: password, tls: tls)
        group = try LoopGroup(LoopGroup.Configuration(seed: 5)) { loop in
            confined.cache = RedisCache(
                place, seal: CacheSeal(secret: [UInt8](secret.utf8)),
                resolver: NameResolver(pool: pool) { _, port in
                    addresses.compactMap { SocketAddress(numeric: $0, port: port) }
                }, on: loop)
        }
        if waits { try await eventually { await isReady } }
    }

    deinit {
        group.loops[0].execute { [confined] _ in confined.cache?.close() }
        group.stop()
        pool.stop()
    }

    var isReady: Bool {
        get async {
            await withCheckedContinuation { done in
                group.loops[0].execute { [confined] _ in done.resume(returning: confined.cache?.isReady ?? false) }
            }
        }
    }

    var unanswered: Int {
        get async {
            await withCheckedContinuation { done in
                group.loops[0].execute { [confined] _ in done.resume(returning: confined.cache?.unanswered ?? 0) }
            }
        }
    }

    func get(_ key: CacheKey) async -> [UInt8]? {
        await withCheckedContinuation { done in
            group.loops[0].execute { [confined] _ in confined.cache?.get(key) { done.resume(returning: $0) } }
        }
    }

    func set(_ key: CacheKey, _ value: [UInt8]) async {
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            group.loops[0].execute { [confined] _ in
                confined.cache?.set(key, value, for: .seconds(10))
                done.resume()
            }
        }
    }
}
