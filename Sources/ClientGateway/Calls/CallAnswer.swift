import Primitives
public import TalkProtocol

/// What a device says to a call: taken if the code is 0, refused otherwise.
public struct CallAnswer: Equatable, Sendable {
    /// Of answers that a node gives for a user; what a client says itself is passed on as it is.
    public enum Code: UInt32, Sendable {
        case taken = 0
        case refused = 1
        /// A device of the user is in another call.
        case busy = 2
        /// No device of the user is there.
        case away = 3
        case noAnswer = 4
        /// The caller's own device is in another call, or the call is one that cannot be.
        case impossible = 5
    }

    /// Of a reason; a client that says more is not heard.
    static let maxReasonBytes = 255

    public let code: UInt32
    public let clientType: ClientType
    public let reason: String
    /// SDP.
    public let body: [UInt8]

    public init(code: UInt32, clientType: ClientType, reason: String = "", body: [UInt8] = []) {
        self.code = code
        self.clientType = clientType
        self.reason = reason
        self.body = body
    }

    init(_ code: Code, _ clientType: ClientType) {
        self.init(code: code.rawValue, clientType: clientType, reason: "\(code)")
    }

    public var isTaken: Bool { code == Code.taken.rawValue }

    /// u32 code, u8 client type, u8 length of the reason, it, the body.
    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: code)
        writer.append(UInt8(truncatingIfNeeded: clientType.rawValue))
        writer.append(UInt8(reason.utf8.count))
        writer.append(utf8: reason)
        writer.append(body)
    }

    init?(reading reader: inout ByteReader) {
        guard let code: UInt32 = reader.read(), let type = ClientType(reading: &reader),
            let length: UInt8 = reader.read(), let reason = reader.readBytes(Int(length))
        else { return nil }
        self.init(
            code: code, clientType: type, reason: String(decoding: reason.copied(), as: UTF8.self),
            body: reader.readRest().copied())
    }
}

extension ClientType {
    /// As one byte.
    init?(reading reader: inout ByteReader) {
        guard let number: UInt8 = reader.read() else { return nil }
        self.init(rawValue: UInt32(number))
    }
}
