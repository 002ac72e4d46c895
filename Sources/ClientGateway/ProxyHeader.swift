import Primitives
import Reactor

/// What a proxy puts in front of a connection: whose it is (the PROXY protocol of HAProxy, versions 1 and 2). A core.
enum ProxyHeader: Equatable {
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

    init(_ bytes: RawSpan) {
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
        guard let command = bytes.byte(at: 12), let family = bytes.byte(at: 13),
            let length = bytes.bigEndian(at: 14, as: UInt16.self).map(Int.init)
        else { return .needMore }
        guard command >> 4 == 2, command & 0xf < 2, length <= maxByteCount else { return .invalid }
        let byteCount = 16 + length
        guard bytes.byteCount >= byteCount else { return .needMore }
        // LOCAL, or a family that has no addresses of ours: the connection speaks for itself.
        guard command & 0xf == 1 else { return .source(nil, byteCount: byteCount) }
        switch family {
        case 0x11:
            guard length >= 12, let host = bytes.bigEndian(at: 16, as: UInt32.self),
                let port = bytes.bigEndian(at: 24, as: UInt16.self)
            else { return .invalid }
            return .source(SocketAddress(host: .v4(host), port: port), byteCount: byteCount)
        case 0x21:
            guard length >= 36, let high = bytes.bigEndian(at: 16, as: UInt64.self),
                let low = bytes.bigEndian(at: 24, as: UInt64.self), let port = bytes.bigEndian(at: 48, as: UInt16.self)
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
