import Glibc
import Primitives
import Reactor
import SocketKit
import Synchronization
import TLS
import TLSKit
import Testing
import WaitKit

/// What a connection is told to send, in this order, as soon as its client has sent 1.
private enum Step: Sendable {
    case frame([UInt8])
    case file(Range<Int>)
    case close
}

private final class FileSender: StreamHandler {
    private let loop: EventLoop
    private let script: @Sendable () -> [Step]
    private let file: File
    private let context: TLSContext?
    private let ending: Ending

    init(
        _ loop: EventLoop, _ file: File, _ context: TLSContext?, _ ending: Ending,
        _ script: @escaping @Sendable () -> [Step]
    ) {
        self.loop = loop
        self.file = file
        self.context = context
        self.ending = ending
        self.script = script
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        if let context { loop.startTLS(connection, accepting: context) }
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard bytes.byte(at: 0) == 1 else {
            loop.send(bytes, to: connection)
            return bytes.byteCount
        }
        for step in script() {
            switch step {
            case .frame(let bytes): loop.send(bytes.rawBytes, to: connection)
            case .file(let range): loop.send(file, range, to: connection)
            case .close: loop.close(connection, .afterFlush)
            }
            ending.pending.max(loop.pendingOutput(connection), ordering: .relaxed)
        }
        return bytes.byteCount
    }

    func drained(_ connection: ConnectionHandle) { ending.drained.add(1, ordering: .relaxed) }
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) { ending.put(reason) }
}

private final class Ending: Sendable {
    let pending = Atomic<Int>(0)
    let drained = Atomic<Int>(0)
    private let reasons = Mutex<[CloseReason]>([])
    func put(_ reason: CloseReason) { reasons.withLock { $0.append(reason) } }
    var all: [CloseReason] { reasons.withLock { $0 } }
}

/// Files over real sockets, plain and sealed.
@Suite(.timeLimit(.minutes(5))) struct FileSendTests {
    private static let byteCount = 24 << 20
    private static let content: [UInt8] = {
        var random = SeededRandom(seed: 5)
        return (0..<byteCount / 8).flatMap { _ in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
    }()

    private final class Server {
        let group: LoopGroup
        let address: SocketAddress
        let ending = Ending()
        let client: TLSContext?

        init(isSealed: Bool, limits: StreamLimits = StreamLimits(), _ script: @escaping @Sendable () -> [Step]) throws {
            let path = "/tmp/grapevine-send-\(UInt64.random(in: 0...(.max)))"
            let file = try File.create(path)
            // It has no name any more, and goes with the server.
            try Folder.remove(path)
            try file.append(FileSendTests.content.rawBytes)
            let certificates = try TestCertificates.shared.get()
            let context = isSealed ? try TLSContext(server: certificates.server) : nil
            client = isSealed ? try TLSContext(clientBelieving: certificates.authority) : nil
            let bound = Mutex<SocketAddress?>(nil)
            group = try LoopGroup(LoopGroup.Configuration(seed: 7)) { [ending] loop in
                let service = loop.register(FileSender(loop, file, context, ending, script), limits: limits)
                bound.withLock { $0 = try? loop.listen(on: .loopback(port: 0), service).address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }

        func ask(paused: Bool = false) async throws -> StreamProbe {
            let probe = try await StreamProbe.connect(to: address, tls: client)
            // Who pauses before both sides have agreed on keys never gets anything.
            probe.send([0])
            _ = try await probe.receive(1)
            if paused { probe.pause() }
            probe.send([1])
            return probe
        }

        func on<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) -> Value) async -> Value {
            await withCheckedContinuation { done in
                group.loops[0].execute { loop in done.resume(returning: body(loop)) }
            }
        }
    }

    @Test(
        "files and frames come in the order in which they were sent, and all of them", arguments: [false, true],
        [false, true])
    func order(isSealed: Bool, isSlow: Bool) async throws {
        let all = Self.byteCount
        let server = try Server(isSealed: isSealed) {
            [
                .frame([1]), .file(0..<all), .frame([2, 3]), .frame([4]), .file(7..<9), .file(9..<9),
                .file(100..<70_000), .frame([UInt8](repeating: 5, count: 300_000)), .file(all - 1..<all), .close,
            ]
        }
        let content = Self.content
        let expected =
            [1] + content + [2, 3, 4] + content[7..<9] + content[100..<70_000] + [UInt8](repeating: 5, count: 300_000)
            + content.suffix(1)
        let probe = try await server.ask(paused: isSlow)
        if isSlow {
            try await eventually { server.ending.pending.load(ordering: .relaxed) == expected.count }
            // The socket is full, and stays so.
            for _ in 0..<20 { _ = await server.on { $0.index } }
            probe.resume()
        }
        let (reason, rest) = try await probe.ending(within: .seconds(60))
        #expect(rest.count == expected.count && rest == expected)
        #expect(reason == .peerClosed)
    }

    @Test("the connection goes on behind a file, and its owner hears when all has left")
    func goesOn() async throws {
        let server = try Server(isSealed: false) { [.file(0..<FileSendTests.byteCount)] }
        let probe = try await server.ask(paused: true)
        try await eventually { server.ending.pending.load(ordering: .relaxed) == Self.byteCount }
        #expect(server.ending.drained.load(ordering: .relaxed) == 0)
        probe.resume()
        #expect(try await probe.receive(Self.byteCount, within: .seconds(60)) == Self.content)
        try await eventually { server.ending.drained.load(ordering: .relaxed) == 1 }
        probe.send([1])
        #expect(try await probe.receive(Self.byteCount, within: .seconds(60)) == Self.content)
    }

    @Test("a file that is shorter than was said ends the connection", arguments: [false, true])
    func shorter(isSealed: Bool) async throws {
        let all = Self.byteCount
        let server = try Server(isSealed: isSealed) { [.file(all - 1_000..<all + 1), .frame([1])] }
        let (_, rest) = try await server.ask().ending()
        // TLS has more to say than is left when this is noticed.
        #expect(isSealed ? rest.count <= 1_000 : rest == Self.content.suffix(1_000))
        try await eventually { !server.ending.all.isEmpty }
        guard case .failed(let error)? = server.ending.all.first else {
            Issue.record("\(server.ending.all)")
            return
        }
        #expect(error.code == ENODATA)
        #expect(await server.on { $0.bufferedBytes } == 0)
    }

    @Test("a file takes no memory while its reader is slow, and gives back what it took", arguments: [false, true])
    func memory(isSealed: Bool) async throws {
        let server = try Server(isSealed: isSealed) { [.file(0..<FileSendTests.byteCount), .frame([1])] }
        let probe = try await server.ask(paused: true)
        try await eventually { server.ending.pending.load(ordering: .relaxed) > 0 }
        for _ in 0..<50 { _ = await server.on { $0.index } }
        #expect(await server.on { $0.bufferedBytes } <= 512 << 10)
        probe.close()
        try await eventually { !server.ending.all.isEmpty }
        #expect(await server.on { $0.bufferedBytes } == 0)
    }

    @Test("what is queued behind a file is bounded as ever", arguments: [false, true])
    func limits(isSealed: Bool) async throws {
        var limits = StreamLimits()
        limits.maxOutputBytes = 100_000
        let server = try Server(isSealed: isSealed, limits: limits) {
            [.file(0..<FileSendTests.byteCount), .frame([UInt8](repeating: 1, count: 100_001))]
        }
        _ = try await server.ask().ending()
        #expect(server.ending.all == [.slowReader])
    }

    @Test("others have their turns while a file is sent", arguments: [false, true])
    func turns(isSealed: Bool) async throws {
        let server = try Server(isSealed: isSealed) { [.file(0..<FileSendTests.byteCount), .close] }
        let before = await server.on { $0.counters.turns.current }
        _ = try await server.ask().ending(within: .seconds(60))
        #expect(await server.on { $0.counters.turns.current } - before >= Self.byteCount >> 18)
    }
}
