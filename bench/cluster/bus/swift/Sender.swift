import Cluster
import Glibc
import Membership
import Primitives
import Reactor
import TopicBus

/// First stamped records, one in a millisecond; then as many as go through.
final class Sender: ClusterOwner {
    private static let stampedCount = 3000
    /// In one turn of the loop, and without confirmation: far below what degrades a peer.
    private static let burst = 2000
    private static let maxUnconfirmed = 60_000

    private let shell: ClusterShell
    private let loop: EventLoop
    private let seconds: Int
    private let done: () -> Void
    private var target: NodeID?
    private var body = [UInt8](repeating: 0x61, count: BusBench.bodyByteCount)
    private var stamped = 0
    private var flooded: UInt64 = 0
    private var floodEnd = Instant.never
    private var cpu: UInt64 = 0

    init(_ shell: ClusterShell, _ loop: EventLoop, seconds: Int, done: @escaping () -> Void) {
        self.shell = shell
        self.loop = loop
        self.seconds = seconds
        self.done = done
    }

    func start() {
        shell.owner = self
        waitForPeer()
    }

    /// Also what keeps this object alive.
    private func waitForPeer() {
        guard let peer = shell.node.swim.allMembers.first?.peer, shell.node.mesh.isLinked(peer) else {
            loop.schedule(after: .milliseconds(50)) { [self] in waitForPeer() }
            return
        }
        target = peer.node
        // The lanes of messages come after that of control.
        loop.schedule(after: .milliseconds(500)) { [self] in sendStamped() }
    }

    private func publish(_ topic: Topic, _ key: UInt64) {
        guard let target else { return }
        let body = body
        let isTaken = shell.node.mesh.publish(
            .reliable, on: .messages(for: key), topic, key: key, body.rawBytes, to: target)
        precondition(isTaken, "the bus refused a record")
    }

    private func sendStamped() {
        stamped += 1
        publish(BusBench.stamped, BusBench.nanoseconds())
        if stamped < Self.stampedCount {
            loop.schedule(after: .milliseconds(1)) { [self] in sendStamped() }
        } else {
            loop.schedule(after: .milliseconds(500)) { [self] in
                floodEnd = loop.now + .seconds(Int64(seconds))
                cpu = BusBench.nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
                sendFlood()
            }
        }
    }

    private func sendFlood() {
        guard let target else { return }
        guard loop.now < floodEnd else {
            cpu = BusBench.nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu
            body = Array("\(cpu / max(1, flooded))".utf8)
            publish(BusBench.end, flooded)
            return awaitEnd()
        }
        if shell.node.mesh.backlog(of: target).frames < Self.maxUnconfirmed {
            for _ in 0..<Self.burst {
                flooded += 1
                publish(BusBench.flood, flooded)
            }
        }
        loop.scheduleNextTurn { [self] in sendFlood() }
    }

    private func awaitEnd() {
        if let target, shell.node.mesh.backlog(of: target).frames == 0 { return done() }
        loop.schedule(after: .milliseconds(10)) { [self] in awaitEnd() }
    }

    func received(_ topic: Topic, key: UInt64, _ body: RawSpan, from peer: Peer) {}
    func handle(_ effect: ClusterEffect) {}
}
