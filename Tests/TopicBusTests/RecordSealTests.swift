import Primitives
import Testing

@testable import TopicBus

@Suite struct RecordSealTests {
    private static let key = [UInt8](repeating: 3, count: 32)

    private func record(_ frames: [UInt8], sealed: Bool) throws -> [UInt8] {
        var seal = try RecordSeal(key: sealed ? Self.key : nil)
        var writer = ByteWriter()
        seal.seal(frames.rawBytes, into: &writer)
        return writer.bytes.copied()
    }

    private func open(_ bytes: [UInt8], sealed: Bool) throws -> RecordSeal.Opened {
        var seal = try RecordSeal(key: sealed ? Self.key : nil)
        var writer = ByteWriter()
        return seal.open(bytes.rawBytes, into: &writer)
    }

    /// Whoever waited for the end of a record that was never so long would take the connection for a living one.
    @Test(arguments: [true, false]) func aChangedBitIsNoticedAtOnce(sealed: Bool) throws {
        let whole = try record([UInt8](0..<100), sealed: sealed)
        guard case .record(whole.count) = try open(whole, sealed: sealed) else {
            Issue.record("a whole record is refused")
            return
        }
        for bit in 0..<(sealed ? whole.count : RecordSeal.headerByteCount) * 8 {
            var changed = whole
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard case .refused = try open(changed, sealed: sealed) else {
                Issue.record("bit \(bit) is not noticed")
                return
            }
        }
    }

    @Test(arguments: [true, false]) func aPartIsNoRecord(sealed: Bool) throws {
        let whole = try record([UInt8](0..<100), sealed: sealed)
        for length in 0..<whole.count {
            guard case .partial = try open(Array(whole.prefix(length)), sealed: sealed) else {
                Issue.record("\(length) bytes are taken for a record")
                return
            }
        }
    }
}
