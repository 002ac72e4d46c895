public import Membership
public import Metrics
import Primitives
public import Reactor
public import TopicBus

/// What the node around it does with what the cluster brings.
public protocol ClusterOwner: AnyObject {
    /// A message of another node. The body is valid during the call only.
    func received(_ topic: Topic, key: UInt64, _ body: RawSpan, from peer: Peer)

    /// Everything but sockets: the shell has carried out `gossip`, `dial` and `close` itself.
    func handle(_ effect: ClusterEffect)
}

/// The sockets of a `ClusterNode`: one for gossip, one listener for the bus, one connection for each lane of each peer.
///
/// Confined to its loop, which should serve nothing else: lateness of this loop looks like death to the others.
public final class ClusterShell: TurnObserver {
    /// Waiting in one socket; the rest waits in the lanes, where it is bounded.
    private static let maxPendingOutput = 1 << 20

    /// Which of its ports is not to be had.
    public enum CannotListen: Error {
        case gossip(SystemError)
        case bus(SystemError)
    }

    public let node: ClusterNode
    private unowned let loop: EventLoop
    private let seal: GossipSeal
    public weak var owner: (any ClusterOwner)?

    /// What this node says of its database.
    public var databaseMark: () -> DatabaseMark? = { nil }
    /// Whether the node that says this of its own is of this cluster. Who is not is not heard: it may have the number
    /// of one that is.
    public var judge: (_ mark: DatabaseMark, _ node: NodeID) -> DatabaseVerdict = { _, _ in .own }

    private let gossip: DatagramSocket
    private let service: StreamService
    private let sockets: ClusterSockets
    private var links: [ConnectionHandle: LinkID] = [:]
    private var handles: [LinkID: ConnectionHandle] = [:]
    private var timer: (id: TimerID, due: Instant)?
    private let datagram = ScratchWriter(capacity: 2048)
    private let output = ScratchWriter(capacity: 256 << 10)
    private var counts = GossipTraffic()
    private let roundTrips: Histogram
    /// When pings left whose answers have not come, by their number.
    private var pings: [UInt32: Instant] = [:]
    private static let maxPings = 1_000

    /// Listens, and makes the node, which has to know its address, when the ports are known.
    ///
    /// - Parameter roundTrips: of pings and their answers.
    public init(
        gossipOn gossipAddress: SocketAddress, busOn busAddress: SocketAddress, seal: GossipSeal,
        roundTrips: Histogram, on loop: EventLoop,
        makeNode: (_ gossip: SocketAddress, _ bus: SocketAddress) -> ClusterNode
    ) throws(CannotListen) {
        self.seal = seal
        self.roundTrips = roundTrips
        self.loop = loop
        let sockets = ClusterSockets()
        var limits = StreamLimits()
        limits.maxOutputBytes = 4 << 20
        limits.maxOutputFrames = 1 << 20
        let service = loop.register(sockets, limits: limits)
        let gossip: DatagramSocket
        let listener: Listener
        do throws(SystemError) {
            gossip = try loop.bindDatagrams(on: gossipAddress, sockets)
        } catch {
            throw .gossip(error)
        }
        do throws(SystemError) {
            listener = try loop.listen(on: busAddress, service)
        } catch {
            throw .bus(error)
        }
        self.gossip = gossip
        self.service = service
        node = makeNode(gossip.address, listener.address)
        self.sockets = sockets
        sockets.shell = self
        loop.addTurnObserver(self)
    }

    /// What went over the gossip socket.
    public var gossipTraffic: GossipTraffic {
        var traffic = counts
        traffic.rejected = seal.rejected
        traffic.replayed = seal.replayed
        return traffic
    }

    public func turnEnding() {
        carryOutEffects()
        writeOutput()
        armTimer()
    }

    private func carryOutEffects() {
        var effects = node.takeEffects()
        while !effects.isEmpty {
            for effect in effects { carryOut(effect) }
            effects = node.takeEffects()
        }
    }

    private func carryOut(_ effect: ClusterEffect) {
        switch effect {
        case .gossip(let told, let target):
            var message = told
            message.database = databaseMark()
            let datagram = datagram
            datagram.writer.clear()
            seal.seal(message, into: &datagram.writer)
            if message.kind == .ping {
                // Of those that are lost.
                if pings.count >= Self.maxPings { pings = [:] }
                pings[message.sequence] = loop.now
            }
            if gossip.send(datagram.writer.bytes, to: SocketAddress(gossipOf: target)) {
                counts.sent += 1
                counts.sentBytes += datagram.writer.count
            } else {
                counts.unsent += 1
            }
        case .dial(let link, let target): dial(link, target)
        case .close(let link):
            guard let handle = handles.removeValue(forKey: link) else { return }
            links[handle] = nil
            loop.close(handle, .now)
        case .changed, .hidden, .shown, .supersede, .doubt, .fenced, .news: owner?.handle(effect)
        }
    }

    private func dial(_ link: LinkID, _ target: MemberAddress) {
        do {
            let handle = try loop.connect(to: SocketAddress(busOf: target), service)
            links[handle] = link
            handles[link] = handle
        } catch {
            node.closed(link, refused: error.isRefusal, at: loop.now)
        }
    }

    private func writeOutput() {
        let output = output
        var isMore = false
        for link in node.mesh.pending {
            // What waits from an earlier turn waits for the socket: `drained` calls again.
            guard let handle = handles[link], loop.pendingOutput(handle) == 0 else { continue }
            var hasMore = true
            while hasMore, loop.pendingOutput(handle) < Self.maxPendingOutput {
                output.writer.clear(keeping: 1 << 20)
                hasMore = node.mesh.output(link, at: loop.now, into: &output.writer)
                if !output.writer.isEmpty { loop.send(output.writer.bytes, to: handle) }
            }
            if hasMore { isMore = true }
        }
        node.pumpRepairs(at: loop.now)
        if isMore || !node.mesh.pending.isEmpty && hasWritablePending { loop.schedule(after: .zero) {} }
    }

    /// Something is pending that no socket holds up.
    private var hasWritablePending: Bool {
        node.mesh.pending.contains { link in handles[link].map { loop.pendingOutput($0) == 0 } ?? false }
    }

    private func armTimer() {
        let due = node.nextDue
        if let timer {
            if timer.due == due { return }
            loop.cancel(timer.id)
        }
        let id = loop.schedule(after: due - loop.now) { [weak self] in
            guard let self else { return }
            timer = nil
            node.tick(at: loop.now)
        }
        timer = (id, due)
    }
}

/// What a node is by the database that it works with.
public enum DatabaseVerdict: Sendable {
    case own
    /// - Parameter isTold: it is answered this time, with what ours is.
    case foreign(isTold: Bool)
}

/// What the loop calls. Between the loop and the shell because sockets come first, and the shell with its node after.
private final class ClusterSockets: DatagramHandler, StreamHandler {
    weak var shell: ClusterShell?

    func received(_ datagram: RawSpan, from source: SocketAddress) { shell?.received(datagram, from: source) }
    func opened(_ connection: ConnectionHandle, peer: SocketAddress) { shell?.opened(connection) }
    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        shell?.received(bytes, on: connection) ?? bytes.byteCount
    }
    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) { shell?.closed(connection, reason: reason) }
}

extension ClusterShell {
    fileprivate func received(_ datagram: RawSpan, from source: SocketAddress) {
        guard let message = seal.open(datagram) else { return }
        if let mark = message.database, case .foreign(let isTold) = judge(mark, message.sender) {
            counts.foreign += 1
            // So that its own log says it, too. A message without a question changes nothing.
            if isTold {
                let words = GossipMessage(
                    .gossip, from: node.me.node, epoch: node.me.epoch, incarnation: 0, to: message.sender)
                carryOut(.gossip(words, to: MemberAddress(source)))
            }
            return
        }
        counts.received += 1
        counts.receivedBytes += datagram.byteCount
        if message.kind == .ack, message.subject == nil, let sent = pings.removeValue(forKey: message.sequence) {
            roundTrips.record(loop.now - sent)
        }
        node.received(message, from: MemberAddress(source), at: loop.now)
    }
}

extension ClusterShell {
    fileprivate func opened(_ connection: ConnectionHandle) {
        if let link = links[connection] { return node.connected(link, at: loop.now) }
        let link = node.accepted(at: loop.now)
        links[connection] = link
        handles[link] = connection
    }

    fileprivate func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard let link = links[connection] else { return bytes.byteCount }
        let owner = owner
        let taken = node.received(link, bytes, at: loop.now) { peer, topic, key, body in
            owner?.received(topic, key: key, body, from: peer)
        }
        if let taken { return taken }
        handles[link] = nil
        links[connection] = nil
        loop.close(connection, .now)
        return bytes.byteCount
    }

    fileprivate func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        guard let link = links.removeValue(forKey: connection) else { return }
        handles[link] = nil
        var isRefused = false
        if case .failed(let error) = reason { isRefused = error.isRefusal }
        node.closed(link, refused: isRefused, at: loop.now)
    }
}
