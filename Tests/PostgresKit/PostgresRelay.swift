import Glibc
import Synchronization

/// Stands between a client and a PostgreSQL server, as poolers, firewalls and NATs do.
public final class PostgresRelay: Sendable {
    public struct Failed: Error {}

    private struct State {
        var dropsOptions = false
        var isDeaf = false
        var isFrozen = false
        var isStopped = false
    }

    private struct Link {
        let client: Int32
        let server: Int32
        /// Nothing of this one passes any more, and nobody is told.
        var isDead = false
    }

    public let port: UInt16
    private let listener: Int32
    private let server: sockaddr_in
    private let state = Mutex(State())

    /// - Parameters:
    ///   - port: of a server on this machine.
    ///   - dropsOptions: keeps the settings that a client asks for to itself, as PgBouncer does.
    public init(to port: UInt16, dropsOptions: Bool = false) throws {
        state.withLock { $0.dropsOptions = dropsOptions }
        server = Self.place(port)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var own = Self.place(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isDone = unsafe withUnsafeMutablePointer(to: &own) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isDone else { throw Failed() }
        self.port = UInt16(bigEndian: own.sin_port)
        var thread = pthread_t()
        let me = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                let relay = unsafe Unmanaged<PostgresRelay>.fromOpaque(argument!).takeRetainedValue()
                relay.run()
                return nil
            }, me.toOpaque())
        guard code == 0 else { throw Failed() }
        _ = pthread_detach(thread)
    }

    /// From now on what is connected hears nothing more and is not told; new connections work.
    public func forgetConnections() { state.withLock { $0.isDeaf = true } }

    /// From now on connections come about, and nothing is ever said on any, as by a server that stands still.
    public func freeze() { state.withLock { $0.isFrozen = true } }

    public func stop() { state.withLock { $0.isStopped = true } }

    private func run() {
        var links: [Link] = []
        while true {
            let now = state.withLock { state in
                defer { state.isDeaf = false }
                return state
            }
            if now.isStopped { break }
            if now.isDeaf { for index in links.indices { links[index].isDead = true } }
            // Frozen, it looks at nothing.
            var polled = now.isFrozen ? [] : [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            for link in links where !link.isDead && !now.isFrozen {
                polled.append(pollfd(fd: link.client, events: Int16(POLLIN), revents: 0))
                polled.append(pollfd(fd: link.server, events: Int16(POLLIN), revents: 0))
            }
            guard unsafe poll(&polled, nfds_t(polled.count), 10) > 0 else { continue }
            let readable = Set(polled.filter { $0.revents != 0 }.map(\.fd))
            if readable.contains(listener), let link = accept(dropsOptions: now.dropsOptions) { links.append(link) }
            links = links.filter { link in
                let isOpen =
                    (!readable.contains(link.client) || Self.pass(link.client, link.server))
                    && (!readable.contains(link.server) || Self.pass(link.server, link.client))
                if !isOpen { Self.close(link) }
                return isOpen
            }
        }
        links.forEach(Self.close)
        Glibc.close(listener)
    }

    private func accept(dropsOptions: Bool) -> Link? {
        let client = Glibc.accept(listener, nil, nil)
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = self.server
        let isConnected = unsafe withUnsafePointer(to: &place) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let link = Link(client: client, server: server)
        guard isConnected, !dropsOptions || Self.passStart(link) else {
            Self.close(link)
            return nil
        }
        return link
    }

    /// The first packet without its options (manual, "Message Formats": StartupMessage).
    private static func passStart(_ link: Link) -> Bool {
        var packet = [UInt8](repeating: 0, count: 8_192)
        while true {
            let count = unsafe recv(link.client, &packet, packet.count, 0)
            guard count >= 8 else { return false }
            // A question for encryption comes before it: no.
            if packet[4] == 0x04, packet[5] == 0xd2 {
                guard unsafe send(link.client, [UInt8(ascii: "N")], 1, 0) == 1 else { return false }
                continue
            }
            let words = packet[8..<count].split(separator: 0, omittingEmptySubsequences: false)
            var rest: [UInt8] = Array(packet[4..<8])
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                if words[index].isEmpty { break }
                if words[index] == [UInt8]("options".utf8)[...] { continue }
                rest += words[index] + [0] + words[index + 1] + [0]
            }
            rest.append(0)
            let length = UInt32(rest.count + 4)
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + rest
            return unsafe send(link.server, bytes, bytes.count, 0) == bytes.count
        }
    }

    private static func pass(_ from: Int32, _ to: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(from, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        return unsafe send(to, bytes, count, Int32(MSG_NOSIGNAL)) == count
    }

    private static func close(_ link: Link) {
        Glibc.close(link.client)
        Glibc.close(link.server)
    }

    private static func place(_ port: UInt16) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return place
    }
}
