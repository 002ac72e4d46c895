import Membership
import Primitives
import TalkProtocol
import Testing

@testable import Presence

@Suite struct FrameTests {
    /// Byte by byte, so that two versions of a node can talk to each other.
    @Test func theFormatIsFixed() {
        let exchange = Exchange()
        exchange.nodes[1] = SimulatedNode(peer(1, 0x0102), at: exchange.now)
        exchange.link()
        exchange.settle()
        exchange.opened(1, 300, .ios, 200, .leave)
        exchange.opened(1, 5, .mac, 1)
        exchange.closed(1, 300, .mobile, 200)
        exchange.sent = [:]
        exchange.tick(after: .milliseconds(20))
        let epoch: [UInt8] = [0, 0, 0, 0, 0, 0, 1, 2]
        let ops: [UInt8] = [0x71, 0xac, 0x02, 0xc8, 0x01, 0x22, 5, 1, 0x10, 0xac, 0x02]
        #expect(exchange.sent[2] == [[1] + epoch + [0, 0, 0, 0, 0, 0, 0, 0, 0, 3] + ops])
    }

    /// All frames of a login, a snapshot and a repair.
    private func frames() -> [[UInt8]] {
        let exchange = Exchange()
        for user in 1...UInt32(60) { exchange.opened(1, user * 12_345, .ios, user) }
        exchange.link()
        exchange.settle()
        exchange.closed(1, 12_345, .mobile, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        return (exchange.sent[1] ?? []) + (exchange.sent[2] ?? [])
    }

    /// S1: a frame is used as a whole or not at all.
    @Test func truncatedAndExtendedFramesAreRefused() {
        var kinds: Set<UInt8> = []
        for frame in frames() {
            kinds.insert(frame[0])
            var content = FrameContent()
            var epoch: UInt64 = 0
            #expect(content.read(frame.rawBytes, epoch: &epoch) != nil)
            for length in stride(from: 0, to: frame.count, by: max(1, frame.count / 300)) {
                let part = Array(frame[..<length])
                let read = content.read(part.rawBytes, epoch: &epoch)
                #expect(read == nil, "\(length) bytes of \(frame)")
            }
            let longer = frame + [0]
            let read = content.read(longer.rawBytes, epoch: &epoch)
            #expect(read == nil)
        }
        #expect(kinds == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: 0..<UInt64(40)) func randomBytesChangeNothing(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let exchange = Exchange()
        for user in 1...UInt32(60) { exchange.opened(1, user, .ios, user) }
        exchange.link()
        exchange.settle()
        let before = (exchange.nodes[2]?.visible(1...100), exchange.nodes[2]?.core.replicas[peer(1).node]?.applied)
        for _ in 0..<200 {
            let length = Int.random(in: 0...64, using: &random)
            var frame = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Past the first checks, so that the rest of the reader is reached. The epoch is one that never was.
            if frame.count > 9 { frame.replaceSubrange(0..<9, with: [UInt8(frame[0] % 8), 0, 0, 0, 0, 0, 0, 1, 1]) }
            exchange.call(2) { $0.core.received(frame.rawBytes, from: peer(1), at: exchange.now, into: &$1) }
        }
        #expect(exchange.nodes[2]?.visible(1...100) == before.0, "seed \(seed)")
        #expect(exchange.nodes[2]?.core.replicas[peer(1).node]?.applied == before.1, "seed \(seed)")
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 60, "seed \(seed)")
    }

    /// Even what passes for a frame of the right life can be repaired, and never traps.
    @Test(arguments: 0..<UInt64(40)) func damagedFramesDoNotTrapAndAreRepaired(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let frames = frames()
        let exchange = Exchange()
        for user in 1...UInt32(60) { exchange.opened(1, user, .ios, user) }
        exchange.link()
        exchange.settle()
        for _ in 0..<100 {
            var frame = frames[Int.random(in: 0..<frames.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) where frame.count > 9 {
                frame[Int.random(in: 9..<frame.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            exchange.call(2) { $0.core.received(frame.rawBytes, from: peer(1), at: exchange.now, into: &$1) }
        }
        for _ in 0..<6 {
            exchange.tick(after: .seconds(1))
            exchange.settle()
        }
        #expect(exchange.nodes[2]?.table.sessionCount == 60, "seed \(seed)")
        #expect(exchange.nodes[2]?.core.stream.state == StreamState(seq: 0, root: 0, count: 0), "seed \(seed)")
    }

    @Test func unknownTypesAreIgnored() {
        let exchange = Exchange()
        exchange.link()
        exchange.settle()
        exchange.call(2) { $0.core.received([99, 1, 2].rawBytes, from: peer(1), at: exchange.now, into: &$1) }
        #expect(exchange.effects(of: 2) == [])
        exchange.call(2) { $0.core.received([1, 1, 2].rawBytes, from: peer(1), at: exchange.now, into: &$1) }
        #expect(exchange.effects(of: 2) == [.malformed(peer(1))])
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt32.max]) func numbersComeBack(value: UInt32) {
        var writer = ByteWriter()
        writer.append(leb128: value)
        var reader = ByteReader(writer.bytes)
        let read = reader.readLEB128()
        let isAtEnd = reader.isAtEnd
        #expect(read == value && isAtEnd)
    }

    @Test func numbersBeyond32BitsAreRefused() {
        for bytes: [UInt8] in [[0xff, 0xff, 0xff, 0xff, 0x10], [0x80, 0x80, 0x80, 0x80, 0x80, 0], [0x80]] {
            var reader = ByteReader(bytes.rawBytes)
            let read = reader.readLEB128()
            #expect(read == nil)
        }
    }
}
