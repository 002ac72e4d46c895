import Membership
import Presence
import Primitives
import TalkProtocol

/// Nodes and the links between them, on one thread and from one seed.
///
/// A link delivers in order. It loses what is under way when it is cut, and, beyond what a real one does, single
/// frames; it refuses frames when its queue is full, and its sender is then told that the peer lags behind.
final class SimulatedCluster {
    struct Route: Hashable {
        let from: UInt16
        let to: UInt16
    }

    /// Chances in 1,000 per step, and sizes.
    struct Weather {
        var userCount: UInt32 = 12
        var frameLoss = 0
        var queueLimit = 1000
        var cuts = 0
        var restarts = 0
        var falseDeaths = 0
        var leaves = 0
    }

    var random: SeededRandom
    let weather: Weather
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var nodes: [UInt16: SimulatedNode] = [:]
    private var queues: [Route: Fifo<[UInt8]>] = [:]
    /// Who believes, wrongly or not, that who is dead.
    private var beliefs: Set<Route> = []
    private var epochs: [UInt16: UInt64] = [:]
    private var issued: [SimulatedNode.Key: UInt32] = [:]
    /// The session of the latest login, unless it ended by itself.
    private var latest: [SimulatedNode.Key: (node: Peer, login: LoginEpoch)] = [:]
    private var logins: [(node: Peer, user: UserID, session: SimulatedNode.Session)] = []
    /// What should not have happened.
    private(set) var violations: [String] = []
    /// Frames delivered, by their first byte.
    private(set) var delivered: [UInt8: Int] = [:]
    private(set) var supersededCount = 0
    /// The newest life of each node that each node has heard of.
    private var heard: [Route: UInt64] = [:]

    init(seed: UInt64, nodeCount: Int, _ weather: Weather) {
        random = SeededRandom(seed: seed)
        self.weather = weather
        for id in 1...UInt16(nodeCount) { start(id) }
    }

    var users: ClosedRange<UInt32> { 1...weather.userCount }
    private var ids: [UInt16] { nodes.keys.sorted() }

    func chance(_ outOf1000: Int) -> Bool { Int.random(in: 0..<1000, using: &random) < outOf1000 }
    private func any(_ list: [UInt16]) -> UInt16? { list.randomElement(using: &random) }

    // MARK: Nodes and links

    /// Calls a node and carries out what it asks for.
    func call(_ id: UInt16, _ body: (SimulatedNode, inout [PresenceEffect]) -> Void) {
        guard let node = nodes[id] else { return }
        var effects: [PresenceEffect] = []
        body(node, &effects)
        for effect in effects { perform(effect, of: node) }
    }

    private func perform(_ effect: PresenceEffect, of node: SimulatedNode) {
        switch effect {
        case .send(let frame, to: let peer):
            let route = Route(from: node.peer.node.rawValue, to: peer.node.rawValue)
            guard let queued = queues[route]?.count, nodes[route.to]?.peer == peer else { return }
            if queued >= weather.queueLimit { return call(route.from) { node, _ in node.core.lagging(peer) } }
            queues[route]?.append(frame)
        case .repairWaiting(let peer):
            if !node.repairs.contains(peer) { node.repairs.append(peer) }
        case .supersede(let user, let device, upTo: let login):
            let key = SimulatedNode.Key(user: user, device: device)
            if issued[key, default: 0] <= login.rawValue { violations.append("\(key) \(login) fell to no later login") }
            guard let session = node.open[key], session.login <= login else { break }
            if latest[key]?.login == session.login { violations.append("\(key) \(login) was the latest and fell") }
            supersededCount += 1
            node.close(key)
        case .malformed(let peer): violations.append("\(node.peer) got a malformed frame from \(peer)")
        case .overrun(let peer): violations.append("\(node.peer) has no room for \(peer)")
        case .changed, .hidden, .shown: break
        }
        node.seen.append(effect)
    }

    func start(_ id: UInt16) {
        epochs[id, default: 0] += 1
        nodes[id] = SimulatedNode(peer(id, epochs[id] ?? 1), at: now)
        for other in ids where other != id { link(id, other) }
    }

    func stop(_ id: UInt16) {
        for other in ids where other != id { cut(id, other) }
        if let node = nodes.removeValue(forKey: id) {
            latest = latest.filter { $0.value.node != node.peer }
            logins.removeAll { $0.node == node.peer }
        }
    }

    func link(_ one: UInt16, _ other: UInt16) {
        guard queues[Route(from: one, to: other)] == nil, nodes[one] != nil, nodes[other] != nil else { return }
        queues[Route(from: one, to: other)] = Fifo()
        queues[Route(from: other, to: one)] = Fifo()
        for (from, to) in [(one, other), (other, one)] {
            guard let peer = nodes[to]?.peer else { continue }
            hear(from, peer)
            call(from) { $0.core.linked(peer, at: now, into: &$1) }
        }
    }

    func cut(_ one: UInt16, _ other: UInt16) {
        for (from, to) in [(one, other), (other, one)] {
            queues[Route(from: from, to: to)] = nil
            guard let peer = nodes[to]?.peer else { continue }
            call(from) { node, _ in node.core.unlinked(peer) }
        }
    }

    private func hear(_ id: UInt16, _ peer: Peer) {
        let route = Route(from: id, to: peer.node.rawValue)
        if heard[route, default: 0] < peer.epoch.rawValue { beliefs.remove(route) }
        heard[route] = max(heard[route, default: 0], peer.epoch.rawValue)
    }

    func died(_ peer: Peer, at id: UInt16) {
        hear(id, peer)
        beliefs.insert(Route(from: id, to: peer.node.rawValue))
        call(id) { node, _ in node.core.died(peer, at: now) }
    }

    func revived(_ peer: Peer, at id: UInt16) {
        hear(id, peer)
        beliefs.remove(Route(from: id, to: peer.node.rawValue))
        call(id) { $0.core.revived(peer, at: now, into: &$1) }
    }

    // MARK: Sessions

    /// PostgreSQL issues the epoch; the session opens a while later, or never.
    func logIn(_ id: UInt16, _ user: UInt32, _ type: ClientType) {
        guard let node = nodes[id] else { return }
        let key = SimulatedNode.Key(user: UserID(user), device: type.deviceClass)
        issued[key, default: 0] += 1
        let login = LoginEpoch(rawValue: issued[key] ?? 1)
        latest[key] = (node.peer, login)
        let loop = Int.random(in: 0...1, using: &random)
        let session = SimulatedNode.Session(login: login, clientType: type, status: .online, loop: loop)
        logins.append((node.peer, UserID(user), session))
    }

    private func finishLogin(_ index: Int) {
        let (peer, user, session) = logins.remove(at: index)
        guard let node = nodes[peer.node.rawValue], node.peer == peer else { return }
        _ = node.open(user, session)
    }

    func logOut(_ id: UInt16, _ key: SimulatedNode.Key) {
        if let session = nodes[id]?.open[key], latest[key]?.login == session.login { latest[key] = nil }
        nodes[id]?.close(key)
    }

    // MARK: Steps

    func step() {
        now = now + .microseconds(Int.random(in: 0...5000, using: &random))
        actSession()
        for _ in 0..<4 { moveSomething() }
        if chance(weather.cuts), let one = any(ids), let other = any(ids), one != other {
            if queues[Route(from: one, to: other)] == nil { link(one, other) } else { cut(one, other) }
        }
        if chance(weather.restarts), let id = any(ids) {
            if let peer = nodes[id]?.peer {
                stop(id)
                for other in ids where chance(500) { died(peer, at: other) }
            }
        }
        if chance(weather.restarts * 2), let id = epochs.keys.sorted().first(where: { nodes[$0] == nil }) { start(id) }
        if chance(weather.falseDeaths), let one = any(ids), let other = any(ids), one != other,
            let peer = nodes[other]?.peer
        {
            if beliefs.contains(Route(from: one, to: other)) { revived(peer, at: one) } else { died(peer, at: one) }
        }
        if chance(weather.leaves), ids.count > 2, let id = any(ids), let peer = nodes[id]?.peer {
            for other in ids where other != id && chance(700) {
                hear(other, peer)
                call(other) { node, _ in node.core.left(peer, at: now) }
            }
            stop(id)
        }
    }

    private func actSession() {
        guard let id = any(ids), let node = nodes[id] else { return }
        let user = UInt32.random(in: users, using: &random)
        let type = ClientType.allCases[Int.random(in: 0..<4, using: &random)]
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: logIn(id, user, type)
        case 4..<7:
            let keys = node.open.keys.sorted { ($0.user, $0.device.rawValue) < ($1.user, $1.device.rawValue) }
            if let key = keys.randomElement(using: &random) { logOut(id, key) }
        case 7:
            let status: UserStatType = chance(500) ? .leave : .online
            node.setStatus(SimulatedNode.Key(user: UserID(user), device: type.deviceClass), status)
        default: break
        }
        if !logins.isEmpty, chance(600) { finishLogin(Int.random(in: 0..<logins.count, using: &random)) }
    }

    /// A report, a frame, a tick or a frame of a repair, somewhere.
    private func moveSomething() {
        guard let id = any(ids) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let loop = Int.random(in: 0...1, using: &random)
            call(id) { _ = $0.deliverReport(fromLoop: loop, at: now, into: &$1) }
        case 1: call(id) { $0.core.tick(at: now, into: &$1) }
        case 2: sendRepair(id)
        default:
            let routes = queues.keys.filter { $0.to == id }.sorted { $0.from < $1.from }
            if let route = routes.randomElement(using: &random) { for _ in 0..<8 { deliver(route) } }
        }
    }

    private func sendRepair(_ id: UInt16) {
        guard let peer = nodes[id]?.repairs.first else { return }
        call(id) { node, effects in
            if !node.core.nextRepairFrame(for: peer, at: now, into: &effects) { node.repairs.removeFirst() }
        }
    }

    @discardableResult private func deliver(_ route: Route, losing loss: Int? = nil) -> Bool {
        guard let sender = nodes[route.from]?.peer, let frame = queues[route]?.popFirst() else { return false }
        if chance(loss ?? weather.frameLoss) { return true }
        delivered[frame.first ?? 0, default: 0] += 1
        call(route.to) { $0.core.received(frame.rawBytes, from: sender, at: now, into: &$1) }
        return true
    }

    /// The faults are over: everybody reaches everybody, and who is not there is known to be dead.
    func calm() {
        for id in ids {
            for other in epochs.keys.sorted() where other != id {
                if let peer = nodes[other]?.peer {
                    revived(peer, at: id)
                } else {
                    died(peer(other, epochs[other] ?? 1), at: id)
                }
                link(id, other)
            }
        }
        while !logins.isEmpty { finishLogin(0) }
        run(for: .seconds(7))
    }

    func run(for duration: Duration) {
        let end = now + duration
        while now < end {
            now = now + .milliseconds(20)
            for id in ids {
                for loop in 0...1 {
                    while did(id, { $0.deliverReport(fromLoop: loop, at: now, into: &$1) }) {}
                }
                call(id) { $0.core.tick(at: now, into: &$1) }
                sendRepair(id)
            }
            for route in queues.keys.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
                while deliver(route, losing: 0) {}
            }
        }
    }

    private func did(_ id: UInt16, _ body: (SimulatedNode, inout [PresenceEffect]) -> Bool) -> Bool {
        var result = false
        call(id) { result = body($0, &$1) }
        return result
    }

    // MARK: What must hold

    var openSessions: Set<String> { Set(nodes.values.flatMap(\.reallyOpen)) }

    /// R2 and R4, at any time.
    func check() {
        for (id, node) in nodes.sorted(by: { $0.key < $1.key }) {
            for user in users {
                node.table.forEachSession(of: UserID(user)) { session in
                    let newest = heard[Route(from: id, to: session.peer.node.rawValue), default: 0]
                    if session.peer.epoch.rawValue < newest {
                        violations.append("\(node.peer) shows \(user) at \(session.peer), knows of life \(newest)")
                    }
                }
            }
            violations += node.disagreements(with: nodes.values.sorted { $0.peer < $1.peer }, about: users)
        }
    }

    /// K1 to K3, when nothing moves any more.
    func checkSurvivors() {
        var holders: [SimulatedNode.Key: [LoginEpoch]] = [:]
        for node in nodes.values { for (key, session) in node.open { holders[key, default: []].append(session.login) } }
        for (key, logins) in holders where logins.count > 1 { violations.append("\(key) has \(logins)") }
        for (key, last) in latest where holders[key] != [last.login] {
            violations.append("\(key): \(holders[key] ?? []) stayed, the latest is \(last)")
        }
    }
}
