import CLinux
import Glibc

/// An IPv4 or IPv6 address with a port. Names are resolved elsewhere (`NameResolver`): a loop never waits for DNS.
public struct SocketAddress: Equatable, Hashable, Sendable, CustomStringConvertible {
    public enum Host: Equatable, Hashable, Sendable {
        case v4(UInt32)
        case v6(high: UInt64, low: UInt64)
    }

    public var host: Host
    public var port: UInt16

    public init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// From a numeric address such as `127.0.0.1` or `::1`; `nil` for anything else.
    public init?(numeric text: String, port: UInt16) {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self.init(host: .v4(UInt32(bigEndian: four.s_addr)), port: port)
            return
        }
        var six = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self.init(host: SocketAddress.host(of: six), port: port)
    }

    public static func loopback(port: UInt16) -> SocketAddress {
        SocketAddress(host: .v4(0x7F00_0001), port: port)
    }

    public static func any(port: UInt16) -> SocketAddress {
        SocketAddress(host: .v4(0), port: port)
    }

    public var isLoopback: Bool {
        switch host {
        case .v4(let bits): bits >> 24 == 127
        case .v6(let high, let low): high == 0 && (low == 1 || low >> 24 == 0xFFFF_7F)
        }
    }

    /// Every address of the machine: good for listening, useless for telling others.
    public var isAny: Bool { host == .v4(0) || host == .v6(high: 0, low: 0) }

    /// The address without its port, as text.
    public var hostText: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch host {
        case .v4(let bits):
            var four = in_addr(s_addr: bits.bigEndian)
            unsafe inet_ntop(AF_INET, &four, &buffer, socklen_t(buffer.count))
        case .v6(let high, let low):
            var six = SocketAddress.in6(high, low)
            unsafe inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var description: String {
        switch host {
        case .v4: "\(hostText):\(port)"
        case .v6: "[\(hostText)]:\(port)"
        }
    }

    var family: Int32 {
        switch host {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// Calls `body` with the address in the form that the socket calls take.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        let length: Int
        switch host {
        case .v4(let bits):
            let four = sockaddr_in(
                sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian,
                sin_addr: in_addr(s_addr: bits.bigEndian), sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
            length = MemoryLayout<sockaddr_in>.size
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: four, as: sockaddr_in.self) }
        case .v6(let high, let low):
            let six = sockaddr_in6(
                sin6_family: sa_family_t(AF_INET6), sin6_port: port.bigEndian, sin6_flowinfo: 0,
                sin6_addr: SocketAddress.in6(high, low), sin6_scope_id: 0)
            length = MemoryLayout<sockaddr_in6>.size
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: six, as: sockaddr_in6.self) }
        }
        return unsafe withUnsafePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(length)) }
        }
    }

    /// From what a socket call stored; `nil` for a family that is neither IPv4 nor IPv6.
    init?(_ storage: sockaddr_storage) {
        let parsed: SocketAddress? = unsafe withUnsafeBytes(of: storage) { raw in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let four = unsafe raw.load(as: sockaddr_in.self)
                return SocketAddress(
                    host: .v4(UInt32(bigEndian: four.sin_addr.s_addr)), port: UInt16(bigEndian: four.sin_port))
            case AF_INET6:
                let six = unsafe raw.load(as: sockaddr_in6.self)
                return SocketAddress(
                    host: SocketAddress.host(of: six.sin6_addr), port: UInt16(bigEndian: six.sin6_port))
            default:
                return nil
            }
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Where a socket is connected to; `nil` when it is not.
    init?(peerOf descriptor: Int32) {
        unsafe self.init(asking: { unsafe getpeername(descriptor, $0, $1) })
    }

    /// What a socket is bound to.
    init?(nameOf descriptor: Int32) {
        unsafe self.init(asking: { unsafe getsockname(descriptor, $0, $1) })
    }

    private init?(asking call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, &length) }
        }
        guard result == 0 else { return nil }
        self.init(storage)
    }

    private static func host(of address: in6_addr) -> Host {
        unsafe withUnsafeBytes(of: address) { raw in
            .v6(
                high: UInt64(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                low: UInt64(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    private static func in6(_ high: UInt64, _ low: UInt64) -> in6_addr {
        var address = in6_addr()
        unsafe withUnsafeMutableBytes(of: &address) { raw in
            unsafe raw.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            unsafe raw.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }
}
