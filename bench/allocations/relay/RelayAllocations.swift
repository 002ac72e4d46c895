import AllocationCounter
import Glibc
import Primitives
import Reactor
import Synchronization

/// Counts the allocations of relaying messages in steady state: in on a connection of one loop, across to the other
/// loop by mail, out on a connection there, and back. Prints allocations per 1,000 messages; ReactorTests expects 0.
@main
struct RelayAllocations {
    static let frame = 128
    static let warmUp = 20_000
    static let measured = 50_000

    static func main() throws {
        let addresses = Mutex<[SocketAddress]>([])
        var configuration = LoopGroup.Configuration(seed: 1)
        configuration.loops = 2
        let group = try LoopGroup(configuration) { loop in
            let relay = Relay(loop)
            loop.handleMail(kind: 1, relay)
            let listener = try loop.listen(on: .loopback(port: 0), loop.register(relay, limits: StreamLimits()))
            addresses.withLock { $0.append(listener.address) }
        }
        _ = group
        let ports = addresses.withLock { $0.map(\.port) }
        let clients = ports.map(connect)
        try exchange(clients, warmUp)
        let before = allocation_count()
        try exchange(clients, measured)
        let allocations = allocation_count() - before
        print("allocations \(allocations) for \(2 * measured) relayed messages")
    }

    struct Failed: Error {}

    /// Sends a frame on each connection and waits for what the other side sent, `rounds` times.
    private static func exchange(_ clients: [Int32], _ rounds: Int) throws {
        unsafe try withUnsafeTemporaryAllocation(byteCount: frame, alignment: 16) { buffer in
            unsafe buffer.initializeMemory(as: UInt8.self, repeating: 7)
            for _ in 0..<rounds {
                for client in clients {
                    guard unsafe send(client, buffer.baseAddress, frame, 0) == frame else { throw Failed() }
                }
                for client in clients {
                    var received = 0
                    while received < frame {
                        let part = unsafe recv(client, buffer.baseAddress, frame - received, 0)
                        guard part > 0 else { throw Failed() }
                        received += part
                    }
                }
            }
        }
    }

    private static func connect(_ port: UInt16) -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0, "cannot connect to port \(port)")
        return client
    }
}

/// Passes every whole frame to the other loop's connection.
private final class Relay: StreamHandler, MailHandler {
    private let loop: EventLoop
    private var connection: ConnectionHandle?

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        self.connection = connection
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        let whole = bytes.byteCount / RelayAllocations.frame * RelayAllocations.frame
        guard whole > 0 else { return 0 }
        let frames = bytes.extracting(first: whole)
        loop.post(kind: 1, to: 1 - loop.index) { $0.append(frames) }
        return whole
    }

    func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        if let connection { self.loop.send(bytes, to: connection) }
    }

    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) {}
}
