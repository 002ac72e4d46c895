public import Membership
public import Reactor

extension SocketAddress {
    init(gossipOf member: MemberAddress) { self.init(member, port: member.gossipPort) }

    init(busOf member: MemberAddress) { self.init(member, port: member.busPort) }

    private init(_ member: MemberAddress, port: UInt16) {
        if member.high == 0, member.low >> 32 == 0xFFFF {
            self.init(host: .v4(UInt32(truncatingIfNeeded: member.low)), port: port)
        } else {
            self.init(host: .v6(high: member.high, low: member.low), port: port)
        }
    }
}

extension MemberAddress {
    /// Where gossip comes from.
    init(_ source: SocketAddress) { self.init(source, busPort: 0) }

    /// A member at the host of `gossip`.
    public init(_ gossip: SocketAddress, busPort: UInt16) {
        switch gossip.host {
        case .v4(let bits): self.init(ipv4: bits, gossipPort: gossip.port, busPort: busPort)
        case .v6(let high, let low): self.init(high: high, low: low, gossipPort: gossip.port, busPort: busPort)
        }
    }
}
