import CLinux
import Glibc

/// Turns host names into addresses on a worker thread: `getaddrinfo` blocks, sometimes for many seconds.
public struct NameResolver: Sendable {
    private let pool: WorkerPool
    private let ask: @Sendable (String, UInt16) -> [SocketAddress]

    /// - Parameter ask: what the worker does to look up a name.
    public init(
        pool: WorkerPool, _ ask: @escaping @Sendable (String, UInt16) -> [SocketAddress] = NameResolver.resolveNow
    ) {
        self.pool = pool
        self.ask = ask
    }

    /// Calls back on `loop` with the numeric addresses of `host`, none when it has none or cannot be looked up now.
    public func resolve(
        _ host: String, port: UInt16, on loop: EventLoop, then completion: @escaping ([SocketAddress]) -> Void
    ) {
        if let numeric = SocketAddress(numeric: host, port: port) { return completion([numeric]) }
        let accepted = pool.submit(from: loop, { [ask] in ask(host, port) }, then: completion)
        if !accepted { completion([]) }
    }

    /// The same on this thread, which waits: for start-up.
    @Sendable public static func resolveNow(_ host: String, port: UInt16) -> [SocketAddress] {
        SocketAddress(numeric: host, port: port).map { [$0] } ?? lookUp(host, port)
    }

    private static func lookUp(_ host: String, _ port: UInt16) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe SocketAddress(entry.pointee, port: port) { found.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }
}

extension SocketAddress {
    fileprivate init?(_ info: addrinfo, port: UInt16) {
        guard let address = unsafe info.ai_addr,
            unsafe info.ai_addrlen <= MemoryLayout<sockaddr_storage>.size
        else { return nil }
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
        }
        self.init(storage)
        self.port = port
    }
}
