import Primitives

extension SocketAddress.Host {
    /// Who an address belongs to: one person has a whole /64 of IPv6 (RFC 6177), and an IPv4 address can be written as
    /// one of IPv6 (RFC 4291, section 2.5.5.2).
    public var site: Self {
        switch self {
        case .v4: self
        case .v6(high: 0, let low) where low >> 32 == 0xFFFF: .v4(UInt32(truncatingIfNeeded: low))
        case .v6(let high, _): .v6(high: high, low: 0)
        }
    }

    /// 4 bytes, or 16.
    public var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 16)
        switch self {
        case .v4(let address): writer.append(bigEndian: address)
        case .v6(let high, let low):
            writer.append(bigEndian: high)
            writer.append(bigEndian: low)
        }
        return writer.bytes.copied()
    }
}
