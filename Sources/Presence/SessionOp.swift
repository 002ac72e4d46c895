import Primitives
import TalkProtocol

/// One change of a stream, or one entry of a bucket: a session is there as described, or is gone.
///
/// On the wire: a byte with status and client type, the user and, if there is a session, its login epoch, both as
/// LEB128. No session has status 0, so that stands for a removal. A login takes about 8 bytes, a logout 6. A core.
struct SessionOp: Equatable, Sendable {
    let user: UInt32
    private let tag: UInt8
    private let login: UInt32

    /// Of the longest one.
    static let maxByteCount = 11

    init(user: UInt32, present content: SessionContent) {
        self.user = user
        tag = content.tag
        login = content.login.rawValue
    }

    init(user: UInt32, absent device: DeviceClass) {
        self.user = user
        tag = device == .pc ? 0 : 0x10
        login = 0
    }

    /// `nil` if the session is gone.
    var content: SessionContent? { SessionContent(rawValue: UInt64(tag) << 32 | UInt64(login)) }

    var device: DeviceClass { tag & 0x10 == 0 ? .pc : .mobile }

    /// Orders the sessions of one origin: it has one of a user and a class.
    var key: UInt64 { UInt64(user) << 1 | UInt64(device.rawValue) }

    func write(into writer: inout ByteWriter) {
        writer.append(tag)
        writer.append(leb128: user)
        if content != nil { writer.append(leb128: login) }
    }

    /// `nil` for what is no op.
    init?(reading reader: inout ByteReader) {
        guard let tag: UInt8 = reader.read(), let user = reader.readLEB128(), user != 0 else { return nil }
        self.tag = tag
        self.user = user
        if tag >> 5 == 0 {
            guard tag & 0x0f == 0 else { return nil }
            login = 0
        } else {
            guard let login = reader.readLEB128() else { return nil }
            self.login = login
        }
    }
}

extension ByteReader {
    /// At most five bytes, and not beyond 32 bits.
    mutating func readLEB128() -> UInt32? {
        var value: UInt64 = 0
        for place in 0..<5 {
            guard let byte: UInt8 = read() else { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(7 * place)
            if byte < 0x80 { return UInt32(exactly: value) }
        }
        return nil
    }
}

extension ByteWriter {
    mutating func append(leb128 value: UInt32) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
