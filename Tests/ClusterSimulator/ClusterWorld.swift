import ClientGateway
public import Cluster
public import Membership
import Presence
public import Primitives
import TalkProtocol
public import TopicBus

/// A whole cluster on one thread, in virtual time: the real cores of membership, presence and bus, and a model of
/// what is between them: datagrams that get lost, connections that break, processes that stand still and die, users
/// who come and go. The same seed gives the same run, event by event.
public final class ClusterWorld {
    enum Event {
        case datagram(Datagram, source: MemberAddress, target: Int, life: Int)
        case tick(Int, life: Int)
        case resume(Int, life: Int)
        /// A node that has said goodbye ends.
        case end(Int, life: Int)
        case connect(Connection.ID)
        case established(Connection.ID)
        case arrival(Connection.ID, fromDialer: Bool)
        case ended(Connection.ID, at: Connection.Side, refused: Bool)
        case later(() -> Void)
    }

    public struct Options: Sendable {
        /// Datagrams and streams travel sealed, as they do in production.
        public var isSealed = false
        public var mesh: Mesh.Configuration

        public init() {
            mesh = Mesh.Configuration()
            // Bounds that a run reaches now and then.
            mesh.maxPeerBytes = 256 << 10
            mesh.maxStateBytes = 128 << 10
        }
    }

    public internal(set) var now = Instant(nanoseconds: 1_000_000_000)
    public var network = Network()
    public var random: SeededRandom
    public let options: Options
    var nodes: [Node] = []
    /// All that ever were.
    var lives: [Peer: Node] = [:]
    var connections: [Connection.ID: Connection] = [:]
    var lastConnection = 0
    var queue = EventQueue<Event>()
    public private(set) var eventCount = 0
    /// What PostgreSQL hands out; nothing while it is away.
    var loginEpochs: [SessionKey: Int64] = [:]
    var nodeEpochs: [UInt16: UInt64] = [:]
    /// Everyone who ever logged in, in that order.
    var users: [UserID] = []
    public internal(set) var databaseIsAway = false

    /// What promises were broken.
    public internal(set) var violations: [Violation] = []
    /// What was done to the cluster.
    public internal(set) var faults: [Note] = []
    /// Is told everything that happens, when someone wants to know.
    public var trace: ((Note) -> Void)?
    /// How often a node was declared dead by another one.
    public internal(set) var deathCount = 0
    /// How long a message was under way; why a node looks into the database.
    public var onArrival: ((_ from: Peer, _ to: Peer, _ after: Duration) -> Void)?
    public var onDoubt: ((Doubt, _ at: Peer) -> Void)?
    var watch = Watch()
    /// Users who write to each other, if there are some.
    var server: ChatServer?
    var clients: [ChatClient] = []
    var chatGroups: [GroupID] = []
    var ledger = ChatLedger()
    var lastKey: UInt64 = 0
    var lastCall: UInt64 = 0
    var longestCall: Duration = .seconds(30)
    /// Calls that a device has taken, as their callers were told.
    var takenCalls: Set<UInt64> = []
    /// A bug that is to be found.
    public var plant: Plant?
    var lastFault = Instant(nanoseconds: 0)
    var attacker = Attacker()

    /// Change what travels between two nodes, without the cores being told. `nil`: it is lost.
    public var onGossip: ((GossipMessage, _ from: Int, _ to: Int) -> GossipMessage?)?
    public var onStream: (([UInt8], StreamPlace) -> [UInt8])?

    static let secret = [UInt8](repeating: 9, count: 32)

    public init(seed: UInt64, options: Options = Options()) {
        random = SeededRandom(seed: seed)
        self.options = options
    }

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
        case .datagram(let datagram, let source, let target, let life):
            guard nodes[target].life == life else { return }
            receive(datagram, from: source, at: target)
        case .tick(let place, let life):
            // One that was overtaken by an earlier one is void: otherwise each would go on for ever.
            let node = nodes[place]
            guard node.life == life, node.state == .running, node.scheduled == now else { return }
            nodes[place].scheduled = .never
            nodes[place].cluster.tick(at: now)
            carryOut(place)
        case .resume(let place, let life):
            guard nodes[place].life == life, nodes[place].state == .paused else { return }
            resume(place)
        case .end(let place, let life):
            guard nodes[place].life == life, nodes[place].state != .down else { return }
            exit(place)
        case .connect(let id): connect(id)
        case .established(let id): established(id)
        case .arrival(let id, let fromDialer): arrive(id, fromDialer: fromDialer)
        case .ended(let id, let side, let refused): ended(id, side, refused: refused)
        case .later(let work): work()
        }
    }

    // MARK: Effects

    func carryOut(_ place: Int) {
        let node = nodes[place]
        var effects = node.cluster.takeEffects()
        while !effects.isEmpty {
            for effect in effects { carryOut(effect, of: node, at: place) }
            effects = node.cluster.takeEffects()
        }
        if let broken = node.cluster.checkInvariants(readsTable: false) {
            violate(.invariants, "\(node.name): \(broken)")
        }
        if node.isFenced { return }
        node.chat?.view.set(peers: node.cluster.swim.memberCount - 1)
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
        case .fenced(let epoch): fence(node, at: place, by: epoch)
        case .changed(let user): checkLives(of: user, at: node)
        case .hidden(let peer, let users): note { "\(node.name) hides \(users.count) of \(peer)" }
        case .shown(let peer): note { "\(node.name) shows \(peer)" }
        case .doubt(let doubt):
            node.doubts[doubt.peer.node] = now
            self.doubt(node)
            onDoubt?(doubt, node.me)
            note { "\(node.name) doubts: \(doubt)" }
        case .news(let news):
            note { "\(node.name): \(news)" }
            observe(news, at: node)
        }
    }

    /// What is written only when someone listens.
    func note(_ text: () -> String) {
        trace?(Note(at: now, text: text()))
    }

    /// Writes down a fault.
    func fault(_ text: String) {
        lastFault = now
        let fault = Note(at: now, text: text)
        faults.append(fault)
        trace?(fault)
    }
}

/// Something that happened, and when.
public struct Note: Sendable, CustomStringConvertible {
    public let at: Instant
    public let text: String

    static func seconds(_ at: Instant) -> String { Note(at: at, text: "").seconds }

    /// Since the clock of the run began, to the millisecond.
    public var seconds: String {
        let milliseconds = at.nanoseconds / 1_000_000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    public var description: String { "\(seconds)  \(text)" }
}

extension Doubt {
    var peer: Peer {
        switch self {
        case .lostLink(let peer), .newLink(let peer), .death(let peer): peer
        case .overload(let peer), .repairedView(let peer): peer
        }
    }
}
