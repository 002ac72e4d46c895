@testable import DBProxy
import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.serialized) struct RedisCacheTests {
    @Test func whatIsStoredIsFoundAndWhatIsNotIsNil() async throws {
        let probe = try await CacheProbe()
        let key = CacheKey(text: "test:\(getpid()):\(UInt64.random(in: 0 ... .max))")
        #expect(await probe.get(key) == nil)
        await probe.set(key, [0, 1, 255])
        #expect(await probe.get(key) == [0, 1, 255])
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
        // Connections wait in its backlog; nobody will ever read from them.
        let deaf = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(deaf) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &place) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe _ = (bind(deaf, $0, length), listen(deaf, 8), getsockname(deaf, $0, &length))
            }
        }
        let probe = try await CacheProbe(port: UInt16(bigEndian: place.sin_port))
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

    init(port: UInt16? = nil, addresses: [String] = [], waits: Bool = true) async throws {
        guard let variable = unsafe getenv("GRAPEVINE_TEST_REDIS") else { throw NoServer() }
        let parts = unsafe String(cString: variable).split(separator: ":").map(String.init)
        guard parts.count == 2, let given = UInt16(parts[1]) else { throw NoServer() }
        let pool = try WorkerPool(name: "dns", threads: 1, capacity: 8)
        self.pool = pool
        let confined = confined
        let host = addresses.isEmpty ? parts[0] : "several"
        group = try LoopGroup(LoopGroup.Configuration(seed: 5)) { loop in
            confined.cache = RedisCache(
                host: host, port: port ?? given,
                resolver: NameResolver(pool: pool) { _, port in
                    addresses.compactMap { SocketAddress(numeric: $0, port: port) }
                }, on: loop)
        }
        while waits, await !isReady { await Task.yield() }
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
