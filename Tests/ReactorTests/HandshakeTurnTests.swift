import Primitives
import SocketKit
import Synchronization
import TLS
import TLSKit
import Testing

@testable import Reactor

/// What handshakes of TLS, and what TLS says by itself, cost the others of a loop.
@Suite(.timeLimit(.minutes(5))) struct HandshakeTurnTests {
    /// Takes everything and answers nothing; what ended its connections.
    private final class Silent: StreamHandler, TurnObserver {
        private let loop: EventLoop
        private let context: TLSContext
        private let seen: Seen

        init(_ loop: EventLoop, _ context: TLSContext, _ seen: Seen) {
            self.loop = loop
            self.context = context
            self.seen = seen
        }

        func turnEnding() { seen.waiting.withLock { $0.append(loop.handshakes.count) } }
        func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
            seen.opened.add(1, ordering: .relaxed)
        }
        func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
            if loop.isSealed(connection) { return bytes.byteCount }
            loop.startTLS(connection, accepting: context)
            return 0
        }
        func drained(_ connection: ConnectionHandle) {}
        func deadlinePassed(_ connection: ConnectionHandle) {}
        func closed(_ connection: ConnectionHandle, reason: CloseReason) {
            seen.reasons.withLock { $0.append(reason) }
        }
    }

    private final class Seen: Sendable {
        let opened = Atomic<Int>(0)
        let waiting = Mutex<[Int]>([])
        let reasons = Mutex<[CloseReason]>([])
    }

    private final class Server {
        let group: LoopGroup
        let address: SocketAddress
        let seen = Seen()

        init() throws {
            let bound = Mutex<SocketAddress?>(nil)
            let context = try TLSContext(server: TestCertificates.shared.get().server)
            group = try LoopGroup(LoopGroup.Configuration(seed: 7)) { [seen] loop in
                let handler = Silent(loop, context, seen)
                var limits = StreamLimits()
                // So that it is not this that ends a connection.
                limits.maxStall = .seconds(600)
                loop.addTurnObserver(handler)
                let listener = try loop.listen(on: .loopback(port: 0), loop.register(handler, limits: limits))
                bound.withLock { $0 = listener.address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }
    }

    @Test("of handshakes that come at once, a turn does two, and the rest wait")
    func turns() async throws {
        let server = try Server()
        let believing = try TLSContext(clientBelieving: TestCertificates.shared.get().authority)
        var clients: [StreamProbe] = []
        for _ in 0..<10 { clients.append(try await StreamProbe.connect(to: server.address)) }
        let (gate, ready) = (Handover<Bool>(), Handover<Bool>())
        // All of them arrive while the loop stands still.
        server.group.loops[0].execute { [seen = server.seen] _ in
            seen.waiting.withLock { $0 = [] }
            ready.put(true)
            _ = gate.take()
        }
        _ = ready.take()
        for client in clients {
            var hello = ByteWriter()
            _ = try TLSSession(client: believing, host: "127.0.0.1", output: &hello)
            client.send(hello.bytes.copied())
        }
        let probed = Handover<Bool>()
        // What the probes' loop had before this is in the sockets.
        StreamProbe.afterWhatWasSent { probed.put(true) }
        _ = probed.take()
        gate.put(true)
        for client in clients { #expect(try await client.receive(3) == [0x16, 3, 3]) }
        let waiting = server.seen.waiting.withLock { $0 }
        #expect(waiting.contains(8), "\(waiting)")
        for (before, after) in zip(waiting, waiting.dropFirst()) { #expect(before - after <= 2, "\(waiting)") }
        #expect(server.group.loops[0].counters.handshakesPutOff.current >= 8 + 6 + 4 + 2)
    }

    @Test("what begins with more than one message of TLS is closed while it waits")
    func longBeginning() async throws {
        let server = try Server()
        let client = try await StreamProbe.connect(to: server.address)
        client.send([0x16, 3, 1] + [UInt8](repeating: 0, count: 40_000))
        _ = try await client.ending()
        #expect(server.seen.reasons.withLock { $0 } == [.inputTooLong])
    }

    @Test("who asks for new keys again and again and reads no answer is cut off")
    func keyUpdates() async throws {
        let server = try Server()
        let port = server.address.port
        let asked = try await Task.detached { try KeyUpdateFlood(port: port).ask(1_000_000) }.value
        #expect(asked < 1_000_000)
        #expect(server.seen.reasons.withLock { $0 } == [.slowReader])
        #expect(server.group.loops[0].counters.slowReaders.current == 1)
    }

    @Test("what a session had sealed before it failed is not sent by the next one")
    func failedSend() throws {
        let certificates = try TestCertificates.shared.get()
        let (client, server) = (try TLSContext(clientBelieving: certificates.authority), certificates.server)
        var toServer = ByteWriter()
        var toClient = ByteWriter()
        var plain = ByteWriter()
        let scratch = TLSScratch()
        let stream = SealedStream(try TLSSession(server: TLSContext(server: server)), takesTurns: true)
        var other = try TLSSession(client: client, host: "127.0.0.1", output: &toServer)
        while !stream.session.isEstablished {
            try scratch.receive(toServer.bytes, stream)
            toServer.clear()
            scratch.lendSealed { toClient.append($0) }
            try other.receive(toClient.bytes, plaintext: &plain, output: &toServer)
            toClient.clear()
        }
        try scratch.send([1, 2, 3].rawBytes, stream)
        #expect(scratch.sealedCount > 0)
        // Nothing can be sent behind this.
        stream.session.close(output: &toClient)
        #expect(throws: TLSError.self) { try scratch.send([4].rawBytes, stream) }
        #expect(scratch.sealedCount == 0)
    }
}
