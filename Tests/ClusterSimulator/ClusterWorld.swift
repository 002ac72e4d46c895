import Cluster
import Membership
import Presence
public import Primitives
import TalkProtocol
import TopicBus

/// A whole cluster on one thread, in virtual time: the real cores of membership, presence and bus, and a model of
/// what is between them: datagrams that get lost, connections that break, processes that stand still and die, users
/// who come and go. The same seed gives the same run, event by event.
public final class ClusterWorld {
    enum Event {
        case datagram(GossipMessage, source: Int, target: Int, life: Int)
        case tick(Int, life: Int)
        case resume(Int, life: Int)
        case connect(Connection.ID)
        case established(Connection.ID)
        case arrival(Connection.ID, fromDialer: Bool)
        case ended(Connection.ID, at: Connection.Side, refused: Bool)
    }

    enum State {
        case running
        case paused
        case down
    }

    final class Node {
        let cluster: ClusterNode
        let life: Int
        var state = State.running
        var scheduled = Instant.never
        /// Datagrams that came while it stood still.
        var backlog: [(GossipMessage, source: Int)] = []
        var links: [LinkID: Connection.ID] = [:]
        /// The sessions that are really open on it.
        var sessions: [SessionKey: Int64] = [:]
        var traffic = Traffic()
        /// It learned that its place is taken, and stopped.
        var isFenced = false

        init(_ cluster: ClusterNode, life: Int) {
            self.cluster = cluster
            self.life = life
        }
    }

    public private(set) var now = Instant(nanoseconds: 1_000_000_000)
    public var network = Network()
    public var random: SeededRandom
    var nodes: [Node] = []
    var connections: [Connection.ID: Connection] = [:]
    var lastConnection = 0
    var queue = EventQueue<Event>()
    public private(set) var eventCount = 0
    /// What PostgreSQL hands out.
    var loginEpochs: [SessionKey: Int64] = [:]
    private var nodeEpochs: [Int: UInt64] = [:]
    /// Found while running, rather than at the end.
    public internal(set) var violations: [String] = []
    static let secret = [UInt8](repeating: 9, count: 32)
    private static let receiveBuffer = 256

    public init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    // MARK: Nodes

    public var nodeCount: Int { nodes.count }
    public func isRunning(_ place: Int) -> Bool { nodes[place].state == .running }
    public func isDown(_ place: Int) -> Bool { nodes[place].state == .down }
    public func memberCount(at place: Int) -> Int { nodes[place].cluster.swim.memberCount }

    /// Starts nodes that all know where the first one is.
    public func start(_ count: Int) {
        for place in 0..<count {
            nodes.append(makeNode(place, life: 0))
            discover(place)
        }
    }

    /// The next life of a node that is down.
    public func restart(_ place: Int) {
        nodes[place] = makeNode(place, life: nodes[place].life + 1)
        discover(place)
    }

    /// kill -9: connections end, the port refuses.
    public func crash(_ place: Int) {
        stop(place)
        for (id, side) in openSides(of: place) { finish(id, from: side) }
    }

    /// Power off: nothing answers, nothing is refused.
    public func vanish(_ place: Int) {
        stop(place)
        for (id, side) in openSides(of: place) { connections[id]?.abandon(side) }
    }

    /// Nothing moves in the process; the kernel still takes what comes.
    public func pause(_ place: Int, for duration: Duration) {
        guard nodes[place].state == .running else { return }
        nodes[place].state = .paused
        queue.add(.resume(place, life: nodes[place].life), at: now + duration)
    }

    private func stop(_ place: Int) {
        nodes[place].state = .down
        nodes[place].sessions = [:]
    }

    private func makeNode(_ place: Int, life: Int) -> Node {
        nodeEpochs[place, default: 0] += 1
        let me = Peer(NodeID(rawValue: UInt16(place + 1))!, NodeEpoch(rawValue: nodeEpochs[place]!)!)
        let swim = Swim(me, at: address(place), random: SeededRandom(seed: random.next()), now: now)
        var configuration = Mesh.Configuration()
        configuration.isSealed = false
        var nonces = SeededRandom(seed: random.next())
        let mesh = Mesh(
            me, cluster: 1, secret: Self.secret, configuration: configuration,
            random: SeededRandom(seed: random.next())
        ) { (0..<32).map { _ in UInt8.random(in: 0...255, using: &nonces) } }
        return Node(ClusterNode(swim, mesh: mesh, table: PresenceTable(own: me), at: now), life: life)
    }

    private func discover(_ place: Int) {
        nodes[place].cluster.discovered(nodes.indices.map(address), at: now)
        carryOut(place)
    }

    func address(_ place: Int) -> MemberAddress {
        MemberAddress(ipv4: UInt32(place + 1), gossipPort: 7946, busPort: 7947)
    }

    func place(of address: MemberAddress) -> Int { Int(address.low & 0xFFFF_FFFF) - 1 }

    // MARK: Time

    public func run(for duration: Duration) {
        run(until: now + duration) { false }
    }

    /// Runs until the condition holds, at most until `end`; looks after each event. Returns whether it held.
    @discardableResult
    public func run(until end: Instant, _ condition: () -> Bool) -> Bool {
        while let next = queue.nextTime, next <= end, let (at, event) = queue.popFirst() {
            now = at
            eventCount += 1
            handle(event)
            if condition() { return true }
        }
        now = end
        return condition()
    }

    private func handle(_ event: Event) {
        switch event {
        case .datagram(let message, let source, let target, let life):
            guard nodes[target].life == life else { return }
            receive(message, from: source, at: target)
        case .tick(let place, let life):
            guard nodes[place].life == life, nodes[place].state == .running else { return }
            nodes[place].scheduled = .never
            nodes[place].cluster.tick(at: now)
            carryOut(place)
        case .resume(let place, let life):
            guard nodes[place].life == life, nodes[place].state == .paused else { return }
            resume(place)
        case .connect(let id): connect(id)
        case .established(let id): established(id)
        case .arrival(let id, let fromDialer): arrive(id, fromDialer: fromDialer)
        case .ended(let id, let side, let refused): ended(id, side, refused: refused)
        }
    }

    private func receive(_ message: GossipMessage, from source: Int, at place: Int) {
        switch nodes[place].state {
        case .running:
            nodes[place].cluster.received(message, from: address(source), at: now)
            carryOut(place)
        case .paused:
            // As the kernel does: what does not fit is lost.
            if nodes[place].backlog.count < Self.receiveBuffer { nodes[place].backlog.append((message, source)) }
        case .down: break
        }
    }

    /// What waited comes all at once; datagrams, connections and timers in any order.
    private func resume(_ place: Int) {
        let node = nodes[place]
        node.state = .running
        node.scheduled = .never
        let backlog = node.backlog
        node.backlog = []
        var work: [() -> Void] = [
            {
                node.cluster.tick(at: self.now)
                self.carryOut(place)
            }
        ]
        for (message, source) in backlog { work.append { self.receive(message, from: source, at: place) } }
        for id in node.links.values.sorted(by: { $0.number < $1.number }) {
            work.append { self.wake(id, at: place) }
        }
        work.shuffle(using: &random)
        for step in work where nodes[place] === node && node.state == .running { step() }
    }

    // MARK: Effects

    func carryOut(_ place: Int) {
        let node = nodes[place]
        var effects = node.cluster.takeEffects()
        while !effects.isEmpty {
            for effect in effects { carryOut(effect, of: node, at: place) }
            effects = node.cluster.takeEffects()
        }
        if node.isFenced { return }
        writeOutput(place)
        let due = max(node.cluster.nextDue, now)
        if due < node.scheduled {
            node.scheduled = due
            queue.add(.tick(place, life: node.life), at: due)
        }
    }

    private func carryOut(_ effect: ClusterEffect, of node: Node, at place: Int) {
        switch effect {
        case .gossip(let message, let target): deliver(message, from: place, to: self.place(of: target))
        case .dial(let link, let target): dial(link, from: place, to: self.place(of: target))
        case .close(let link):
            if let id = node.links.removeValue(forKey: link), let side = connections[id]?.side(of: place, link) {
                finish(id, from: side)
            }
        case .supersede(let user, let device, let login): supersede(user, device, upTo: login, at: place)
        case .fenced:
            node.isFenced = true
            crash(place)
        case .doubt, .news, .changed, .hidden, .shown: break
        }
    }

    private func deliver(_ message: GossipMessage, from source: Int, to target: Int) {
        guard nodes.indices.contains(target) else { return }
        for delay in network.deliveries(from: source, to: target, &random) {
            queue.add(
                .datagram(message, source: source, target: target, life: nodes[target].life), at: now + delay)
        }
    }
}
