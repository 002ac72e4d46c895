import Primitives
public import Reactor
public import TLS

/// A TCP client for tests: sends bytes, waits for bytes or for the end, each wait with a deadline.
///
/// All probes of a process share one loop of their own, so a waiting test blocks no thread.
public final class StreamProbe: Sendable {
    public enum Failure: Error, Equatable {
        /// What was waited for did not come in time; `received` is what did.
        case timedOut(received: [UInt8])
        /// The connection ended first.
        case closed(CloseReason, received: [UInt8])
    }

    private static let loop: LoopRemote = {
        do {
            return try LoopGroup(LoopGroup.Configuration(seed: 1)) { _ in }.loops[0]
        } catch {
            preconditionFailure("no loop for test clients: \(error)")
        }
    }()

    private let client: Confined

    private init(_ client: Confined) {
        self.client = client
    }

    /// Connects and waits until the connection is there.
    /// - Parameters:
    ///   - source: where from; the kernel chooses without it.
    ///   - tls: speaks TLS, and asks for a certificate of `127.0.0.1`.
    public static func connect(
        to address: SocketAddress, from source: SocketAddress? = nil, tls: TLSContext? = nil,
        within limit: Duration = .seconds(60)
    ) async throws -> StreamProbe {
        let client = Confined(tls)
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            loop.execute { loop in client.open(address, from: source, on: loop, limit, done) }
        }
        return StreamProbe(client)
    }

    /// Speaks TLS behind what was sent, and asks for a certificate of `127.0.0.1`.
    public func startTLS(_ context: TLSContext) async {
        await withCheckedContinuation { done in
            Self.loop.execute { [client] _ in client.startTLS(context, done) }
        }
    }

    /// Calls when what all probes were told to send before this has been given to the kernel, as far as it takes it.
    public static func afterWhatWasSent(_ call: @escaping @Sendable () -> Void) {
        loop.execute { loop in loop.scheduleNextTurn(call) }
    }

    public func send(_ bytes: [UInt8]) {
        Self.loop.execute { [client] _ in client.send(bytes) }
    }

    /// Waits until `parse` finds what it wants at the start of the unread bytes: it returns a value and how many bytes
    /// belong to it, or `nil` to wait for more.
    public func receive<Value: Sendable>(
        within limit: Duration = .seconds(60), _ parse: @escaping @Sendable ([UInt8]) throws -> (Value, Int)?
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Value, any Error>) in
            Self.loop.execute { [client] loop in
                client.wait(on: loop, limit, fail: { done.resume(throwing: $0) }) { bytes in
                    do {
                        guard let (value, count) = try parse(bytes) else { return nil }
                        done.resume(returning: value)
                        return count
                    } catch {
                        done.resume(throwing: error)
                        return 0
                    }
                }
            }
        }
    }

    /// Waits for exactly `count` bytes.
    public func receive(_ count: Int, within limit: Duration = .seconds(60)) async throws -> [UInt8] {
        try await receive(within: limit) { $0.count >= count ? (Array($0.prefix(count)), count) : nil }
    }

    /// Waits for the end of the connection; returns why it ended and what was unread then.
    public func ending(within limit: Duration = .seconds(60)) async throws -> (reason: CloseReason, rest: [UInt8]) {
        do {
            _ = try await receive(within: limit) { _ -> (Int, Int)? in nil }
            preconditionFailure("the wait above has no other end than a failure")
        } catch Failure.closed(let reason, let received) {
            return (reason, received)
        }
    }

    /// Stops reading, so that the server's output backs up.
    public func pause() {
        Self.loop.execute { [client] _ in client.pause() }
    }

    public func resume() {
        Self.loop.execute { [client] _ in client.resume() }
    }

    public func close() {
        Self.loop.execute { [client] _ in client.close() }
    }

    deinit {
        close()
    }
}

/// The part of a probe that lives on the loop.
private final class Confined: StreamHandler, @unchecked Sendable {
    // Proof: after its creation every member is used in calls that run on the probes' loop only.
    private let tls: TLSContext?
    private var loop: EventLoop?
    private var handle: ConnectionHandle?
    private var connected: CheckedContinuation<Void, any Error>?
    private var unread: [UInt8] = []
    private var ended: CloseReason?
    private var waiter: (fail: (StreamProbe.Failure) -> Void, take: ([UInt8]) -> Int?, timer: TimerID)?

    init(_ tls: TLSContext?) {
        self.tls = tls
    }

    func open(
        _ address: SocketAddress, from source: SocketAddress?, on loop: EventLoop, _ limit: Duration,
        _ done: CheckedContinuation<Void, any Error>
    ) {
        self.loop = loop
        var limits = StreamLimits()
        limits.maxInputBytes = 64 << 20
        limits.maxOutputBytes = 64 << 20
        limits.maxOutputFrames = 1 << 20
        limits.maxStall = .seconds(600)
        do {
            let handle = try loop.connect(to: address, from: source, loop.register(self, limits: limits))
            loop.setDeadline(loop.now + limit, for: handle)
            self.handle = handle
            connected = done
        } catch {
            done.resume(throwing: error)
        }
    }

    func startTLS(_ context: TLSContext, _ done: CheckedContinuation<Void, Never>) {
        if let handle, let loop, loop.pendingOutput(handle) > 0 {
            loop.scheduleNextTurn { [self] in startTLS(context, done) }
        } else {
            if let handle { loop?.startTLS(handle, connecting: context, to: "127.0.0.1") }
            done.resume()
        }
    }

    func send(_ bytes: [UInt8]) {
        if let handle { loop?.send(bytes.rawBytes, to: handle) }
    }

    func pause() {
        if let handle { loop?.pauseReading(handle) }
    }

    func resume() {
        if let handle { loop?.resumeReading(handle) }
    }

    func close() {
        if let handle { loop?.close(handle, .afterFlush) }
    }

    func wait(
        on loop: EventLoop, _ limit: Duration, fail: @escaping (StreamProbe.Failure) -> Void,
        take: @escaping ([UInt8]) -> Int?
    ) {
        precondition(waiter == nil, "a probe has one reader at a time")
        let timer = loop.schedule(after: limit) { [unowned self] in
            guard let waiter else { return }
            self.waiter = nil
            waiter.fail(.timedOut(received: unread))
        }
        waiter = (fail, take, timer)
        tryTaking()
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        if let tls { loop?.startTLS(connection, connecting: tls, to: "127.0.0.1") }
        loop?.setDeadline(nil, for: connection)
        connected?.resume()
        connected = nil
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        unread += bytes.copied()
        tryTaking()
        return bytes.byteCount
    }

    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        handle = nil
        ended = reason
        connected?.resume(throwing: StreamProbe.Failure.closed(reason, received: []))
        connected = nil
        tryTaking()
    }

    private func tryTaking() {
        guard let waiter else { return }
        if let count = waiter.take(unread) {
            unread.removeFirst(count)
        } else if let ended {
            waiter.fail(.closed(ended, received: unread))
        } else {
            return
        }
        self.waiter = nil
        loop?.cancel(waiter.timer)
    }
}
