import Conversations
import Primitives

/// A session as its own loop is told of it: u32 slot, u32 generation.
extension SessionAddress {
    static let byteCount = 8

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: slot)
        writer.append(bigEndian: generation)
    }

    init?(reading reader: inout ByteReader, on loop: Int) {
        guard let slot: UInt32 = reader.read(), let generation: UInt32 = reader.read() else { return nil }
        self.init(loop: UInt16(loop), slot: slot, generation: generation)
    }

    /// For other loops: u16 loop before it.
    func writeWithLoop(into writer: inout ByteWriter) {
        writer.append(bigEndian: loop)
        write(into: &writer)
    }

    init?(readingWithLoop reader: inout ByteReader) {
        guard let loop: UInt16 = reader.read() else { return nil }
        self.init(reading: &reader, on: Int(loop))
    }
}
