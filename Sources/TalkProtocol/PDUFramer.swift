import Primitives

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
