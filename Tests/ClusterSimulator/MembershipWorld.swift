public import Membership
public import Primitives

/// A cluster of membership cores on one thread, in virtual time: up to thousands of nodes.
///
/// The bus is a model here: who can reach whom knows that the other's process beats, breaks and refuses. `ClusterWorld`
/// runs the real one, with fewer nodes.
public struct MembershipWorld {
    private enum Event {
        case datagram(GossipMessage, source: Int, target: Int, life: Int)
        case tick(Int, life: Int)
        case busEnded(observer: Int, of: Int, life: Int)
        case dial(observer: Int, to: Int, life: Int, attempt: Int)
        case resume(Int, life: Int)
    }

    fileprivate enum State {
        case running
        case paused(backlog: [(GossipMessage, source: Int)])
        case down
    }

    public struct Node {
        public internal(set) var swim: Swim
        /// Counts the lives of this node; what was meant for an earlier one is void.
        var life: Int
        fileprivate var state: State
        fileprivate var scheduled = Instant.never
        public fileprivate(set) var sentBytes = 0
        public fileprivate(set) var sentDatagrams = 0

        public var isDown: Bool {
            if case .down = state { return true }
            return false
        }

        public var isRunning: Bool {
            if case .running = state { return true }
            return false
        }
    }

    /// Something one node came to believe of another.
    public struct Observation: Sendable {
        public let at: Instant
        public let observer: Int
        public let effect: Swim.Effect
    }

    public private(set) var now = Instant(nanoseconds: 1_000_000_000)
    public var network = Network()
    public var random: SeededRandom
    public private(set) var nodes: [Node] = []
    /// Since `forgetObservations`.
    public private(set) var observations: [Observation] = []
    public var busWorks = true
    public private(set) var eventCount = 0

    private var queue = EventQueue<Event>()
    private var effects: [Swim.Effect] = []
    private let configuration: SwimConfiguration
    private static let beatPeriod: Duration = .milliseconds(300)
    private static let receiveBuffer = 256

    public init(seed: UInt64, configuration: SwimConfiguration = SwimConfiguration()) {
        random = SeededRandom(seed: seed)
        self.configuration = configuration
    }

    // MARK: Nodes

    /// Starts a node that knows where the nodes of `seeds` are. Returns its place.
    @discardableResult
    public mutating func start(seeds: [Int]) -> Int {
        let place = nodes.count
        let swim = newSwim(place, epoch: 1)
        nodes.append(Node(swim: swim, life: 0, state: .running))
        lookForNodes(place, seeds)
        return place
    }

    /// A second process under the number of another one.
    public mutating func start(as node: NodeID, epoch: NodeEpoch, seeds: [Int]) {
        let place = nodes.count
        let swim = Swim(
            Peer(node, epoch), at: address(place), configuration: configuration,
            random: SeededRandom(seed: random.next()), now: now)
        nodes.append(Node(swim: swim, life: 0, state: .running))
        lookForNodes(place, seeds)
    }

    /// The next life of a node that is down; at another address if `moved`.
    public mutating func restart(_ place: Int, seeds: [Int]) {
        nodes[place].life += 1
        nodes[place].swim = newSwim(place, epoch: nodes[place].swim.me.epoch.rawValue + 1)
        nodes[place].state = .running
        nodes[place].scheduled = .never
        lookForNodes(place, seeds)
    }

    /// kill -9: connections end, the port refuses.
    public mutating func crash(_ place: Int) {
        nodes[place].state = .down
        for observer in nodes.indices where observer != place && network.connects(observer, place) && busWorks {
            queue.add(
                .busEnded(observer: observer, of: place, life: nodes[place].life), at: now + network.delay(&random))
        }
    }

    /// Power off: nothing answers, nothing is refused.
    public mutating func vanish(_ place: Int) {
        nodes[place].state = .down
    }

    public mutating func leave(_ place: Int) {
        nodes[place].swim.leave(at: now, into: &effects)
        carryOut(place)
    }

    public mutating func pause(_ place: Int, for duration: Duration) {
        guard nodes[place].isRunning else { return }
        nodes[place].state = .paused(backlog: [])
        queue.add(.resume(place, life: nodes[place].life), at: now + duration)
    }

    public mutating func forgetObservations() { observations = [] }

    /// Everyone who runs has the same table.
    public var isConverged: Bool {
        let hashes = Set(nodes.filter(\.isRunning).map(\.swim.tableHash))
        return hashes.count <= 1
    }

    // MARK: What is seen

    /// Everyone who runs counts so many members.
    public func everyoneSees(_ count: Int, except: Int? = nil) -> Bool {
        nodes.enumerated().allSatisfy {
            !$0.element.isRunning || $0.offset == except || $0.element.swim.memberCount == count
        }
    }

    /// Verdicts since `forgetObservations`.
    public var deaths: Int {
        observations.count {
            if case .died = $0.effect { return true }
            return false
        }
    }

    /// Nodes that all know each other, and have for a while.
    public static func settled(_ count: Int, seed: UInt64) -> MembershipWorld {
        var world = MembershipWorld(seed: seed)
        world.startCluster(of: count)
        world.run(for: .seconds(4))
        return world
    }

    public mutating func startCluster(of count: Int) {
        for place in 0..<count { start(seeds: place == 0 ? [] : [0]) }
    }

    // MARK: Time

    public mutating func run(for duration: Duration) {
        run(until: now + duration) { _ in false }
    }

    /// Runs until the condition holds, at most until `end`. Returns whether it held. The condition is looked at after
    /// each event.
    @discardableResult
    public mutating func run(until end: Instant, _ condition: (MembershipWorld) -> Bool) -> Bool {
        while let next = queue.nextTime, next <= end, let (at, event) = queue.popFirst() {
            now = at
            eventCount += 1
            handle(event)
            if condition(self) { return true }
        }
        now = end
        return condition(self)
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .datagram(let message, let source, let target, let life):
            guard nodes[target].life == life else { return }
            receive(message, from: source, at: target)
        case .tick(let place, let life):
            // One that was overtaken by an earlier one is void: otherwise each would go on for ever.
            guard nodes[place].life == life, nodes[place].isRunning, nodes[place].scheduled == now else { return }
            nodes[place].scheduled = .never
            if nodes[place].swim.nextDue <= now {
                hearBeats(place)
                nodes[place].swim.tick(at: now, into: &effects)
            }
            carryOut(place)
        case .busEnded(let observer, let other, let life):
            guard nodes[observer].isRunning else { return }
            nodes[observer].swim.busLost(peer(other, life), at: now, into: &effects)
            carryOut(observer)
            dial(from: observer, to: other, life: life, attempt: 0)
        case .dial(let observer, let other, let life, let attempt):
            dialed(from: observer, to: other, life: life, attempt: attempt)
        case .resume(let place, let life):
            guard nodes[place].life == life else { return }
            resume(place)
        }
    }

    private mutating func receive(_ message: GossipMessage, from source: Int, at place: Int) {
        switch nodes[place].state {
        case .running:
            hearBeats(place)
            nodes[place].swim.received(message, from: address(source), at: now, into: &effects)
            carryOut(place)
        case .paused(var backlog):
            // As the kernel does: what does not fit is lost.
            guard backlog.count < Self.receiveBuffer else { return }
            nodes[place].state = .down
            backlog.append((message, source))
            nodes[place].state = .paused(backlog: backlog)
        case .down: break
        }
    }

    /// What waited comes all at once, datagrams and timers in any order: this is what Lifeguard is for.
    private mutating func resume(_ place: Int) {
        guard case .paused(let backlog) = nodes[place].state else { return }
        nodes[place].state = .running
        nodes[place].scheduled = .never
        var order = Array(-1..<backlog.count)
        order.shuffle(using: &random)
        for index in order {
            if index < 0 {
                hearBeats(place)
                nodes[place].swim.tick(at: now, into: &effects)
                carryOut(place)
            } else {
                receive(backlog[index].0, from: backlog[index].source, at: place)
            }
        }
    }

    // MARK: The bus

    /// Beats are not events: they are told when they could matter.
    private mutating func hearBeats(_ place: Int) {
        guard busWorks else { return }
        for node in nodes[place].swim.attentive {
            let other = Int(node.rawValue) - 1
            guard nodes[other].isRunning, network.connects(place, other) else { continue }
            let beat = now.nanoseconds - now.nanoseconds % UInt64(Self.beatPeriod.nanoseconds)
            nodes[place].swim.busHeard(nodes[other].swim.me, at: Instant(nanoseconds: beat))
        }
    }

    private mutating func dial(from observer: Int, to other: Int, life: Int, attempt: Int) {
        let wait = Duration.milliseconds(Int64.random(in: 50...100, using: &random))
        queue.add(.dial(observer: observer, to: other, life: life, attempt: attempt), at: now + wait)
    }

    private mutating func dialed(from observer: Int, to other: Int, life: Int, attempt: Int) {
        guard nodes[observer].isRunning, nodes[other].life == life, case .down = nodes[other].state,
            network.connects(observer, other), attempt < 5
        else { return }
        nodes[observer].swim.busRefused(peer(other, life), at: now, into: &effects)
        carryOut(observer)
        dial(from: observer, to: other, life: life, attempt: attempt + 1)
    }

    // MARK: Effects

    private mutating func carryOut(_ place: Int) {
        let effects = effects
        self.effects.removeAll(keepingCapacity: true)
        for effect in effects {
            if case .send(let message, let target) = effect {
                nodes[place].sentDatagrams += 1
                nodes[place].sentBytes += message.sealedByteCount
                deliver(message, from: place, to: Int(target.low & 0xFFFF_FFFF) - 1)
            } else {
                observations.append(Observation(at: now, observer: place, effect: effect))
            }
        }
        let due = max(nodes[place].swim.nextDue, now)
        if due < nodes[place].scheduled {
            nodes[place].scheduled = due
            queue.add(.tick(place, life: nodes[place].life), at: due)
        }
    }

    private mutating func deliver(_ message: GossipMessage, from source: Int, to target: Int) {
        guard nodes.indices.contains(target) else { return }
        for delay in network.deliveries(from: source, to: target, &random) {
            queue.add(
                .datagram(message, source: source, target: target, life: nodes[target].life), at: now + delay)
        }
    }

    // MARK: Names

    private mutating func newSwim(_ place: Int, epoch: UInt64) -> Swim {
        Swim(
            Peer(NodeID(rawValue: UInt16(place + 1))!, NodeEpoch(rawValue: epoch)!), at: address(place),
            configuration: configuration, random: SeededRandom(seed: random.next()), now: now)
    }

    private mutating func lookForNodes(_ place: Int, _ seeds: [Int]) {
        nodes[place].swim.setContacts(seeds.map(address), at: now)
        carryOut(place)
    }

    private func address(_ place: Int) -> MemberAddress {
        MemberAddress(ipv4: UInt32(place + 1), gossipPort: 7946, busPort: 7947)
    }

    private func peer(_ place: Int, _ life: Int) -> Peer {
        let me = nodes[place].swim.me
        let back = UInt64(nodes[place].life - life)
        return Peer(me.node, NodeEpoch(rawValue: me.epoch.rawValue - back)!)
    }
}
