/// Where a member wants to be reached: it says so itself, whatever address its datagrams come from.
///
/// IPv4 addresses are mapped into IPv6 (RFC 4291, 2.5.5.2), so that both travel in 16 bytes.
public struct MemberAddress: Hashable, Sendable {
    public let high: UInt64
    public let low: UInt64
    public let gossipPort: UInt16
    public let busPort: UInt16

    public init(high: UInt64, low: UInt64, gossipPort: UInt16, busPort: UInt16) {
        self.high = high
        self.low = low
        self.gossipPort = gossipPort
        self.busPort = busPort
    }

    /// Of an IPv4 address in host order.
    public init(ipv4: UInt32, gossipPort: UInt16, busPort: UInt16) {
        self.init(high: 0, low: 0xFFFF << 32 | UInt64(ipv4), gossipPort: gossipPort, busPort: busPort)
    }

    /// The same place for gossip, whatever is said about the bus.
    func sharesGossip(with other: MemberAddress) -> Bool {
        (high, low, gossipPort) == (other.high, other.low, other.gossipPort)
    }
}
