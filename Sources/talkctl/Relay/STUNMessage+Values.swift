import Crypto
import Primitives
import Reactor

/// What attributes say.
extension STUNMessage {
    /// What a password is turned into before it signs a message (RFC 8489, section 9.2.2). `nil`: this OpenSSL has no
    /// MD5.
    static func key(username: String, realm: String, password: String) -> [UInt8]? {
        (try? MD5.hex([UInt8]("\(username):\(realm):\(password)".utf8).rawBytes)).flatMap(Hex.decode)
    }

    /// What was refused, and why in the words of the server, as far as they are plain.
    var errorCode: (code: Int, reason: String)? {
        guard kind == .failure, let value = self[.errorCode], value.count >= 4 else { return nil }
        let reason = value.dropFirst(4).prefix(128).filter { (0x20...0x7E).contains($0) }
        return (Int(value[2] & 7) * 100 + Int(value[3]), String(decoding: reason, as: UTF8.self))
    }

    func text(_ attribute: Attribute) -> String? {
        self[attribute].map { String(decoding: $0, as: UTF8.self) }
    }

    /// Addresses are hidden from routers that would change what looks like one of theirs (section 14.2).
    func address(_ attribute: Attribute) -> SocketAddress? {
        guard let value = self[attribute], value.count >= 8 else { return nil }
        let mask = Self.big(Self.cookie) + transaction
        let port = (UInt16(value[2]) << 8 | UInt16(value[3])) ^ UInt16(truncatingIfNeeded: Self.cookie >> 16)
        let host = zip(value.dropFirst(4), mask).map { $0 ^ $1 }
        switch (value[1], host.count) {
        case (1, 4): return SocketAddress(host: .v4(Self.number(host)), port: port)
        case (2, 16):
            let halves = (Self.number(host.prefix(8)) as UInt64, Self.number(host.suffix(8)) as UInt64)
            return SocketAddress(host: .v6(high: halves.0, low: halves.1), port: port)
        default: return nil
        }
    }

    mutating func add(_ attribute: Attribute, _ address: SocketAddress) {
        let port = address.port ^ UInt16(truncatingIfNeeded: Self.cookie >> 16)
        let mask = Self.big(Self.cookie) + transaction
        let (family, host): (UInt8, [UInt8]) =
            switch address.host {
            case .v4(let bits): (1, Self.big(bits))
            case .v6(let high, let low): (2, Self.big(high) + Self.big(low))
            }
        add(attribute, [0, family] + Self.big(port) + zip(host, mask).map { $0 ^ $1 })
    }

    private static func number<Value: FixedWidthInteger>(_ bytes: some Sequence<UInt8>) -> Value {
        bytes.reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }
}
