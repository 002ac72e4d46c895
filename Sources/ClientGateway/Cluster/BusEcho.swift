import Cluster
import Membership
import Metrics
import Primitives
import Reactor
import TopicBus

/// Measures the way to each other node and back on a lane of messages. Confined to the cluster's loop.
final class BusEcho {
    private static let period: Duration = .seconds(1)

    private enum Kind: UInt8 {
        case question
        case answer
    }

    private unowned let loop: EventLoop
    private let shell: ClusterShell
    private let roundTrips: Histogram
    private let body = ScratchWriter(capacity: 16)

    init(_ shell: ClusterShell, _ roundTrips: Histogram, on loop: EventLoop) {
        self.shell = shell
        self.roundTrips = roundTrips
        self.loop = loop
        ask()
    }

    /// On the topic `echo`.
    func received(_ body: RawSpan, from peer: Peer) {
        var reader = ByteReader(body)
        guard let kind = reader.read().flatMap(Kind.init), let asked: UInt64 = reader.read() else { return }
        switch kind {
        case .question: send(.answer, asked, to: peer)
        case .answer:
            if asked <= loop.now.nanoseconds { roundTrips.record(loop.now - Instant(nanoseconds: asked)) }
        }
    }

    private func ask() {
        for member in shell.node.swim.allMembers where shell.node.mesh.isLinked(member.peer) {
            send(.question, loop.now.nanoseconds, to: member.peer)
        }
        loop.schedule(after: Self.period) { [weak self] in self?.ask() }
    }

    /// - Parameter asked: the clock of the node that asks.
    private func send(_ kind: Kind, _ asked: UInt64, to peer: Peer) {
        let body = body
        body.writer.clear()
        body.writer.append(kind.rawValue)
        body.writer.append(bigEndian: asked)
        shell.node.mesh.publish(.hint, on: .messages0, .echo, key: 0, body.writer.bytes, to: peer.node)
    }
}
