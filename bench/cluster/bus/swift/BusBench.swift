import Cluster
import Crypto
import Glibc
import Membership
import Metrics
import Presence
import Primitives
import Reactor
import TopicBus

/// One of two nodes that measure the bus between them: `bus-bench receive PORT [plain]` prints what it measured, then
/// ends; `bus-bench send PORT SECONDS [plain]` sends. PORT and the three behind it are used on the loopback interface.
@main
struct BusBench {
    static let bodyByteCount = 128
    /// A record with the time of its sending, one of a flood, and the number of both when all are sent.
    static let stamped = Topic(rawValue: 100)
    static let flood = Topic(rawValue: 101)
    static let end = Topic(rawValue: 102)

    struct Usage: Error {}

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let isSealed = arguments.last != "plain"
        guard arguments.count >= 2, let port = UInt16(arguments[1]) else { throw Usage() }
        let done = Handover<String>()
        let group = try LoopGroup(LoopGroup.Configuration(seed: UInt64(getpid()))) { loop in
            switch arguments[0] {
            case "receive":
                let shell = try Self.shell(2, epoch: 1, port: port, isSealed, loop)
                Receiver(shell, loop) { done.put($0) }.start()
            case "send":
                guard arguments.count >= 3, let seconds = Int(arguments[2]) else { throw Usage() }
                let shell = try Self.shell(1, epoch: 1, port: port + 2, isSealed, loop)
                shell.node.setContacts([MemberAddress(.loopback(port: port), busPort: port + 1)], at: loop.now)
                Sender(shell, loop, seconds: seconds) { done.put("") }.start()
            default: throw Usage()
            }
        }
        print(done.take(), terminator: "")
        group.stop()
    }

    /// The sockets of a node: gossip at `port`, the bus behind it.
    private static func shell(
        _ number: UInt16, epoch: UInt64, port: UInt16, _ isSealed: Bool, _ loop: EventLoop
    ) throws -> ClusterShell {
        guard let node = NodeID(rawValue: number), let epoch = NodeEpoch(rawValue: epoch) else { throw Usage() }
        let secret = [UInt8](repeating: 7, count: 40)
        let seal = try GossipSeal(secret: secret, cluster: "bench", salt: loop.random.next())
        var configuration = Mesh.Configuration()
        configuration.isSealed = isSealed
        return try ClusterShell(
            gossipOn: .loopback(port: port), busOn: .loopback(port: port + 1), seal: seal,
            roundTrips: Histogram(.seconds), on: loop
        ) { gossip, bus in
            let me = Peer(node, epoch)
            func random() -> SeededRandom { SeededRandom(seed: loop.random.next()) }
            let swim = Swim(me, at: MemberAddress(gossip, busPort: bus.port), random: random(), now: loop.now)
            let mesh = Mesh(me, cluster: 1, secret: secret, configuration: configuration, random: random()) {
                (try? randomBytes(32)) ?? []
            }
            return ClusterNode(swim, mesh: mesh, table: PresenceTable(own: me), at: loop.now)
        }
    }

    /// The same clock in both processes.
    static func nanoseconds(_ clock: clockid_t = CLOCK_MONOTONIC) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
