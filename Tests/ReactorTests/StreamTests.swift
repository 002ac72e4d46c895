import Primitives
import Reactor
import SocketKit
import Synchronization
import Testing
import WaitKit

/// Takes whole lines of four bytes and sends each back.
private final class FourByteEcho: StreamHandler, @unchecked Sendable {
    // Proof: made on the loop and called by it; the test reads only `log`, which is locked.
    let loop: EventLoop
    let log: Log
    var idle: Duration?

    init(_ loop: EventLoop, _ log: Log, idle: Duration? = nil) {
        self.loop = loop
        self.log = log
        self.idle = idle
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        log.add("opened")
        if let idle { loop.setDeadline(loop.now + idle, for: connection) }
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        let whole = bytes.byteCount / 4 * 4
        if whole > 0 { loop.send(bytes.extracting(first: whole), to: connection) }
        if let idle { loop.setDeadline(loop.now + idle, for: connection) }
        return whole
    }

    func drained(_ connection: ConnectionHandle) { log.add("drained") }

    func deadlinePassed(_ connection: ConnectionHandle) {
        log.add("deadline")
        loop.send([0xFF].rawBytes, to: connection)
        loop.close(connection, .afterFlush)
    }

    func closed(_ connection: ConnectionHandle, reason: CloseReason) { log.add("closed \(reason)") }
}

private final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    var all: [String] { entries.withLock { $0 } }
}

/// A loop with one listener, stopped when the test is over.
private final class Server {
    let group: LoopGroup
    let address: SocketAddress

    init(
        limits: StreamLimits = StreamLimits(),
        _ handler: @escaping @Sendable (EventLoop) -> any StreamHandler
    ) throws {
        let bound = Mutex<SocketAddress?>(nil)
        group = try LoopGroup(LoopGroup.Configuration(seed: 7)) { loop in
            let service = loop.register(handler(loop), limits: limits)
            let listener = try loop.listen(on: .loopback(port: 0), service)
            bound.withLock { $0 = listener.address }
        }
        address = try #require(bound.withLock { $0 })
    }

    deinit { group.stop() }
}

@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    @Test func everySplitOfTheInputGivesTheSameOutput() async throws {
        let log = Log()
        let server = try Server { FourByteEcho($0, log) }
        let input = (0..<16).map { UInt8($0) }
        for split in 0...input.count {
            let probe = try await StreamProbe.connect(to: server.address)
            probe.send(Array(input[..<split]))
            if split >= 4 { #expect(try await probe.receive(split / 4 * 4) == Array(input[..<(split / 4 * 4)])) }
            probe.send(Array(input[split...]))
            #expect(try await probe.receive(16 - split / 4 * 4) == Array(input[(split / 4 * 4)...]))
        }
    }

    @Test func largeInputIsCarriedOverManyReads() async throws {
        let server = try Server { WholeEcho(loop: $0, size: 900_000) }
        let probe = try await StreamProbe.connect(to: server.address)
        var random = SeededRandom(seed: 3)
        let input = (0..<900_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var start = 0
        while start < input.count {
            let end = min(input.count, start + Int.random(in: 1...40_000, using: &random))
            probe.send(Array(input[start..<end]))
            start = end
        }
        #expect(try await probe.receive(input.count) == input)
    }

    @Test func inputAboveTheLimitClosesTheConnection() async throws {
        var limits = StreamLimits()
        limits.maxInputBytes = 10_000
        let server = try Server(limits: limits) { WholeEcho(loop: $0, size: 1_000_000) }
        let probe = try await StreamProbe.connect(to: server.address)
        probe.send([UInt8](repeating: 0, count: 50_000))
        _ = try await probe.ending()
    }

    @Test func aPeerThatDoesNotReadIsClosedAtTheOutputLimit() async throws {
        let log = Log()
        let server = try Server { Firehose(loop: $0, log: log) }
        let probe = try await StreamProbe.connect(to: server.address)
        probe.pause()
        probe.send([1])
        // The server closes; the probe sees the end once it reads again.
        try await eventually { log.all.contains("closed slowReader") }
        probe.resume()
        _ = try await probe.ending()
    }

    @Test func deadlineFiresAndTheLastBytesArriveBeforeTheClose() async throws {
        let log = Log()
        let server = try Server { FourByteEcho($0, log, idle: .milliseconds(200)) }
        let probe = try await StreamProbe.connect(to: server.address)
        // Unread input on the server's side must not turn the close into a reset that eats the answer.
        probe.send([1, 2, 3])
        let end = try await probe.ending()
        #expect(end.rest == [0xFF])
        #expect(end.reason == .peerClosed)
        #expect(log.all.prefix(2) == ["opened", "deadline"])
    }

    @Test func pausedInputWaitsAndComesBackInOrder() async throws {
        let server = try Server { Pauser(loop: $0) }
        let probe = try await StreamProbe.connect(to: server.address)
        let input = (0..<20).map { UInt8($0) }
        probe.send(input)
        #expect(try await probe.receive(20) == input)
    }

    @Test func aPortThatAnotherProcessListensOnIsRefused() throws {
        let server = try Server { FourByteEcho($0, Log()) }
        let taken = server.address
        #expect(throws: SystemError.self) {
            _ = try LoopGroup(LoopGroup.Configuration(seed: 7)) { loop in
                _ = try loop.listen(
                    on: taken, loop.register(FourByteEcho(loop, Log()), limits: StreamLimits()))
            }
        }
    }

    @Test func connectingToAClosedPortReportsTheError() async throws {
        let port: UInt16
        do {
            let server = try Server { FourByteEcho($0, Log()) }
            port = server.address.port
        }
        await #expect(throws: StreamProbe.Failure.self) {
            _ = try await StreamProbe.connect(to: .loopback(port: port))
        }
    }
}

/// Takes nothing until `size` bytes are there, then sends them all back.
private final class WholeEcho: StreamHandler {
    let loop: EventLoop
    let size: Int

    init(loop: EventLoop, size: Int) {
        self.loop = loop
        self.size = size
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}
    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard bytes.byteCount >= size else { return 0 }
        loop.send(bytes, to: connection)
        return bytes.byteCount
    }
    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) {}
}

/// Answers one byte with output without end.
private final class Firehose: StreamHandler {
    let loop: EventLoop
    let log: Log

    init(loop: EventLoop, log: Log) {
        self.loop = loop
        self.log = log
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}
    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        pour(connection)
        return bytes.byteCount
    }
    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) { log.add("closed \(reason)") }

    private func pour(_ connection: ConnectionHandle) {
        guard loop.isOpen(connection) else { return }
        loop.send([UInt8](repeating: 7, count: 100_000).rawBytes, to: connection)
        loop.schedule(after: .milliseconds(1)) { [self] in pour(connection) }
    }
}

/// Takes one byte at a time, pausing in between.
private final class Pauser: StreamHandler {
    let loop: EventLoop
    init(loop: EventLoop) { self.loop = loop }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}
    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        loop.send(bytes.extracting(first: 1), to: connection)
        loop.pauseReading(connection)
        loop.schedule(after: .milliseconds(1)) { [self] in loop.resumeReading(connection) }
        return 1
    }
    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) {}
}
