import Primitives
import Testing

@Suite struct ByteReaderTests {
    private static let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

    @Test func readsStepOverWhatTheyReturn() {
        var reader = ByteReader(Self.bytes.rawBytes)
        let (byte, word): (UInt8?, UInt16?) = (reader.read(), reader.read())
        let skipped = reader.skip(1)
        let wide = reader.readUInt48()
        let piece = reader.readBytes(1)?.copied()
        let offset = reader.offset
        let rest = reader.readRest().copied()
        let isAtEnd = reader.isAtEnd
        #expect(byte == 1 && word == 0x0203 && skipped && wide == 0x0506_0708_090A && piece == [11])
        #expect(offset == 11 && rest == [12] && isAtEnd)
    }

    @Test func whatIsNotThereIsNilAndMovesNothing() {
        var reader = ByteReader(Self.bytes.rawBytes)
        let skipped = reader.skip(10)
        let long: UInt32? = reader.read()
        let wide = reader.readUInt48()
        let pieces = [3, -1, .max, .min].map { reader.readBytes($0)?.copied() }
        let skips = [3, -1, .max, .min].map { reader.skip($0) }
        #expect(skipped && long == nil && wide == nil)
        #expect(pieces == [nil, nil, nil, nil] && skips == [false, false, false, false])
        let last: UInt16? = reader.read()
        let none: UInt8? = reader.read()
        let nothing = reader.readBytes(0)?.copied()
        let rest = reader.readRest().copied()
        #expect(last == 0x0B0C && none == nil && nothing == [] && rest == [])
    }

    @Test func whatIsWrittenIn48BitsComesBack() {
        var writer = ByteWriter()
        writer.append(bigEndian48: 0xFFFF_1234_5678_9ABC)
        var reader = ByteReader(writer.bytes)
        let value = reader.readUInt48()
        #expect(value == 0x1234_5678_9ABC && writer.count == 6)
    }
}
