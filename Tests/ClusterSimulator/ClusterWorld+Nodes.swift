import Cluster
public import Membership
public import Presence
import Primitives
import TalkProtocol
public import TopicBus

/// One process of the cluster, and what the world knows of it.
final class Node {
    enum State {
        case running
        case paused
        case down
    }

    struct Session {
        let epoch: Int64
        let openedAt: Instant
    }

    let cluster: ClusterNode
    let life: Int
    let number: UInt16
    let seal: GossipSeal?
    let startedAt: Instant
    var state = State.running
    var scheduled = Instant.never
    /// Datagrams that came while it stood still.
    var backlog: [(Datagram, source: MemberAddress)] = []
    /// What happened to it while it stood still.
    var deferred: [() -> Void] = []
    var links: [LinkID: Connection.ID] = [:]
    /// The sessions that are really open on it, and when each one last changed.
    var sessions: [SessionKey: Session] = [:]
    var touched: [SessionKey: Instant] = [:]
    var traffic = Traffic()
    /// Its clients, if there are some.
    var chat: ChatNode?
    /// When it was last told to look for messages because of a node.
    var doubts: [NodeID: Instant] = [:]
    /// Since when it runs without a break, and since when it does not.
    var movingSince: Instant
    var stillSince = Instant.never
    /// Since when nothing has changed between it and another life.
    var settledSince: [Peer: Instant] = [:]
    var standings: [NodeID: Standing] = [:]
    var isLeaving = false
    /// It left for good.
    var isGone = false
    /// It learned that its place is taken, and stopped.
    var isFenced = false
    /// A later life runs in another process.
    var replacedAt: Instant?

    init(_ cluster: ClusterNode, life: Int, number: UInt16, seal: GossipSeal?, at now: Instant) {
        self.cluster = cluster
        self.life = life
        self.number = number
        self.seal = seal
        startedAt = now
        movingSince = now
    }

    var me: Peer { cluster.me }
    var name: String { "\(cluster.me)" }

    /// Takes part, and means to go on.
    var isServing: Bool { state == .running && !isLeaving && replacedAt == nil }

    /// Its end is part of the plan: it does not come back.
    var isRetired: Bool { isFenced || isGone || replacedAt != nil }
}

extension ClusterWorld {
    private static let receiveBuffer = 256

    public var nodeCount: Int { nodes.count }
    public func isRunning(_ place: Int) -> Bool { nodes[place].state == .running }
    public func isDown(_ place: Int) -> Bool { nodes[place].state == .down }
    public func isServing(_ place: Int) -> Bool { nodes[place].isServing }
    public func memberCount(at place: Int) -> Int { nodes[place].cluster.swim.memberCount }
    public func peer(_ place: Int) -> Peer { nodes[place].me }
    public func mesh(_ place: Int) -> Mesh { nodes[place].cluster.mesh }
    public func table(_ place: Int) -> PresenceTable { nodes[place].cluster.table }
    /// May be started again.
    public func canRestart(_ place: Int) -> Bool { nodes[place].state == .down && !nodes[place].isRetired }

    /// Starts nodes that all know where the first one is.
    public func start(_ count: Int) {
        for _ in 0..<count { join() }
    }

    /// One more node.
    public func join() {
        guard !databaseIsAway else { return }
        let place = nodes.count
        nodes.append(makeNode(place, life: 0, number: UInt16(place + 1)))
        lookForNodes(place)
    }

    /// The next life of a node that is down.
    public func restart(_ place: Int) {
        guard !databaseIsAway, canRestart(place) else { return }
        nodes[place] = makeNode(place, life: nodes[place].life + 1, number: nodes[place].number)
        lookForNodes(place)
    }

    /// Someone starts a second process with the number of a node that still runs: the first one has to stop.
    public func startTwin(of place: Int) {
        guard !databaseIsAway, nodes[place].state != .down, !nodes[place].isRetired else { return }
        let twin = nodes.count
        nodes[place].replacedAt = now
        nodes.append(makeNode(twin, life: 0, number: nodes[place].number))
        lookForNodes(twin)
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
        nodes[place].links = [:]
    }

    /// SIGTERM: says goodbye, and ends a second later.
    public func leave(_ place: Int, forGood: Bool) {
        guard nodes[place].isServing else { return }
        nodes[place].isGone = forGood
        nodes[place].isLeaving = true
        nodes[place].cluster.leave(at: now)
        carryOut(place)
        queue.add(.end(place, life: nodes[place].life), at: now + .seconds(1))
    }

    func exit(_ place: Int) {
        stop(place)
        for (id, side) in openSides(of: place) { finish(id, from: side) }
    }

    func fence(_ node: Node, at place: Int, by epoch: NodeEpoch) {
        guard !node.isFenced else { return }
        node.isFenced = true
        note { "\(node.name) is fenced by \(epoch)" }
        let exists = lives.keys.contains { $0.node == node.me.node && $0.epoch > node.me.epoch }
        if !exists { violate(.m6, "\(node.name) stops for an epoch \(epoch) that nobody has") }
        crash(place)
    }

    /// Nothing moves in the process; the kernel still takes what comes.
    public func pause(_ place: Int, for duration: Duration) {
        guard nodes[place].state == .running else { return }
        nodes[place].state = .paused
        nodes[place].stillSince = now
        if duration > .seconds(1) { watch.troubledUntil = max(watch.troubledUntil, now + duration) }
        queue.add(.resume(place, life: nodes[place].life), at: now + duration)
    }

    private func stop(_ place: Int) {
        let node = nodes[place]
        node.state = .down
        node.stillSince = min(node.stillSince, now)
        node.sessions = [:]
        closeDoors(of: node)
    }

    private func makeNode(_ place: Int, life: Int, number: UInt16) -> Node {
        nodeEpochs[number, default: 0] += 1
        guard let id = NodeID(rawValue: number),
            let epoch = nodeEpochs[number].flatMap(NodeEpoch.init(rawValue:))
        else {
            preconditionFailure("node \(number) is none")
        }
        let me = Peer(id, epoch)
        let swim = Swim(me, at: address(place), random: SeededRandom(seed: random.next()), now: now)
        var configuration = options.mesh
        configuration.isSealed = options.isSealed
        var nonces = SeededRandom(seed: random.next())
        let mesh = Mesh(
            me, cluster: 1, secret: Self.secret, configuration: configuration,
            random: SeededRandom(seed: random.next())
        ) { (0..<32).map { _ in UInt8.random(in: 0...255, using: &nonces) } }
        let seal = options.isSealed ? Self.seal("the cluster", salt: random.next()) : nil
        let node = Node(
            ClusterNode(swim, mesh: mesh, table: PresenceTable(own: me), at: now), life: life, number: number,
            seal: seal, at: now)
        lives[me] = node
        openDoors(of: node, at: place)
        return node
    }

    static func seal(_ cluster: String, salt: UInt64) -> GossipSeal {
        guard let seal = try? GossipSeal(secret: secret, cluster: cluster, salt: salt) else {
            preconditionFailure("no AES")
        }
        return seal
    }

    /// Where others are, as the database says it every few seconds.
    private func lookForNodes(_ place: Int) {
        let node = nodes[place]
        if !databaseIsAway {
            node.cluster.setContacts(nodes.indices.map(address), at: now)
            carryOut(place)
        }
        at(node, after: .seconds(5)) { [unowned self] in if nodes[place] === node { lookForNodes(place) } }
    }

    func address(_ place: Int) -> MemberAddress {
        MemberAddress(ipv4: UInt32(place + 1), gossipPort: 7946, busPort: 7947)
    }

    func place(of address: MemberAddress) -> Int { Int(address.low & 0xFFFF_FFFF) - 1 }

    // MARK: Datagrams

    func deliver(_ message: GossipMessage, from source: Int, to target: Int) {
        guard nodes.indices.contains(target) else { return }
        var message = message
        if let onGossip {
            guard let changed = onGossip(message, source, target) else { return }
            message = changed
        }
        var datagram = Datagram.open(message)
        if let seal = nodes[source].seal {
            var writer = ByteWriter(capacity: 1200)
            seal.seal(message, into: &writer)
            datagram = .sealed(writer.bytes.copied())
        }
        for delay in network.deliveries(from: source, to: target, &random) {
            queue.add(
                .datagram(datagram, source: address(source), target: target, life: nodes[target].life), at: now + delay)
        }
    }

    func receive(_ datagram: Datagram, from source: MemberAddress, at place: Int) {
        let node = nodes[place]
        switch node.state {
        case .running:
            let message: GossipMessage?
            switch datagram {
            case .open(let opened): message = opened
            case .sealed(let bytes):
                message = node.seal?.open(bytes.rawBytes)
                if message != nil { attacker.sawTaken(bytes, by: node.me) }
            }
            guard let message else { return }
            node.cluster.received(message, from: source, at: now)
            carryOut(place)
        case .paused:
            // As the kernel does: what does not fit is lost.
            if node.backlog.count < Self.receiveBuffer { node.backlog.append((datagram, source)) }
        case .down: break
        }
    }

    /// What waited comes all at once; datagrams, connections and timers in any order.
    func resume(_ place: Int) {
        let node = nodes[place]
        node.state = .running
        node.scheduled = .never
        node.movingSince = now
        node.stillSince = .never
        let (backlog, deferred) = (node.backlog, node.deferred)
        node.backlog = []
        node.deferred = []
        var work: [() -> Void] = [
            {
                node.cluster.tick(at: self.now)
                self.carryOut(place)
            }
        ]
        for (datagram, source) in backlog { work.append { self.receive(datagram, from: source, at: place) } }
        for (id, _) in openSides(of: place) { work.append { self.wake(id, at: place) } }
        work.append {
            for step in deferred where node.state == .running { step() }
        }
        work.shuffle(using: &random)
        for step in work where nodes[place] === node && node.state == .running { step() }
    }
}

/// What a datagram carries: the message itself, or its bytes as they travel.
enum Datagram {
    case open(GossipMessage)
    case sealed([UInt8])
}
