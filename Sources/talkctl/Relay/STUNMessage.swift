import Crypto
import Primitives

/// A message of STUN (RFC 8489, section 5) and of TURN (RFC 8656). A core: bytes in, bytes out.
struct STUNMessage: Equatable {
    enum Kind: UInt16 {
        case request = 0x000
        case indication = 0x010
        case success = 0x100
        case failure = 0x110
    }

    enum Method: UInt16 {
        case binding = 0x001
        case allocate = 0x003
        case refresh = 0x004
        case send = 0x006
        case data = 0x007
        case createPermission = 0x008
    }

    /// Those that are used here; others are passed by.
    enum Attribute: UInt16 {
        case username = 0x0006
        case messageIntegrity = 0x0008
        case errorCode = 0x0009
        case lifetime = 0x000D
        case xorPeerAddress = 0x0012
        case data = 0x0013
        case realm = 0x0014
        case nonce = 0x0015
        case xorRelayedAddress = 0x0016
        case requestedTransport = 0x0019
        case xorMappedAddress = 0x0020
        case fingerprint = 0x8028
    }

    static let headByteCount = 20
    static let transactionByteCount = 12
    static let cookie: UInt32 = 0x2112_A442
    private static let codeByteCount = 20
    /// Of one message; what has more is none.
    private static let maxAttributes = 32

    let kind: Kind
    let method: Method
    let transaction: [UInt8]
    private(set) var attributes: [(type: UInt16, value: [UInt8])] = []
    /// What MESSAGE-INTEGRITY of a message that was read covers, and what it says.
    private var signature: (covered: [UInt8], code: [UInt8])?

    /// - Parameter transaction: of `transactionByteCount` random bytes.
    init(_ kind: Kind, _ method: Method, transaction: [UInt8]) {
        self.kind = kind
        self.method = method
        self.transaction = transaction
    }

    static func == (left: STUNMessage, right: STUNMessage) -> Bool {
        left.kind == right.kind && left.method == right.method && left.transaction == right.transaction
            && left.attributes.elementsEqual(right.attributes, by: ==)
    }

    /// The first one, as section 14 says.
    subscript(attribute: Attribute) -> [UInt8]? {
        attributes.first { $0.type == attribute.rawValue }?.value
    }

    mutating func add(_ attribute: Attribute, _ value: [UInt8]) {
        attributes.append((attribute.rawValue, value))
    }

    mutating func add(_ attribute: Attribute, _ text: String) {
        add(attribute, [UInt8](text.utf8))
    }

    // MARK: Bytes

    /// - Parameter key: what it is signed with. Then the result is `nil` if this OpenSSL has no SHA-1.
    func bytes(signedWith key: [UInt8]? = nil) -> [UInt8]? {
        var body: [UInt8] = []
        for (type, value) in attributes { Self.append(type, value, to: &body) }
        if let key {
            let covered = head(bodyByteCount: body.count + 4 + Self.codeByteCount) + body
            guard let code = HMACSHA1.code(covered.rawBytes, key: key.rawBytes) else { return nil }
            Self.append(Attribute.messageIntegrity.rawValue, code, to: &body)
        }
        return head(bodyByteCount: body.count) + body
    }

    private func head(bodyByteCount: Int) -> [UInt8] {
        Self.big(kind.rawValue | method.rawValue) + Self.big(UInt16(truncatingIfNeeded: bodyByteCount))
            + Self.big(Self.cookie) + transaction
    }

    private static func append(_ type: UInt16, _ value: [UInt8], to body: inout [UInt8]) {
        body += big(type) + big(UInt16(truncatingIfNeeded: value.count)) + value
        body += [UInt8](repeating: 0, count: padding(of: value.count))
    }

    static func big(_ number: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
        stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func padding(of byteCount: Int) -> Int { (4 - byteCount % 4) % 4 }

    /// How many bytes the message has that begins here; `nil` until its head is there. On a stream nothing else says
    /// where one ends (section 6.2.2).
    static func byteCount(of bytes: RawSpan) -> Int? {
        bytes.byteCount < headByteCount ? nil : bytes.bigEndian(at: 2, as: UInt16.self).map { headByteCount + Int($0) }
    }

    /// `nil`: this is no message, or of a method that is not known here.
    init?(_ bytes: RawSpan) {
        guard let word: UInt16 = bytes.bigEndian(at: 0), let cookie: UInt32 = bytes.bigEndian(at: 4),
            cookie == Self.cookie, Self.byteCount(of: bytes) == bytes.byteCount, bytes.byteCount % 4 == 0,
            let kind = Kind(rawValue: word & 0x0110), let method = Method(rawValue: word & ~0x0110),
            let transaction = bytes.slice(8..<Self.headByteCount)
        else { return nil }
        self.init(kind, method, transaction: transaction.copied())
        var offset = Self.headByteCount
        while offset < bytes.byteCount {
            guard attributes.count < Self.maxAttributes, let type: UInt16 = bytes.bigEndian(at: offset),
                let length = bytes.bigEndian(at: offset + 2, as: UInt16.self).map(Int.init),
                let value = bytes.slice(offset + 4..<offset + 4 + length)?.copied()
            else { return nil }
            if type == Attribute.messageIntegrity.rawValue, signature == nil {
                guard value.count == Self.codeByteCount, let before = bytes.slice(0..<offset)?.copied() else {
                    return nil
                }
                let end = UInt16(truncatingIfNeeded: offset + 4 + length - Self.headByteCount)
                signature = (before.prefix(2) + Self.big(end) + before.dropFirst(4), value)
            } else if signature == nil || type == Attribute.fingerprint.rawValue {
                // What stands behind the signature is not covered by it (section 14.5).
                attributes.append((type, value))
            }
            offset += 4 + length + Self.padding(of: length)
        }
    }

    /// Whether whoever has the key has made it, and nobody has changed it since.
    func isSigned(with key: [UInt8]) -> Bool {
        guard let (covered, code) = signature,
            let right = HMACSHA1.code(covered.rawBytes, key: key.rawBytes)
        else { return false }
        return equalInConstantTime(code.rawBytes, right.rawBytes)
    }
}
