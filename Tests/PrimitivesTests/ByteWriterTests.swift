import Primitives
import Testing

@Suite struct ByteWriterTests {
    @Test func writesGrowAndKeepTheirOrder() {
        var writer = ByteWriter(capacity: 1)
        writer.append(0xAB)
        writer.append(bigEndian: UInt16(0x0102))
        writer.append(bigEndian: UInt32(0x0304_0506))
        writer.append([7, 8])
        writer.append(utf8: "é")
        #expect(writer.bytes.copied() == [0xAB, 1, 2, 3, 4, 5, 6, 7, 8, 0xC3, 0xA9])
        writer.overwrite(bigEndian: UInt16(0xFFFE), at: 1)
        writer.truncate(to: 3)
        #expect(writer.bytes.copied() == [0xAB, 0xFF, 0xFE])
    }

    @Test func clearGivesBackWhatGrewTooLarge() {
        var writer = ByteWriter(capacity: 16)
        writer.append([UInt8](repeating: 1, count: 1000))
        writer.clear(keeping: 64)
        #expect(writer.count == 0)
        #expect(writer.capacity == 64)
    }

    @Test func readsOutsideTheSpanAreNil() {
        let bytes: [UInt8] = [1, 2, 3]
        let span = bytes.rawBytes
        #expect(span.bigEndian(at: 1, as: UInt16.self) == 0x0203)
        #expect(span.bigEndian(at: 2, as: UInt16.self) == nil)
        #expect(span.bigEndian(at: -1, as: UInt8.self) == nil)
        #expect(span.bigEndian(at: .max, as: UInt64.self) == nil)
        #expect(span.byte(at: 3) == nil)
        #expect((span.slice(1..<4) == nil) as Bool)
    }
}
