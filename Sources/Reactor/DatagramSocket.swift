import CLinux
import Glibc

/// Receives datagrams of one UDP socket, on its loop's thread.
public protocol DatagramHandler: AnyObject {
    /// The span is valid during the call only.
    func received(_ datagram: RawSpan, from source: SocketAddress)
}

/// A UDP socket of one loop. Datagrams that the kernel cannot take at once are lost, as UDP allows.
public final class DatagramSocket: DescriptorHandler {
    private static let maxDatagramsPerTurn = 256

    public let address: SocketAddress
    private unowned let loop: EventLoop
    private weak var handler: (any DatagramHandler)?
    private let descriptor: Descriptor
    private var watch: WatchID?

    fileprivate init(_ address: SocketAddress, _ handler: any DatagramHandler, on loop: EventLoop) throws(SystemError) {
        self.loop = loop
        self.handler = handler
        descriptor = try System.socket(address.family, SOCK_DGRAM)
        try loop.bind(descriptor.raw, to: address)
        self.address = SocketAddress(nameOf: descriptor.raw) ?? address
        watch = try loop.watch(descriptor.raw, reading: true, writing: false, self)
    }

    /// `false` when the kernel did not take it.
    @discardableResult
    public func send(_ datagram: RawSpan, to target: SocketAddress) -> Bool {
        unsafe datagram.withUnsafeBytes { bytes in
            unsafe target.withSockaddr { address, length in
                unsafe sendto(descriptor.raw, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL), address, length)
            }
        } == datagram.byteCount
    }

    public func close() {
        if let watch { loop.unwatch(watch) }
        watch = nil
    }

    public func ready(readable: Bool, writable: Bool) {
        for _ in 0..<Self.maxDatagramsPerTurn where watch != nil {
            var source = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let scratch = unsafe loop.scratch
            let received = unsafe withUnsafeMutablePointer(to: &source) { storage in
                unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(descriptor.raw, scratch.baseAddress, scratch.count, 0, $0, &length)
                }
            }
            // An error here is the answer to an earlier send (ICMP port unreachable); it says nothing about the next.
            guard received >= 0 || errno == ECONNREFUSED else { return }
            guard received >= 0, let peer = SocketAddress(source) else { continue }
            unsafe handler?.received(UnsafeRawBufferPointer(rebasing: scratch[..<received]).bytes, from: peer)
        }
    }
}

extension EventLoop {
    /// The handler is held weakly: its owner decides how long it lives.
    public func bindDatagrams(
        on address: SocketAddress, _ handler: any DatagramHandler
    ) throws(SystemError) -> DatagramSocket {
        try DatagramSocket(address, handler, on: self)
    }
}
