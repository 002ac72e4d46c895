public import Primitives

/// The 16 bytes in front of every message, all integers big-endian.
public struct PDUHeader: Equatable, Sendable {
    public static let byteCount = 16

    /// Bytes of the whole packet, with the header.
    public var length: UInt32
    /// 1 from a server. Clients send 0, 1, 6 or 13 and no value says anything, so none is refused.
    public var version: UInt16 = 1
    /// Never used.
    public var flag: UInt16 = 0
    /// The high byte of the command once more. Clients look at it first, so it has to be right.
    public var service: UInt16
    public var command: UInt16
    /// Chosen by the client for a request and repeated in its answer; 0 in everything else a server sends, because
    /// clients take a packet with the number of a pending request for the answer to it.
    public var sequence: UInt16
    /// Means nothing; some clients write 0x30.
    public var reserved: UInt16 = 0

    /// What a server writes in front of a body of `bodyByteCount` bytes.
    public init(_ command: Command, sequence: UInt16, bodyByteCount: Int) {
        length = UInt32(Self.byteCount + bodyByteCount)
        service = command.service
        self.command = command.rawValue
        self.sequence = sequence
    }

    /// `nil` if there are fewer than 16 bytes.
    public init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let length: UInt32 = reader.read(), let version: UInt16 = reader.read(),
            let flag: UInt16 = reader.read(), let service: UInt16 = reader.read(),
            let command: UInt16 = reader.read(), let sequence: UInt16 = reader.read(),
            let reserved: UInt16 = reader.read()
        else { return nil }
        self.length = length
        self.version = version
        self.flag = flag
        self.service = service
        self.command = command
        self.sequence = sequence
        self.reserved = reserved
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: length)
        writer.append(bigEndian: version)
        writer.append(bigEndian: flag)
        writer.append(bigEndian: service)
        writer.append(bigEndian: command)
        writer.append(bigEndian: sequence)
        writer.append(bigEndian: reserved)
    }
}
