import Primitives

/// What a proxy puts in front of a connection: whose it is (the PROXY protocol of HAProxy, versions 1 and 2). A core.
public enum ProxyHeader: Equatable {
    case needMore
    case invalid
    /// `nil`: the proxy's own connection, such as a health check.
    case source(SocketAddress?, byteCount: Int)

    /// Version 1 ends its line within this (2.1); version 2 with addresses is as long at least.
    private static let maxLineByteCount = 107
    /// Version 2 may carry more than addresses; nobody needs so much.
    private static let maxByteCount = 2048
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    private static let word = [UInt8]("PROXY ".utf8)

    /// - Parameter bytes: the first ones of a connection.
    public init(_ bytes: RawSpan) {
        if bytes.begins(with: Self.signature) {
            self = Self.binary(bytes)
        } else if bytes.begins(with: Self.word) {
            self = Self.line(bytes)
        } else {
            self = .invalid
        }
    }

    /// Version 2 (2.2): 12 bytes of signature, version and command, family, length, addresses, extensions.
    private static func binary(_ bytes: RawSpan) -> ProxyHeader {
        var reader = ByteReader(bytes)
        guard reader.skip(signature.count), let command: UInt8 = reader.read(), let family: UInt8 = reader.read(),
            let length: UInt16 = reader.read()
        else { return .needMore }
        guard command >> 4 == 2, command & 0xf < 2, length <= maxByteCount else { return .invalid }
        guard let addresses = reader.readBytes(Int(length)) else { return .needMore }
        let byteCount = reader.offset
        // LOCAL, or a family that has no addresses of ours: the connection speaks for itself.
        guard command & 0xf == 1 else { return .source(nil, byteCount: byteCount) }
        // Where it comes from, where it goes to, and the two ports.
        var fields = ByteReader(addresses)
        switch family {
        case 0x11:
            guard let host: UInt32 = fields.read(), fields.skip(4), let port: UInt16 = fields.read(), fields.skip(2)
            else { return .invalid }
            return .source(SocketAddress(host: .v4(host), port: port), byteCount: byteCount)
        case 0x21:
            guard let high: UInt64 = fields.read(), let low: UInt64 = fields.read(), fields.skip(16),
                let port: UInt16 = fields.read(), fields.skip(2)
            else { return .invalid }
            return .source(SocketAddress(host: .v6(high: high, low: low), port: port), byteCount: byteCount)
        default: return .source(nil, byteCount: byteCount)
        }
    }

    /// Version 1 (2.1): `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443` and the end of the line.
    private static func line(_ bytes: RawSpan) -> ProxyHeader {
        let length = min(bytes.byteCount, maxLineByteCount)
        guard length > word.count else { return .needMore }
        guard let end = (word.count..<length).first(where: { bytes.byte(at: $0) == 0x0A }) else {
            return length < maxLineByteCount ? .needMore : .invalid
        }
        guard bytes.byte(at: end - 1) == 0x0D else { return .invalid }
        let text = String(decoding: bytes.extracting(word.count..<end - 1).copied(), as: UTF8.self)
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        if parts.first == "UNKNOWN" { return .source(nil, byteCount: end + 1) }
        guard parts.count == 5, parts[0] == "TCP4" || parts[0] == "TCP6", let port = UInt16(parts[3]),
            let source = SocketAddress(numeric: String(parts[1]), port: port)
        else { return .invalid }
        return .source(source, byteCount: end + 1)
    }
}

extension RawSpan {
    /// As far as there are bytes: whether they are those of `prefix`.
    fileprivate func begins(with prefix: [UInt8]) -> Bool {
        (0..<min(byteCount, prefix.count)).allSatisfy { byte(at: $0) == prefix[$0] }
    }
}
