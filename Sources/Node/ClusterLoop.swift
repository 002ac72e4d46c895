import ClientGateway
import Cluster
import Crypto
import DBProxy
import Membership
import Presence
import Primitives
import Reactor
import Settings
import Synchronization
import TopicBus

/// The loop that serves the other nodes, and nothing else: were it late, they would take this node for dead.
final class ClusterLoop {
    private static let statusPeriod: Duration = .milliseconds(300)
    /// How long it takes until everyone has heard a goodbye.
    private static let farewell: Duration = .milliseconds(500)
    /// Between two looks at where the others are.
    private static let lookPeriod: Duration = .seconds(5)
    /// While there is no connection to the database, which then fails at once.
    private static let retryPeriod: Duration = .milliseconds(100)

    private let loop: EventLoop
    private let plan: NodePlan
    private let state: NodeState
    private let database: Database
    private let resolver: NameResolver
    private let probe: StorageProbe
    private var settlement: NodeSettlement?
    private let shell: ClusterShell
    private let bridge: ClusterBridge
    private let place: NodePlace
    private var registry = RegistryWatch()
    /// Of which only the number is known, and it was asked who they are.
    private var strangers: Set<UInt16> = []
    private var isLeaving = false

    init(
        _ loop: EventLoop, _ plan: NodePlan, _ shared: Gateway.Shared, resolver: NameResolver, state: NodeState,
        fenced: @escaping @Sendable (UInt64) -> Void
    ) throws {
        self.loop = loop
        self.plan = plan
        self.state = state
        self.resolver = resolver
        var configuration = plan.database
        configuration.queryConnections = 1
        configuration.appendConnections = 0
        database = Database(configuration, resolver: resolver, on: loop)
        probe = StorageProbe(plan, state, resolver: resolver, on: loop)
        let table = shared.cluster.table
        let salt = Self.nonce().rawBytes.bigEndian(at: 0, as: UInt64.self) ?? 0
        let seal = try GossipSeal(secret: plan.cluster.secret, cluster: "grapevine", salt: salt)
        let host = plan.cluster.host
        let timings = state.clusterTimings()
        do throws(ClusterShell.CannotListen) {
            shell = try ClusterShell(
                gossipOn: plan.cluster.gossip, busOn: plan.cluster.bus, seal: seal, roundTrips: timings.gossip, on: loop
            ) { gossip, bus in
                let reachable = NameResolver.resolveNow(host, port: gossip.port).first ?? gossip
                return Self.makeNode(
                    table, at: MemberAddress(reachable, busPort: bus.port), plan.cluster.secret, on: loop)
            }
        } catch {
            throw Node.Failure(error, plan.cluster)
        }
        let address = shell.node.swim.address
        place = NodePlace(
            name: plan.name, number: table.own.node.rawValue, epoch: table.own.epoch.rawValue, host: host,
            gossipPort: address.gossipPort, busPort: address.busPort, isLively: true)
        bridge = ClusterBridge(
            shell, shared, roundTrips: timings.bus, calls: state.callCounters(),
            log: CallLog(database, lost: state.lostCallsCounter(), on: loop), on: loop,
            ordered: { [state] in state.drain($0) },
            fenced: { fenced($0.rawValue) })
        database.reportTroubles { [state] in state.report($0) }
        settlement = NodeSettlement(database, state, node: plan.name, on: loop) { [shell] in
            shell.node.swim.allMembers.filter { $0.standing.rank == .alive }.map(\.node.rawValue)
        }
        knowDatabase()
        tellStatus()
        lookForNodes()
    }

    /// Nodes of one cluster work with one database, and with the server of it that was promoted last.
    private func knowDatabase() {
        let admission = plan.database.admission
        shell.databaseMark = {
            admission.known.map { DatabaseMark(database: $0.database, timeline: $0.timeline) }
        }
        shell.judge = { [state] mark, node in
            admission.heard(.init(database: mark.database, timeline: mark.timeline))
                ? .own : .foreign(isTold: state.reportForeign(node))
        }
    }

    private static func makeNode(
        _ table: PresenceTable, at address: MemberAddress, _ secret: [UInt8], on loop: EventLoop
    ) -> ClusterNode {
        func random() -> SeededRandom { SeededRandom(seed: loop.random.next()) }
        let swim = Swim(table.own, at: address, random: random(), now: loop.now)
        let mesh = Mesh(table.own, cluster: 1, secret: secret, random: random(), nonce: nonce)
        return ClusterNode(swim, mesh: mesh, table: table, at: loop.now)
    }

    private static func nonce() -> [UInt8] {
        guard let bytes = try? randomBytes(32) else { preconditionFailure("OpenSSL has no random bytes to give") }
        return bytes
    }

    /// Also what keeps this object alive as long as its loop runs.
    private func tellStatus() {
        let node = shell.node
        state.count(sessions: node.table.sessionCount(of: node.me))
        let status = state.status()
        node.announce(status)
        state.reportPeers(node.statuses)
        learnNames()
        state.report(cluster: ClusterReport(shell, status, place, registry, at: loop.now))
        if state.farewell.isWanted.load(ordering: .relaxed), !isLeaving {
            isLeaving = true
            node.leave(at: loop.now)
            database.retireNode(place) { _ in }
            loop.schedule(after: Self.farewell) { [state] in state.farewell.isSaid.store(true, ordering: .relaxed) }
        }
        loop.schedule(after: Self.statusPeriod) { [self] in tellStatus() }
    }

    // MARK: Where the others are

    /// Says where this node is, and asks where the others are.
    private func lookForNodes() {
        if isLeaving { return }
        database.announceNode(place) { [weak self] announced in
            guard let self else { return }
            guard case .success = announced else {
                loop.schedule(after: Self.retryPeriod) { [weak self] in self?.lookForNodes() }
                return
            }
            database.nodePlaces { [weak self] result in
                guard let self else { return }
                if case .success(let places) = result { resolve(places) }
                loop.schedule(after: Self.lookPeriod) { [weak self] in self?.lookForNodes() }
            }
        }
    }

    /// Who starts is heard of before the next look at what the database knows of it.
    private func learnNames() {
        let unnamed = shell.node.swim.allMembers.map(\.node.rawValue).filter { registry.names[$0] == nil }
        let isNew = !strangers.isSuperset(of: unnamed)
        strangers = Set(unnamed)
        guard isNew else { return }
        database.nodePlaces { [weak self] result in
            if case .success(let places) = result { self?.registry.learnNames(of: places) }
        }
    }

    private func resolve(_ places: [NodePlace]) {
        let others = places.filter { $0.number != place.number }
        let swim = shell.node.swim
        registry.looked(
            at: others, { swim[$0]?.standing }, refused: shell.gossipTraffic.rejected, at: loop.now)
        state.report(registry: registry)
        bridge.registered(others.count, lively: others.filter(\.isLively).compactMap(Peer.init))
        var wanted = others.map { ($0.host, $0.gossipPort, $0.busPort) }
        wanted += plan.cluster.join.map { ($0.host, $0.port, 0) }
        var found: [MemberAddress] = []
        var waiting = wanted.count
        if waiting == 0 { shell.node.setContacts([], at: loop.now) }
        for (host, gossipPort, busPort) in wanted {
            resolver.resolve(host, port: gossipPort, on: loop) { [weak self] addresses in
                guard let self else { return }
                if let first = addresses.first { found.append(MemberAddress(first, busPort: busPort)) }
                waiting -= 1
                if waiting == 0 { shell.node.setContacts(found, at: loop.now) }
            }
        }
    }
}
