import CLinux
import Glibc

/// What the kernel knows of the way to an address. Nothing is sent.
public enum RouteProbe {
    /// The largest UDP payload that goes there in one piece, as far as is known: the limit of the first link, or a
    /// smaller one that a router reported lately.
    public static func largestPayload(to address: SocketAddress) throws(SystemError) -> Int {
        let isV4 = address.family == AF_INET
        let descriptor = try System.socket(address.family, SOCK_DGRAM)
        let (level, discover, mtu) =
            isV4 ? (Int32(IPPROTO_IP), IP_MTU_DISCOVER, IP_MTU) : (Int32(IPPROTO_IPV6), IPV6_MTU_DISCOVER, IPV6_MTU)
        try System.setOption(descriptor.raw, level, discover, isV4 ? IP_PMTUDISC_DO : IPV6_PMTUDISC_DO)
        _ = try System.retrying("connect") {
            unsafe address.withSockaddr { unsafe Int(connect(descriptor.raw, $0, $1)) }
        }
        var size: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = try System.retrying("getsockopt") { unsafe Int(getsockopt(descriptor.raw, level, mtu, &size, &length)) }
        // Headers of IP and UDP.
        return Int(size) - (isV4 ? 28 : 48)
    }
}
