import Membership
import Metrics
import NodeAdmin
import Presence
import Synchronization
import TalkProtocol

extension NodeState: ClusterFacts {
    func nodes() -> [NodeRecord] { lastReport.nodes }

    func buses() -> [BusRecord] { lastReport.buses }

    func sessions(of user: UInt32) -> [SessionRecord] {
        var records: [SessionRecord] = []
        presence.forEachSession(of: UserID(user)) { session in
            records.append(
                SessionRecord(
                    node: Int(session.peer.node.rawValue), epoch: Int(session.peer.epoch.rawValue),
                    device: "\(session.device)", clientType: Int(session.clientType.rawValue),
                    status: Int(session.status.rawValue), login: Int(session.login.rawValue)))
        }
        return records
    }

    /// Puts what the cluster's loop counts on the metrics page.
    func observeCluster() {
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (ClusterReport) -> Int) {
            registry.gauge("grapevine_cluster_\(name)", help: help) { [self] in Double(read(lastReport)) }
        }
        func counter(_ name: String, _ help: String, _ read: @escaping @Sendable (ClusterReport) -> Int) {
            registry.counter("grapevine_cluster_\(name)", help: help) { [self] in UInt64(clamping: read(lastReport)) }
        }
        func bus(_ name: String) -> @Sendable (ClusterReport) -> Int {
            { report in report.buses.reduce(0) { $0 + $1.counter(name) } }
        }
        gauge("members", "Live nodes, this one included.") { $0.members }
        gauge("suspects", "Nodes that may be dead.") { $0.suspects }
        gauge("local_health", "How little this node trusts its own timers, 0 to 8.") { $0.localHealth }
        gauge("sessions", "Sessions that this node sees, on all nodes.") { $0.visibleSessions }
        gauge("presence_bytes", "Memory of the presence map.") { $0.presenceBytes }
        gauge("bus_links", "Nodes with a bus to this one.") { $0.buses.count(where: \.isLinked) }
        gauge("bus_degraded", "Nodes that take no messages.") { $0.buses.count(where: \.isDegraded) }
        gauge("bus_unconfirmed", "Messages that other nodes have not confirmed.", bus("unconfirmed_messages"))
        gauge("bus_unconfirmed_bytes", "Their bytes.", bus("unconfirmed_bytes"))
        counter("probes_total", "Members probed.") { $0.membership.probes }
        counter("probes_failed_total", "Probes without an answer.") { $0.membership.failedProbes }
        counter("probes_overruled_total", "Failed probes of members whose bus was well.") {
            $0.membership.overruledByBeat
        }
        counter("suspicions_total", "Members suspected.") { $0.membership.suspicions }
        counter("refutations_total", "Times this node had to say that it lives.") { $0.membership.refutations }
        counter("deaths_total", "Members held for dead.") { $0.membership.deaths }
        counter("revivals_total", "Members that were not dead.") { $0.membership.revivals }
        counter("pulls_total", "Times the table of another member was fetched.") { $0.membership.pulls }
        counter("late_ticks_total", "Times the cluster's loop was late.") { $0.membership.lateTicks }
        counter("bus_sent_total", "Messages given to the bus.", bus("messages_sent"))
        counter("bus_received_total", "Messages from the bus.", bus("messages_received"))
        counter("bus_refused_total", "Messages left to the database.", bus("refused"))
        counter("bus_duplicates_total", "Messages that came again.", bus("duplicates"))
        counter("bus_sent_bytes_total", "Bytes of messages to other nodes.", bus("bytes_sent"))
        counter("bus_received_bytes_total", "Bytes from other nodes.", bus("bytes_received"))
    }

    private var lastReport: ClusterReport { clusterReport.withLock { $0 } }
}
