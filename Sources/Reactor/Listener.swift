import CLinux
import Glibc
import Primitives

/// A listening socket of one loop. Each loop has its own on the same port (SO_REUSEPORT), so accepting needs no lock.
public final class Listener: DescriptorHandler {
    /// Accepted in one turn at most, so that a flood of newcomers does not starve who is already here.
    private static let maxAcceptsPerTurn = 64
    private static let backlog: Int32 = 4096

    public let address: SocketAddress
    private unowned let loop: EventLoop
    private let descriptor: Descriptor
    private let service: StreamService
    private let admits: ((SocketAddress) -> Bool)?
    private let rate: TokenBucket.Limit
    private var bucket = TokenBucket()
    private var watch: WatchID?
    /// Given up to accept and close a connection when the process has no descriptor left; otherwise the listener
    /// would report readiness for ever and burn a core.
    private var spare: Descriptor?

    fileprivate init(
        _ address: SocketAddress, _ service: StreamService, acceptsPerSecond: Int,
        admits: ((SocketAddress) -> Bool)?, on loop: EventLoop
    ) throws(SystemError) {
        self.loop = loop
        self.service = service
        self.admits = admits
        rate = TokenBucket.Limit(rate: Double(acceptsPerSecond), burst: max(acceptsPerSecond, 1))
        if loop.index == 0 { try Listener.checkFree(address) }
        descriptor = try System.socket(address.family, SOCK_STREAM)
        spare = Listener.openSpare()
        try System.setOption(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, 1)
        try System.setOption(descriptor.raw, SOL_SOCKET, SO_REUSEPORT, 1)
        try loop.bind(descriptor.raw, to: address)
        let listening = descriptor.raw
        _ = try System.retrying("listen") { Int(Glibc.listen(listening, Listener.backlog)) }
        self.address = SocketAddress(nameOf: descriptor.raw) ?? address
        watch = try loop.watch(descriptor.raw, reading: true, writing: false, self)
    }

    /// SO_REUSEPORT would let another process with the same port take half of the connections without a word: the first
    /// loop makes sure that there is none.
    private static func checkFree(_ address: SocketAddress) throws(SystemError) {
        if address.port == 0 { return }
        let probe = try System.socket(address.family, SOCK_STREAM)
        try System.setOption(probe.raw, SOL_SOCKET, SO_REUSEADDR, 1)
        let descriptor = probe.raw
        _ = try System.retrying("bind") {
            unsafe address.withSockaddr { unsafe Int(Glibc.bind(descriptor, $0, $1)) }
        }
    }

    /// Stops accepting; the port is free when the last reference is gone. Connections that were accepted stay.
    public func close() {
        if let watch { loop.unwatch(watch) }
        watch = nil
    }

    public func ready(readable: Bool, writable: Bool) {
        for _ in 0..<Self.maxAcceptsPerTurn {
            do {
                var storage = sockaddr_storage()
                guard let accepted = try accept(&storage) else { return }
                guard let peer = SocketAddress(storage), try adopt(accepted, peer) else { continue }
                if let wait = bucket.take(rate, at: loop.now) { return pause(for: wait) }
            } catch {
                switch error.code {
                case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    shedOne()
                    return pause(for: .milliseconds(100))
                default:
                    // The newcomer gave up between SYN and accept (ECONNABORTED and the like).
                    continue
                }
            }
        }
    }

    /// A newcomer, if there is one, and where it comes from.
    private func accept(_ peer: inout sockaddr_storage) throws(SystemError) -> Descriptor? {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let listening = descriptor.raw
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe try withUnsafeMutablePointer(to: &peer) { (pointer) throws(SystemError) in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (pointer) throws(SystemError) in
                try System.nonBlocking("accept4") { unsafe Int(accept4(listening, pointer, &length, flags)) }
            }
        }
        .map { Descriptor(Int32($0)) }
    }

    /// `false`: it was closed at once, as its owner may not have another one now; that takes nothing from the others.
    private func adopt(_ accepted: consuming Descriptor, _ peer: SocketAddress) throws(SystemError) -> Bool {
        guard admits?(peer) != false else { return false }
        try System.setOption(accepted.raw, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let handle = try loop.adopt(accepted, service, phase: .open)
        loop.counters.accepted.add(1)
        loop.announce(handle, peer: peer)
        return true
    }

    private func shedOne() {
        spare = nil
        var ignored = sockaddr_storage()
        _ = try? accept(&ignored)
        spare = Listener.openSpare()
    }

    private static func openSpare() -> Descriptor? {
        let opened = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        return opened >= 0 ? Descriptor(opened) : nil
    }

    private func pause(for wait: Duration) {
        guard let watch else { return }
        loop.counters.acceptPauses.add(1)
        try? loop.updateWatch(watch, reading: false, writing: false)
        loop.schedule(after: wait) { [weak self] in
            guard let self, let watch = self.watch else { return }
            try? self.loop.updateWatch(watch, reading: true, writing: false)
        }
    }
}

extension EventLoop {
    /// Listens on `address` (port 0: the kernel chooses; see `Listener.address`).
    ///
    /// - Parameter admits: asked about each newcomer; those that it does not admit are closed at once.
    public func listen(
        on address: SocketAddress, _ service: StreamService, acceptsPerSecond: Int = 10_000,
        admits: ((_ peer: SocketAddress) -> Bool)? = nil
    ) throws(SystemError) -> Listener {
        try Listener(address, service, acceptsPerSecond: acceptsPerSecond, admits: admits, on: self)
    }
}
