public import Primitives

/// What a frame is (RFC 6455, section 5.2).
public enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
}

/// What stands in front of the payload of a frame (RFC 6455, section 5.2).
public struct WebSocketFrame: Equatable, Sendable {
    public enum Reading: Equatable, Sendable {
        case needMore
        /// `byteCount`: of the header, which the payload follows.
        case frame(WebSocketFrame, byteCount: Int)
        case violation(WebSocketCloseCode)
    }

    /// Of a control frame, whose whole payload must be at hand to be answered (section 5.5).
    public static let maxControlBytes = 125

    public let opcode: WebSocketOpcode
    public let isFinal: Bool
    public let length: Int
    /// Of a client: its payload is this, four bytes again and again, over what is meant.
    public let mask: UInt32?

    public init(_ opcode: WebSocketOpcode, isFinal: Bool = true, length: Int, mask: UInt32? = nil) {
        self.opcode = opcode
        self.isFinal = isFinal
        self.length = length
        self.mask = mask
    }

    /// What the first bytes say, judged as early as they allow.
    ///
    /// - Parameter isMasked: clients must, servers must not (section 5.1).
    public static func read(_ bytes: RawSpan, isMasked: Bool) -> Reading {
        var reader = ByteReader(bytes)
        guard let first: UInt8 = reader.read(), let second: UInt8 = reader.read() else { return .needMore }
        // Reserved bits belong to extensions, and none was agreed.
        guard first & 0x70 == 0, let opcode = WebSocketOpcode(rawValue: first & 0x0F), (second & 0x80 != 0) == isMasked
        else { return .violation(.protocolError) }
        let isFinal = first & 0x80 != 0
        let short = second & 0x7F
        if opcode.isControl, !isFinal || short > maxControlBytes { return .violation(.protocolError) }
        var length = Int(short)
        if short == 126 {
            guard let long: UInt16 = reader.read() else { return .needMore }
            // One length has one form, the shortest.
            guard long > 125 else { return .violation(.protocolError) }
            length = Int(long)
        } else if short == 127 {
            guard let long: UInt64 = reader.read() else { return .needMore }
            guard long > UInt64(UInt16.max) else { return .violation(.protocolError) }
            // Its highest bit must be 0, and nobody holds as much as the others can say.
            guard let exact = Int(exactly: long) else { return .violation(.tooBig) }
            length = exact
        }
        var mask: UInt32?
        if isMasked {
            guard let key: UInt32 = reader.read() else { return .needMore }
            mask = key
        }
        return .frame(WebSocketFrame(opcode, isFinal: isFinal, length: length, mask: mask), byteCount: reader.offset)
    }

    public func write(into writer: inout ByteWriter) {
        writer.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        let masked: UInt8 = mask == nil ? 0 : 0x80
        switch length {
        case ...125: writer.append(masked | UInt8(truncatingIfNeeded: length))
        case ...Int(UInt16.max):
            writer.append(masked | 126)
            writer.append(bigEndian: UInt16(truncatingIfNeeded: length))
        default:
            writer.append(masked | 127)
            writer.append(bigEndian: UInt64(length))
        }
        if let mask { writer.append(bigEndian: mask) }
    }

    /// A whole control frame; what does not fit behind a code is left out.
    public static func close(_ code: WebSocketCloseCode?, _ reason: StaticString = "", into writer: inout ByteWriter) {
        guard let code else { return WebSocketFrame(.close, length: 0).write(into: &writer) }
        precondition(reason.utf8CodeUnitCount <= maxControlBytes - 2, "'\(reason)' does not fit into a close frame")
        WebSocketFrame(.close, length: 2 + reason.utf8CodeUnitCount).write(into: &writer)
        writer.append(bigEndian: code.rawValue)
        writer.append(utf8: reason)
    }
}
