import Cluster
import Glibc
import Membership
import Primitives
import Reactor
import TopicBus

/// Counts what comes and how long it took.
final class Receiver: ClusterOwner {
    private let shell: ClusterShell
    private let loop: EventLoop
    private let done: (String) -> Void
    private var latencies: [UInt64] = []
    private var received: UInt64 = 0
    private var expected: UInt64?
    private var senderCost = ""
    private var begin: (time: UInt64, cpu: UInt64)?

    init(_ shell: ClusterShell, _ loop: EventLoop, done: @escaping (String) -> Void) {
        self.shell = shell
        self.loop = loop
        self.done = done
    }

    func start() {
        shell.owner = self
        stayAlive()
    }

    private func stayAlive() {
        loop.schedule(after: .seconds(1)) { [self] in stayAlive() }
    }

    func received(_ topic: Topic, key: UInt64, _ body: RawSpan, from peer: Peer) {
        switch topic {
        case BusBench.stamped: latencies.append(BusBench.nanoseconds() - key)
        case BusBench.flood:
            if begin == nil { begin = (BusBench.nanoseconds(), BusBench.nanoseconds(CLOCK_PROCESS_CPUTIME_ID)) }
            received += 1
            if received == expected { report() }
        case BusBench.end:
            expected = key
            senderCost = String(decoding: body.copied(), as: UTF8.self)
            if received == key { report() }
        default: break
        }
    }

    func handle(_ effect: ClusterEffect) {}

    /// p50 and p99 in microseconds, millions of records per second, CPU per record of both sides in nanoseconds.
    private func report() {
        guard let begin else { return }
        let elapsed = BusBench.nanoseconds() - begin.time
        let cpu = BusBench.nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - begin.cpu
        latencies.sort()
        func microseconds(_ part: Int) -> Double { Double(latencies[latencies.count * part / 100]) / 1000 }
        let rate = Double(received) * 1000 / Double(elapsed)
        let line = "\(microseconds(50)) \(microseconds(99)) \(rate) \(senderCost) \(cpu / received)\n"
        // The sender must get its last confirmation first.
        loop.schedule(after: .milliseconds(300)) { [done] in done(line) }
    }
}
