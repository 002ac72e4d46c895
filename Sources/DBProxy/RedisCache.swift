import CRedis
import Glibc
import Primitives
public import Reactor

/// Where Redis is.
public struct RedisPlace: Sendable {
    public var host: String
    public var port: UInt16
    /// Empty: it asks for none.
    public var password: String

    public init(host: String, port: UInt16, password: String = "") {
        self.host = host
        self.port = port
        self.password = password
    }
}

/// Redis as one loop sees it: a cache that may vanish, restart empty, stall or lie, at any time.
///
/// Every key names the state that its value was derived from, the database and a version, and every value is sealed
/// (`CacheSeal`), so a value is right or absent, never stale and never somebody else's.
/// Every question has its answer within `patience`; no answer is "not there". Nothing waits for a write.
@safe public final class RedisCache: DescriptorHandler {
    /// How long a question may take: beyond it the database is as fast.
    private static let patience: Duration = .milliseconds(20)
    /// Commands without an answer; beyond it everything is "not there".
    static let maxUnanswered = 1_000
    /// A server that has answered nothing for so long is left: it may hang, or be another one by now.
    private static let maxStall: Duration = .seconds(2)
    private static let connectTimeout: Duration = .seconds(2)
    /// Of an answer that has not arrived in full: the longest one and what hiredis reads at once. Who sends more is not
    /// asked for it.
    private static let maxUnreadBytes = CacheSeal.maxSealedBytes + (64 << 10)

    private unowned let loop: EventLoop
    private let place: RedisPlace
    private let seal: CacheSeal
    private let resolver: NameResolver
    private var context: UnsafeMutablePointer<redisAsyncContext>?
    private var watch: WatchID?
    /// As `connect` watches the socket.
    private var interest = (reading: false, writing: true)
    private var isConnected = false
    private var isClosed = false
    private var backoff = Backoff()
    private var pending: [UInt: ([UInt8]?) -> Void] = [:]
    private var lastToken: UInt = 0
    private(set) var unanswered = 0
    private var lastAnswer = Instant.never
    private var attempt = 0
    /// What the host's name stands for and was not tried yet.
    private var addresses: [SocketAddress] = []

    public init(_ place: RedisPlace, seal: CacheSeal, resolver: NameResolver, on loop: EventLoop) {
        self.loop = loop
        self.place = place
        self.seal = seal
        self.resolver = resolver
        unsafe context = nil
        connect()
    }

    public var isReady: Bool { isConnected }

    /// The value of a key, `nil` if there is none or Redis does not say so in time.
    public func get(_ key: CacheKey, _ completion: @escaping ([UInt8]?) -> Void) {
        guard mayAsk() else { return completion(nil) }
        lastToken &+= 1
        let token = lastToken
        pending[token] = { [seal] in completion($0.flatMap { seal.open($0, under: key) }) }
        // One byte more than the longest value: a longer one is known by it, and not sent to its end.
        guard send(["GETRANGE", key.text, "0", "\(CacheSeal.maxSealedBytes)"].map { [UInt8]($0.utf8) }, token: token)
        else { return answer(token, nil) }
        loop.schedule(after: Self.patience) { [weak self] in self?.answer(token, nil) }
    }

    /// Stores a value for some time. Whether it arrives is not known and does not matter.
    public func set(_ key: CacheKey, _ value: [UInt8], for lifetime: Duration) {
        guard mayAsk(), let sealed = seal.seal(value, under: key) else { return }
        let seconds = String(max(1, lifetime.components.seconds))
        _ = send(
            [[UInt8]("SET".utf8), [UInt8](key.text.utf8), sealed, [UInt8]("EX".utf8), [UInt8](seconds.utf8)], token: 0)
    }

    public func close() {
        isClosed = true
        if let context = unsafe context { unsafe redisAsyncFree(context) }
    }

    public func ready(readable: Bool, writable: Bool) {
        // Either may free the context, by a callback.
        if readable, let context = unsafe context { unsafe redisAsyncHandleRead(context) }
        if let context = unsafe context, let reader = unsafe context.pointee.c.reader,
            unsafe reader.pointee.len > Self.maxUnreadBytes
        {
            unsafe redisAsyncFree(context)
        }
        if writable, let context = unsafe context { unsafe redisAsyncHandleWrite(context) }
    }

    // MARK: Connecting

    private func connect() {
        resolver.resolve(place.host, port: place.port, on: loop) { [weak self] found in
            guard let self, !isClosed else { return }
            addresses = found.reversed()
            connectToNext()
        }
    }

    /// A name may stand for several addresses, and the server listen on one of them only.
    private func connectToNext() {
        while let address = addresses.popLast() {
            if connect(to: address.hostText) { return }
        }
        retryLater()
    }

    private func connect(to numericHost: String) -> Bool {
        guard let made = unsafe redisAsyncConnect(numericHost, Int32(place.port)) else { return false }
        guard unsafe made.pointee.err == 0, let watched = try? watch(unsafe made.pointee.c.fd) else {
            unsafe redisAsyncFree(made)
            return false
        }
        unsafe context = made
        watch = watched
        interest = (false, true)
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe made.pointee.ev.data = me
        unsafe made.pointee.data = me
        unsafe made.pointee.ev.addRead = { unsafe RedisCache.of($0)?.wish(reading: true) }
        unsafe made.pointee.ev.delRead = { unsafe RedisCache.of($0)?.wish(reading: false) }
        unsafe made.pointee.ev.addWrite = { unsafe RedisCache.of($0)?.wish(writing: true) }
        unsafe made.pointee.ev.delWrite = { unsafe RedisCache.of($0)?.wish(writing: false) }
        unsafe made.pointee.ev.cleanup = { unsafe RedisCache.of($0)?.forget() }
        unsafe redisAsyncSetConnectCallback(made) { context, status in
            // What failed is cleaned up right behind this call.
            if status == REDIS_OK { unsafe RedisCache.of(context?.pointee.data)?.connected() }
        }
        attempt += 1
        let mine = attempt
        loop.schedule(after: Self.connectTimeout) { [weak self] in
            guard let self, attempt == mine, !isConnected, let context = unsafe context else { return }
            unsafe redisAsyncFree(context)
        }
        return true
    }

    private func watch(_ descriptor: Int32) throws(SystemError) -> WatchID {
        try loop.watch(descriptor, reading: false, writing: true, self)
    }

    private func connected() {
        if place.password.isEmpty { return admitted() }
        lastToken &+= 1
        let token = lastToken
        pending[token] = { [weak self] answer in
            guard let self else { return }
            if answer == [UInt8]("OK".utf8) { return admitted() }
            // It does not know the password, or is none that asks for one.
            loop.schedule(after: backoff.delay(&loop.random)) { [weak self] in
                if let self, !isConnected, let context = unsafe context { unsafe redisAsyncFree(context) }
            }
        }
        if !send([[UInt8]("AUTH".utf8), [UInt8](place.password.utf8)], token: token) { answer(token, nil) }
    }

    private func admitted() {
        isConnected = true
        addresses = []
        backoff.reset()
    }

    /// However a connection ends, also one that was never there: hiredis calls this once and then frees its context.
    private func forget() {
        if let watch { loop.unwatch(watch) }
        watch = nil
        unsafe context = nil
        isConnected = false
        unanswered = 0
        let waiting = pending
        pending = [:]
        for completion in waiting.values { completion(nil) }
        if !isClosed { connectToNext() }
    }

    private func retryLater() {
        guard !isClosed else { return }
        loop.schedule(after: backoff.delay(&loop.random)) { [weak self] in
            if let self, unsafe context == nil, !isClosed { connect() }
        }
    }

    private func wish(reading: Bool? = nil, writing: Bool? = nil) {
        let wanted = (reading: reading ?? interest.reading, writing: writing ?? interest.writing)
        guard let watch, wanted != interest else { return }
        interest = wanted
        try? loop.updateWatch(watch, reading: wanted.reading, writing: wanted.writing)
    }

    // MARK: Calls

    private func mayAsk() -> Bool {
        guard isConnected, let context = unsafe context else { return false }
        if unanswered > 0, loop.now - lastAnswer > Self.maxStall {
            unsafe redisAsyncFree(context)
            return false
        }
        return unanswered < Self.maxUnanswered
    }

    private func send(_ words: [[UInt8]], token: UInt) -> Bool {
        guard let context = unsafe context else { return false }
        if unanswered == 0 { lastAnswer = loop.now }
        let joined = words.flatMap { $0 }
        let lengths = words.map(\.count)
        let isSent = unsafe joined.withUnsafeBufferPointer { bytes in
            unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: words.count) { pointers in
                var start = 0
                for (index, length) in lengths.enumerated() {
                    unsafe pointers[index] = unsafe bytes.baseAddress.map {
                        unsafe UnsafeRawPointer($0 + start).assumingMemoryBound(to: CChar.self)
                    }
                    start += length
                }
                return unsafe redisAsyncCommandArgv(
                    context,
                    { context, reply, token in
                        unsafe RedisCache.of(context?.pointee.data)?.replied(
                            UInt(bitPattern: token), reply?.assumingMemoryBound(to: redisReply.self).pointee)
                    },
                    UnsafeMutableRawPointer(bitPattern: token), Int32(words.count), pointers.baseAddress, lengths)
            }
        } == REDIS_OK
        if isSent { unanswered += 1 }
        return isSent
    }

    private func replied(_ token: UInt, _ reply: redisReply?) {
        unanswered -= 1
        lastAnswer = loop.now
        guard let reply = unsafe reply, let text = unsafe reply.str,
            unsafe reply.type == REDIS_REPLY_STRING || reply.type == REDIS_REPLY_STATUS
        else { return answer(token, nil) }
        answer(token, unsafe [UInt8](UnsafeRawBufferPointer(start: text, count: reply.len)))
    }

    private func answer(_ token: UInt, _ value: [UInt8]?) {
        pending.removeValue(forKey: token)?(value)
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> RedisCache? {
        unsafe pointer.map { unsafe Unmanaged<RedisCache>.fromOpaque($0).takeUnretainedValue() }
    }
}
