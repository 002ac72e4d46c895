import Primitives
import Reactor
import SocketKit
import Synchronization
import TLS
import TLSKit
import Testing

/// Connections that go from one loop to another.
@Suite(.timeLimit(.minutes(5))) struct MoveTests {
    /// Answers each byte with the number of its loop, until it reads one that asks for the other loop; with TLS if
    /// there is a context.
    private final class Numbered: StreamHandler {
        private let loop: EventLoop
        private let context: TLSContext?
        private let ends: Atomic<Int>.Box

        init(_ loop: EventLoop, _ context: TLSContext?, _ ends: Atomic<Int>.Box) {
            self.loop = loop
            self.context = context
            self.ends = ends
        }

        func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
            guard loop.index == 0, !loop.isSealed(connection), let context else { return }
            loop.startTLS(connection, accepting: context)
        }

        func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
            for offset in 0..<bytes.byteCount {
                let byte = bytes.byte(at: offset)
                if byte == UInt8(ascii: "0") + UInt8(1 - loop.index) {
                    loop.pauseReading(connection)
                    leave(connection)
                    return offset
                }
                loop.send([UInt8(ascii: "0") + UInt8(loop.index)].rawBytes, to: connection)
            }
            return bytes.byteCount
        }

        private func leave(_ connection: ConnectionHandle) {
            loop.scheduleNextTurn { [self] in
                if loop.isOpen(connection), !loop.move(connection, to: 1 - loop.index) { leave(connection) }
            }
        }

        func drained(_ connection: ConnectionHandle) {}
        func deadlinePassed(_ connection: ConnectionHandle) {}
        func closed(_ connection: ConnectionHandle, reason: CloseReason) { ends.value.add(1, ordering: .relaxed) }
    }

    @Test("what was not taken comes again on the other loop, plain and sealed", arguments: [false, true])
    func thereAndBack(isSealed: Bool) async throws {
        let certificates = try TestCertificates.shared.get()
        let context = isSealed ? try TLSContext(server: certificates.server) : nil
        let ends = Atomic<Int>.Box()
        let bound = Mutex<SocketAddress?>(nil)
        var configuration = LoopGroup.Configuration(seed: 7)
        configuration.loops = 2
        let group = try LoopGroup(configuration) { loop in
            let service = loop.register(Numbered(loop, context, ends), limits: StreamLimits())
            loop.receiveMoved(in: service)
            guard loop.index == 0 else { return }
            let listener = try loop.listen(on: .loopback(port: 0), service)
            bound.withLock { $0 = listener.address }
        }
        defer { group.stop() }
        let address = try #require(bound.withLock { $0 })
        let client = try await StreamProbe.connect(
            to: address, tls: isSealed ? TLSContext(clientBelieving: certificates.authority) : nil)
        client.send([UInt8]("0x1y10x0".utf8))
        #expect(try await client.receive(8) == [UInt8]("00111000".utf8))
        client.send([UInt8]("xx1x".utf8))
        #expect(try await client.receive(4) == [UInt8]("0011".utf8))
        // Each move ends it on one loop.
        #expect(ends.value.load(ordering: .relaxed) == 3)
        client.close()
    }
}

extension Atomic<Int> {
    final class Box: Sendable {
        let value = Atomic<Int>(0)
    }
}
