public import Primitives
public import Protobuf

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

/// Finds packets in a stream of bytes. Keeps nothing: the caller holds what has not been consumed and asks again.
public enum PDUFramer {
    public enum Step: Equatable, Sendable {
        /// The packet is not all there yet. `total` is its length, known from the fourth byte on.
        case needMore(total: Int?)
        /// A whole packet, at the beginning of the bytes; `body` lies behind its header.
        case pdu(PDUHeader, body: Range<Int>)
        /// There is no way to find the next packet: close the connection.
        case invalid(Reason)
    }

    public enum Reason: Equatable, Sendable {
        /// A packet cannot be shorter than its header.
        case tooShort(length: UInt32)
        case tooLong(length: UInt32, limit: Int)
    }

    /// Looks at the beginning of `unread`.
    ///
    /// A length is judged as soon as its four bytes are there: before anything is buffered for it, and early enough
    /// to be rid of a peer that speaks another protocol.
    ///
    /// - Parameter limit: the longest packet that is accepted, with its header.
    public static func next(in unread: RawSpan, limit: Int) -> Step {
        guard let length = unread.bigEndian(at: 0, as: UInt32.self) else { return .needMore(total: nil) }
        guard length >= PDUHeader.byteCount else { return .invalid(.tooShort(length: length)) }
        guard length <= limit else { return .invalid(.tooLong(length: length, limit: limit)) }
        let total = Int(length)
        guard unread.byteCount >= total, let header = PDUHeader(unread) else { return .needMore(total: total) }
        return .pdu(header, body: PDUHeader.byteCount..<total)
    }
}

extension ByteWriter {
    /// A whole packet as a server sends it: header and body.
    ///
    /// - Parameter sequence: that of the request in an answer, 0 in everything else.
    public mutating func append(_ command: Command, sequence: UInt16, _ message: some ProtoMessage) {
        let byteCount = message.byteCount
        reserve(PDUHeader.byteCount + byteCount)
        PDUHeader(command, sequence: sequence, bodyByteCount: byteCount).write(into: &self)
        message.write(into: &self)
    }
}
