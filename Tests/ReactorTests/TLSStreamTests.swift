import Primitives
import Reactor
import SocketKit
import Synchronization
import TLS
import TLSKit
import Testing

/// Echoes what it reads over TLS, in frames of at most 1000 bytes; closes when it has read `!`.
private final class SealedEcho: StreamHandler {
    private let loop: EventLoop
    private let context: TLSContext
    private let closed: Ending

    init(_ loop: EventLoop, _ context: TLSContext, _ closed: Ending) {
        self.loop = loop
        self.context = context
        self.closed = closed
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        loop.startTLS(connection, accepting: context)
        // Waits for the end of the handshake.
        loop.send([UInt8]("hello".utf8).rawBytes, to: connection)
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        var rest = bytes
        while !rest.isEmpty {
            loop.send(rest.extracting(first: 1000), to: connection)
            rest = rest.extracting(droppingFirst: 1000)
        }
        if bytes.copied().last == UInt8(ascii: "!") { loop.close(connection, .afterFlush) }
        return bytes.byteCount
    }

    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) { closed.put(reason) }
}

/// Why the server's connections ended.
private final class Ending: Sendable {
    private let reasons = Mutex<[CloseReason]>([])
    func put(_ reason: CloseReason) { reasons.withLock { $0.append(reason) } }
    var all: [CloseReason] { reasons.withLock { $0 } }
}

@Suite(.timeLimit(.minutes(5))) struct TLSStreamTests {
    private final class Server {
        let group: LoopGroup
        let address: SocketAddress
        let ending = Ending()

        init() throws {
            let bound = Mutex<SocketAddress?>(nil)
            let context = try TLSContext(server: TestCertificates.shared.get().server)
            group = try LoopGroup(LoopGroup.Configuration(seed: 7)) { [ending] loop in
                var limits = StreamLimits()
                limits.maxOutputBytes = 64 << 20
                limits.maxOutputFrames = 1 << 20
                let service = loop.register(SealedEcho(loop, context, ending), limits: limits)
                let listener = try loop.listen(on: .loopback(port: 0), service)
                bound.withLock { $0 = listener.address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }
    }

    private static func client() throws -> TLSContext {
        try TLSContext(clientBelieving: TestCertificates.shared.get().authority)
    }

    @Test("what is sent arrives whole and in order, also when the reader is slow and the socket full")
    func echo() async throws {
        let server = try Server()
        let probe = try await StreamProbe.connect(to: server.address, tls: Self.client())
        #expect(try await probe.receive(5) == [UInt8]("hello".utf8))
        let words = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        probe.pause()
        probe.send(words)
        probe.resume()
        #expect(try await probe.receive(words.count, within: .seconds(60)) == words)
    }

    @Test("what is queued when the server closes still arrives, and then the end")
    func close() async throws {
        let server = try Server()
        let probe = try await StreamProbe.connect(to: server.address, tls: Self.client())
        _ = try await probe.receive(5)
        probe.send([UInt8](repeating: 7, count: 300_000) + [UInt8(ascii: "!")])
        let (reason, rest) = try await probe.ending()
        #expect(rest.count == 300_001)
        #expect(reason == .peerClosed)
    }

    @Test("a client that does not believe the certificate says so, and is closed")
    func unbelieved() async throws {
        let server = try Server()
        let strange = try TLSContext(clientBelieving: TestCertificates.shared.get().stranger.certificate)
        let probe = try await StreamProbe.connect(to: server.address, tls: strange)
        guard case .tls(.certificate) = try await probe.ending().reason else {
            Issue.record("the client took a certificate of somebody else")
            return
        }
    }

    @Test("plain bytes on a TLS port end that connection; others go on")
    func plain() async throws {
        let server = try Server()
        let good = try await StreamProbe.connect(to: server.address, tls: Self.client())
        _ = try await good.receive(5)
        let plain = try await StreamProbe.connect(to: server.address)
        plain.send([UInt8]("GET / HTTP/1.1\r\n\r\n".utf8))
        let rest = try await plain.ending().rest
        #expect(!rest.contains(UInt8(ascii: "h")), "plaintext was sent")
        guard case .tls(.handshake) = server.ending.all.first else {
            Issue.record("\(server.ending.all)")
            return
        }
        good.send([1, 2, 3])
        #expect(try await good.receive(3) == [1, 2, 3])
    }
}
