import Node
import Primitives
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// Bad packets and bodies over real sockets; the names are those of the bad input in PROMISES.md.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FramingTests {
    private let node: TestNode

    init() throws {
        node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
    }

    private func header(
        length: UInt32, service: UInt16 = 7, command: UInt16 = 0x0701, sequence: UInt16 = 1
    ) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(bigEndian: length)
        for value in [1, 0, service, command, sequence, 0] { writer.append(bigEndian: value) }
        return writer.bytes.copied()
    }

    private func probe() async throws -> StreamProbe {
        try await StreamProbe.connect(to: node.node.clientAddress)
    }

    @Test("B02, B03, B04: an impossible length closes the connection on its first four bytes (D3)",
        arguments: [0, 1, 15, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x8000_0000, 8193] as [UInt32])
    func impossibleLengthCloses(length: UInt32) async throws {
        let probe = try await probe()
        probe.send(Array(header(length: length).prefix(4)))
        #expect(try await probe.ending().rest == [])
    }

    @Test("B05: an announced length costs nothing until the bytes come")
    func announcedLengthAllocatesNothing() async throws {
        let client = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        client.probe.send(header(length: 500_000, service: 3, command: 0x0301))
        client.probe.send([UInt8](repeating: 0, count: 100))
        // The rest never comes; another client is served meanwhile.
        let other = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        #expect(try await other.settle() == [])
    }

    @Test("B06, B20: before the login a body that cannot be read closes the connection")
    func unreadableLoginIsRefused() async throws {
        let probe = try await probe()
        probe.send(header(length: 19, service: 1, command: 0x0103) + [0x0A, 0xFF, 0x01])
        let end = try await probe.ending()
        // The refusal has its answer: an empty name is no name.
        #expect(end.reason == .peerClosed)
    }

    @Test("B06: after the login it is ignored, and too many of them close the connection")
    func unreadableBodiesAreIgnoredUpToALimit() async throws {
        let client = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let broken = header(length: 18, service: 2, command: 0x0204, sequence: 0) + [0x0F, 0xFF]
        for _ in 0..<10 { client.probe.send(broken) }
        #expect(try await client.settle() == [])
        client.probe.send(broken)
        _ = try await client.probe.ending()
    }

    @Test("B07: any header version, flag and reserved value is accepted: real clients send 0, 1, 6 and 13")
    func anyVersionIsAccepted() async throws {
        let probe = try await probe()
        var packet = header(length: 16)
        packet.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        packet.replaceSubrange(14..<16, with: [0x00, 0x30])
        probe.send(packet)
        #expect(try await probe.receive(16) == header(length: 16))
    }

    @Test("B08: unknown commands are ignored, and more than ten a minute close the connection",
        arguments: [(7, 0x07FF), (2, 0x0301), (99, 0x6301)] as [(UInt16, UInt16)])
    func unknownCommands(pair: (service: UInt16, command: UInt16)) async throws {
        let client = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let unknown = header(length: 16, service: pair.service, command: pair.command, sequence: 0)
        for _ in 0..<10 { client.probe.send(unknown) }
        #expect(try await client.settle() == [])
        client.probe.send(unknown)
        _ = try await client.probe.ending()
    }

    @Test("B09: what only servers say is ignored, as clients may not notice a close; too much of it closes")
    func serverCommandsAreIgnoredUpToALimit() async throws {
        let commands = Command.allCases.filter { !$0.directions.contains(.toServer) && $0 != .removeSessionRsp }
        #expect(commands.count > 40)
        for start in stride(from: 0, to: commands.count, by: 10) {
            let client = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
            for command in commands[start...].prefix(10) {
                client.probe.send(header(length: 16, service: command.service, command: command.rawValue))
            }
            #expect(try await client.settle().allSatisfy { $0.command == .userStatNotify })
            for _ in 0..<10 { client.probe.send(header(length: 16, service: 1, command: Command.kickUser.rawValue)) }
            _ = try await client.probe.ending()
        }
    }

    @Test("B10: how the bytes are cut makes no difference")
    func anyCutIsTheSame() async throws {
        let beats = (1...40).flatMap { header(length: 16, sequence: $0) }
        let whole = try await probe()
        whole.send(beats)
        #expect(try await whole.receive(beats.count) == beats)
        let pieces = try await probe()
        for byte in beats { pieces.send([byte]) }
        #expect(try await pieces.receive(beats.count) == beats)
        // More packets at once than an output queue holds answers, on a node that lets them through.
        let many = (1...10_000).flatMap { header(length: 16, sequence: $0) }
        let patient = try TestNode(nil, ["limits.request_burst": "10000"])
        let burst = try await StreamProbe.connect(to: patient.node.clientAddress)
        burst.send(many)
        #expect(try await burst.receive(many.count) == many)
    }

    @Test("B11: garbage after a packet: the packet counts, then the connection is closed")
    func garbageAfterAPacket() async throws {
        let probe = try await probe()
        probe.send(header(length: 16) + [UInt8](repeating: 0xFF, count: 64))
        let end = try await probe.ending()
        #expect(end.rest == header(length: 16) || end.rest == [])
    }

    @Test("B12: other protocols are cut off at once", arguments: [
        "POST / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\u{00}", "SSH-2.0-x\r\n",
    ])
    func otherProtocols(text: String) async throws {
        let probe = try await probe()
        probe.send([UInt8](text.utf8))
        #expect(try await probe.ending().rest == [])
    }

    @Test("B47: a header sequence used again and again is answered each time")
    func repeatedSequence() async throws {
        let client = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        for _ in 0..<30 { await client.send(.clientTimeReq, IMClientTimeReq(), sequence: 77) }
        for _ in 0..<30 { _ = try await client.expect(.clientTimeRsp) { $0.header.sequence == 77 } }
    }

    @Test("B40: packets with flipped bits and random ones never stop the node",
        arguments: [1, 2, 3, 4] as [UInt64])
    func mutations(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<40 {
            // By turns, as one user may not log in so often in a row.
            let name = round % 2 == 0 ? "alice" : "carol"
            let client = try await TalkClient.logIn(name, at: node.node.clientAddress)
            var bytes: [UInt8] = []
            for _ in 0..<20 {
                let command = Command.allCases.randomElement(using: &random) ?? .msgData
                let body = (0..<Int(random.next() % 60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                bytes += header(
                    length: UInt32(16 + body.count), service: command.service, command: command.rawValue) + body
            }
            if random.next() % 2 == 0 { bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << (random.next() % 8) }
            client.probe.send(bytes)
        }
        let witness = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        // That those before him have gone, he may be told.
        let told = try await witness.settle().filter { $0.command != .userStatNotify }
        #expect(told == [], "seed \(seed)")
    }
}
