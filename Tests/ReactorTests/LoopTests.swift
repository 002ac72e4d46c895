import Primitives
import Reactor
import Synchronization
import Testing
import WaitKit

@Suite(.timeLimit(.minutes(5))) struct LoopTests {
    /// Mail and calls from one loop arrive at another in order, and none is lost while the receiver sleeps and wakes.
    @Test func mailArrivesInOrder() async throws {
        let count = 100_000
        let received = Received()
        let group = try LoopGroup(configuration(loops: 2)) { loop in
            loop.handleMail(kind: 9, Collector(received))
        }
        defer { group.stop() }
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            group.loops[0].execute { loop in
                sendInPieces(loop, next: 0, count: count, done)
            }
        }
        try await eventually { received.values.withLock({ $0.count }) >= count }
        #expect(received.values.withLock { $0 } == Array(0..<UInt32(count)))
    }

    @Test func aFullMailboxHoldsBackTheSenderAndLosesNothing() async throws {
        let received = Received()
        let group = try LoopGroup(configuration(loops: 2)) { loop in
            loop.handleMail(kind: 1, Collector(received))
        }
        defer { group.stop() }
        let gate = Handover<Bool>()
        // The receiver is busy while the sender posts more than its mailbox takes.
        await withCheckedContinuation { (busy: CheckedContinuation<Void, Never>) in
            group.loops[1].execute { _ in
                busy.resume()
                _ = gate.take()
            }
        }
        let block = [UInt8](repeating: 1, count: 1 << 20)
        for _ in 0..<100 {
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                group.loops[0].execute { loop in
                    loop.post(kind: 1, to: 1) { $0.append(block) }
                    done.resume()
                }
            }
        }
        #expect(received.byteCount.withLock { $0 } == 0)
        gate.put(true)
        try await eventually { received.byteCount.withLock({ $0 }) >= 100 << 20 }
        #expect(group.loops[0].counters.congestedTurns.current > 0)
    }

    @Test func mailLongerThanAMailboxArrives() async throws {
        let received = Received()
        let group = try LoopGroup(configuration(loops: 2)) { loop in
            loop.handleMail(kind: 1, Collector(received))
        }
        defer { group.stop() }
        let block = [UInt8](repeating: 1, count: 1 << 20)
        group.loops[0].execute { loop in
            for _ in 0..<70 { loop.post(kind: 1, to: 1) { $0.append(block) } }
        }
        try await eventually { received.byteCount.withLock({ $0 }) >= 70 << 20 }
    }

    @Test func scheduledCallsRunAtTheirTime() async throws {
        let group = try LoopGroup(configuration(loops: 1)) { _ in }
        defer { group.stop() }
        let late: Duration = await withCheckedContinuation { done in
            group.loops[0].execute { loop in
                let start = loop.now
                loop.schedule(after: .milliseconds(20)) { done.resume(returning: loop.now - start) }
            }
        }
        #expect(late >= .milliseconds(20))
    }

    @Test func workersAnswerOnTheLoopAndRefuseWhenFull() async throws {
        let group = try LoopGroup(configuration(loops: 1)) { _ in }
        let pool = try WorkerPool(name: "test", threads: 1, capacity: 2)
        defer {
            pool.stop()
            group.stop()
        }
        let gate = Handover<Bool>()
        let busy = Handover<Bool>()
        let results = await withCheckedContinuation { (done: CheckedContinuation<[Bool], Never>) in
            group.loops[0].execute { loop in
                let first = pool.submit(from: loop, { busy.put(true); _ = gate.take() }, then: { _ in })
                _ = busy.take()
                let others = (0..<3).map { _ in pool.submit(from: loop, { 7 }, then: { #expect($0 == 7) }) }
                done.resume(returning: [first] + others)
            }
        }
        gate.put(true)
        #expect(results == [true, true, true, false])
    }

    @Test func whatAJobHoldsGoesWithItThoughOthersWait() async throws {
        final class Burden: Sendable {}
        let pool = try WorkerPool(name: "test", threads: 1, capacity: 10)
        let gate = Handover<Bool>()
        let busy = Handover<Bool>()
        weak var left: Burden?
        do {
            let burden = Burden()
            left = burden
            #expect(pool.run { withExtendedLifetime(burden) { _ = gate.take() } })
        }
        for _ in 0..<8 { #expect(pool.run { busy.put(true); _ = gate.take() }) }
        gate.put(true)
        _ = busy.take()
        #expect(left == nil)
        for _ in 0..<8 { gate.put(true) }
        pool.stop()
    }

    @Test func namesAndNumbersResolve() async throws {
        let group = try LoopGroup(configuration(loops: 1)) { _ in }
        let pool = try WorkerPool(name: "dns", threads: 1, capacity: 8)
        defer {
            pool.stop()
            group.stop()
        }
        for (name, expected) in [("127.0.0.1", true), ("localhost", true), ("no-such-host.invalid", false)] {
            let found: [SocketAddress] = await withCheckedContinuation { done in
                group.loops[0].execute { loop in
                    NameResolver(pool: pool).resolve(name, port: 80, on: loop) { done.resume(returning: $0) }
                }
            }
            #expect(found.isEmpty != expected, "\(name)")
            #expect(found.allSatisfy { $0.isLoopback && $0.port == 80 })
        }
    }

    @Test func datagramsGoBothWays() async throws {
        let group = try LoopGroup(configuration(loops: 1)) { _ in }
        defer { group.stop() }
        let answer: [UInt8] = try await withCheckedThrowingContinuation { done in
            group.loops[0].execute { loop in
                do {
                    let echo = try DatagramEcho(loop, nil)
                    let asker = try DatagramEcho(loop, done)
                    asker.keep = echo
                    asker.socket?.send([1, 2, 3].rawBytes, to: try #require(echo.socket).address)
                } catch {
                    done.resume(throwing: error)
                }
            }
        }
        #expect(answer == [1, 2, 3])
    }

    @Test func addressesReadAndPrint() throws {
        for text in ["127.0.0.1", "10.1.2.3", "::1", "fe80::1"] {
            #expect(try #require(SocketAddress(numeric: text, port: 1)).hostText == text)
        }
        #expect(SocketAddress(numeric: "localhost", port: 1) == nil)
        #expect(try #require(SocketAddress(numeric: "::1", port: 80)).description == "[::1]:80")
        #expect(try #require(SocketAddress(numeric: "::ffff:127.0.0.9", port: 80)).isLoopback)
        #expect(!SocketAddress.any(port: 1).isLoopback)
    }

    private func configuration(loops: Int) -> LoopGroup.Configuration {
        var configuration = LoopGroup.Configuration(seed: 11)
        configuration.loops = loops
        return configuration
    }
}

/// Posts in bursts of varying size with a turn in between, so that the receiver falls asleep now and then.
private func sendInPieces(
    _ loop: EventLoop, next: Int, count: Int, _ done: CheckedContinuation<Void, Never>
) {
    let end = min(count, next + Int(loop.random.next() % 500) + 1)
    for value in next..<end { loop.post(kind: 9, to: 1) { $0.append(bigEndian: UInt32(value)) } }
    if end == count { return done.resume() }
    loop.schedule(after: end % 3 == 0 ? .microseconds(50) : .zero) {
        sendInPieces(loop, next: end, count: count, done)
    }
}

private final class Received: Sendable {
    let values = Mutex<[UInt32]>([])
    let byteCount = Mutex(0)
}

private final class Collector: MailHandler {
    let received: Received
    init(_ received: Received) { self.received = received }

    func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        received.byteCount.withLock { $0 += bytes.byteCount }
        if let value = bytes.bigEndian(at: 0, as: UInt32.self) { received.values.withLock { $0.append(value) } }
    }
}

private final class DatagramEcho: DatagramHandler {
    var socket: DatagramSocket?
    var keep: DatagramEcho?
    private var answer: CheckedContinuation<[UInt8], any Error>?

    init(_ loop: EventLoop, _ answer: CheckedContinuation<[UInt8], any Error>?) throws {
        self.answer = answer
        socket = try loop.bindDatagrams(on: .loopback(port: 0), self)
        // The socket's owner must outlive this call: the loop holds handlers weakly.
        loop.schedule(after: .seconds(10)) { [self] in _ = keep }
    }

    func received(_ datagram: RawSpan, from source: SocketAddress) {
        if let answer {
            answer.resume(returning: datagram.copied())
            self.answer = nil
        } else {
            socket?.send(datagram, to: source)
        }
    }
}
