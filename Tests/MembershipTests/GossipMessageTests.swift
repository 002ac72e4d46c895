import Membership
import Primitives
import Testing

@Suite struct GossipMessageTests {
    @Test func whatIsWrittenIsRead() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<500 {
            let message = Self.message(&random)
            var writer = ByteWriter()
            message.encode(into: &writer)
            let read = GossipMessage(writer.bytes)
            #expect(read == message)
        }
    }

    @Test("the sender's database travels with a message, and takes what it was said to take")
    func database() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<100 {
            var message = Self.message(&random)
            let before = message.sealedByteCount
            message.database = DatabaseMark(database: random.next(), timeline: 7)
            var writer = ByteWriter()
            message.encode(into: &writer)
            let read = GossipMessage(writer.bytes)
            #expect(read == message)
            #expect(message.sealedByteCount == before + 14)
        }
    }

    @Test func anEntryOfALaterVersionIsSkipped() throws {
        var random = SeededRandom(seed: 6)
        let message = Self.message(&random)
        var writer = ByteWriter()
        message.encode(into: &writer)
        writer.append([77, 3, 1, 2, 3])
        let read = GossipMessage(writer.bytes)
        #expect(read == message)
    }

    @Test func aMessageThatEndsEarlyIsNone() {
        let message = GossipMessage(
            .gossip, from: NodeID(rawValue: 1)!, epoch: NodeEpoch(rawValue: 1)!, incarnation: 0, to: nil,
            entries: [.left(NodeID(rawValue: 2)!, NodeEpoch(rawValue: 3)!, 4)])
        var writer = ByteWriter()
        message.encode(into: &writer)
        let bytes = writer.bytes.copied()
        for length in bytes.indices where length != GossipMessage.headerByteCount {
            let read = GossipMessage(bytes.rawBytes.extracting(first: length))
            #expect(read == nil)
        }
    }

    @Test func anyBytesAreReadOrRefused() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...200, using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...9, using: &random) }
            _ = GossipMessage(bytes.rawBytes)
        }
    }

    static func message(_ random: inout SeededRandom) -> GossipMessage {
        func node() -> NodeID { NodeID(rawValue: UInt16.random(in: 1..<UInt16.max, using: &random))! }
        func epoch() -> NodeEpoch { NodeEpoch(rawValue: UInt64.random(in: 1..<1 << 48, using: &random))! }
        var entries: [GossipMessage.Entry] = []
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let incarnation = UInt32.random(in: 0...UInt32.max, using: &random)
            let address = MemberAddress(high: random.next(), low: random.next(), gossipPort: 7, busPort: 8)
            switch Int.random(in: 0...3, using: &random) {
            case 0: entries.append(.alive(node(), epoch(), incarnation, address))
            case 1:
                let refused = Bool.random(using: &random)
                entries.append(.suspect(node(), epoch(), incarnation, accuser: node(), refused: refused))
            case 2: entries.append(.dead(node(), epoch(), incarnation, crashed: .random(using: &random)))
            default: entries.append(.left(node(), epoch(), incarnation))
            }
        }
        return GossipMessage(
            [.ping, .ack, .pull, .page][Int.random(in: 0...3, using: &random)], from: node(), epoch: epoch(),
            incarnation: 3, sequence: 4, to: Bool.random(using: &random) ? node() : nil,
            subject: Bool.random(using: &random) ? node() : nil, cursor: 9, tableHash: random.next(), entries: entries)
    }
}
