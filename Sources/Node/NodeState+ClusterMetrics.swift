import ClientGateway
import Cluster
import Membership
import Metrics
import NodeAdmin
import Presence
import TopicBus

/// What the cluster's loop counts, on the metrics page. The tables in both READMEs list these.
extension NodeState {
    private typealias Read = @Sendable (ClusterReport) -> Int

    func observeCluster() {
        observeGossip()
        observeMembership()
        observePresence()
        observeBus()
        observeLanes()
    }

    private func gauge(_ name: String, _ help: String, _ read: @escaping Read) {
        registry.gauge("grapevine_cluster_\(name)", help: help) { [self] in Double(read(lastReport)) }
    }

    private func counter(_ name: String, _ help: String, _ read: @escaping Read) {
        registry.counter("grapevine_cluster_\(name)", help: help) { [self] in UInt64(clamping: read(lastReport)) }
    }

    func clusterTimings() -> (gossip: Histogram, bus: Histogram) {
        func histogram(_ name: String, _ help: String) -> Histogram {
            registry.histogram("grapevine_cluster_\(name)", help: help, buckets: .seconds)
        }
        return (
            histogram("gossip_round_trip_seconds", "From a ping to its answer, both by UDP."),
            histogram(
                "bus_round_trip_seconds",
                "From a question to its answer on a lane of messages, once per second and node.")
        )
    }

    /// By how calls of users of this node ended.
    func callCounters() -> [CallRecord.Outcome: Counter] {
        let counters = CallRecord.Outcome.allCases.map { outcome in
            let counter = registry.counter(
                "grapevine_calls_total", help: "Calls of users of this node that are over, by how they ended.",
                labels: ["outcome": outcome.rawValue])
            return (outcome, counter)
        }
        return Dictionary(uniqueKeysWithValues: counters)
    }

    func lostCallsCounter() -> Counter {
        registry.counter(
            "grapevine_call_log_lost_total",
            help: "Calls that were not written down, as too many waited for the database.")
    }

    private func observeGossip() {
        counter("gossip_sent_total", "Datagrams sent to other nodes.") { $0.gossip.sent }
        counter("gossip_received_total", "Datagrams from other nodes.") { $0.gossip.received }
        counter("gossip_sent_bytes_total", "Bytes of datagrams sent.") { $0.gossip.sentBytes }
        counter("gossip_received_bytes_total", "Bytes of datagrams from other nodes.") { $0.gossip.receivedBytes }
        counter("gossip_unsent_total", "Datagrams that the kernel did not take.") { $0.gossip.unsent }
        counter("gossip_refused_total", "Datagrams that no node of this cluster sent.") { $0.gossip.rejected }
        counter("gossip_foreign_total", "Datagrams of nodes that work with another database.") { $0.gossip.foreign }
        counter("gossip_replayed_total", "Datagrams that came twice, or far too late.") { $0.gossip.replayed }
    }

    private func observeMembership() {
        gauge("members", "Live nodes, this one included.") { $0.members }
        gauge("suspects", "Nodes that may be dead.") { $0.suspects }
        gauge("local_health", "How little this node trusts its own timers, 0 to 8.") { $0.localHealth }
        counter("probes_total", "Members probed.") { $0.membership.probes }
        counter("probes_indirect_total", "Members that were asked to probe for this node.") {
            $0.membership.indirectProbes
        }
        counter("probes_failed_total", "Probes without an answer.") { $0.membership.failedProbes }
        counter("probes_overruled_total", "Failed probes of members whose bus was well.") {
            $0.membership.overruledByBeat
        }
        counter("suspicions_total", "Members suspected.") { $0.membership.suspicions }
        counter("suspicions_refuted_total", "Suspects that turned out to be alive.") {
            $0.membership.refutedSuspicions
        }
        counter("refutations_total", "Times this node had to say that it lives.") { $0.membership.refutations }
        counter("deaths_total", "Members held for dead.") { $0.membership.deaths }
        counter("revivals_total", "Members that were not dead.") { $0.membership.revivals }
        counter("flaps_total", "Returns from the dead that make the next suspicion of the member longer.") {
            $0.membership.flaps
        }
        counter("pulls_total", "Times the table of another member was fetched.") { $0.membership.pulls }
        counter("late_ticks_total", "Times the cluster's loop was late.") { $0.membership.lateTicks }
    }

    private func observePresence() {
        gauge("sessions", "Sessions that this node sees, on all nodes.") { $0.visibleSessions }
        gauge("presence_bytes", "Memory of the presence map.") { $0.presenceBytes }
        counter("presence_mismatches_total", "Summaries of other nodes that differed from what is here.") {
            $0.presence.mismatches
        }
        counter("presence_gaps_total", "Changes of other nodes before which some were missing.") { $0.presence.gaps }
        counter("presence_repairs_total", "Repairs that this node asked for.") { $0.presence.repairsAsked }
        counter("presence_buckets_received_total", "Buckets of sessions that came in repairs.") {
            $0.presence.bucketsTaken
        }
        counter("presence_buckets_sent_total", "Buckets of sessions that repaired other nodes.") {
            $0.presence.bucketsSent
        }
        counter("presence_sweeps_total", "Passes over the map to clear away what nodes have left.") {
            $0.presence.sweeps
        }
        counter("presence_lags_total", "Times a node could not take presence and had to be repaired.") {
            $0.cluster.presenceLags
        }
        counter("presence_superseded_total", "Sessions here that a later login elsewhere ended.") {
            $0.cluster.superseded
        }
        counter("presence_malformed_total", "Frames of presence that could not be read.") {
            $0.cluster.malformedPresence
        }
        counter("presence_overruns_total", "Sessions for which the map had no room.") { $0.cluster.presenceOverruns }
        registry.counters(
            "grapevine_cluster_doubts_total", help: "Reasons to search the database for messages not pushed.",
            by: ["reason"]
        ) { [self] in
            let doubts = lastReport.cluster.doubts
            return Doubt.Reason.allCases.map { MetricsRegistry.Row([$0.rawValue], doubts[$0] ?? 0) }
        }
    }

    private func observeBus() {
        func gauges(_ name: String, _ help: String, _ isSo: @escaping @Sendable (BusRecord) -> Bool) {
            registry.gauges("grapevine_cluster_bus_\(name)", help: help, by: ["peer"]) { [self] in
                lastReport.buses.map { MetricsRegistry.Row(["\($0.node)"], isSo($0) ? 1 : 0) }
            }
        }
        func counters(_ name: String, _ help: String, _ read: @escaping @Sendable (BusStatistics) -> Int) {
            registry.counters("grapevine_cluster_bus_\(name)", help: help, by: ["peer"]) { [self] in
                lastReport.busStatistics.map { MetricsRegistry.Row([$0.node], read($0.of)) }
            }
        }
        gauges("linked", "1 if there is a bus to the node.") { $0.isLinked }
        gauges("degraded", "1 if the node takes no messages: they are left to the database.") { $0.isDegraded }
        counters("connections_total", "Connections to the node, over all lanes.") { $0.connections }
        counters("degradations_total", "Times that the node stopped to take messages.") { $0.degradations }
        counters("sent_total", "Messages given to the bus.") { $0.messagesSent }
        counters("received_total", "Messages from the bus.") { $0.messagesReceived }
        counters("sent_bytes_total", "Bytes of frames to the node.") { $0.bytesSent }
        counters("received_bytes_total", "Bytes from the node.") { $0.bytesReceived }
        counters("duplicates_total", "Messages that came again.") { $0.duplicates }
        registry.counters(
            "grapevine_cluster_bus_dropped_total",
            help: "Messages not queued: reliable ones are left to the database, state is repaired, hints are lost.",
            by: ["class", "peer"]
        ) { [self] in
            lastReport.busStatistics.flatMap { node, bus in
                [("reliable", bus.refused), ("state", bus.refusedState), ("hint", bus.droppedHints)].map {
                    MetricsRegistry.Row([$0.0, node], $0.1)
                }
            }
        }
    }

    private func observeLanes() {
        func rows(_ read: @escaping @Sendable (LaneStatistics) -> Int) -> @Sendable () -> [MetricsRegistry.Row] {
            { [self] in
                lastReport.busStatistics.flatMap { node, bus in
                    Lane.allCases.compactMap { lane in
                        bus.lanes[lane].map { MetricsRegistry.Row(["\(lane)", node], read($0)) }
                    }
                }
            }
        }
        let labels = ["lane", "peer"]
        func gauges(_ name: String, _ help: String, _ read: @escaping @Sendable (LaneStatistics) -> Int) {
            registry.gauges("grapevine_cluster_bus_\(name)", help: help, by: labels, read: rows(read))
        }
        func counters(_ name: String, _ help: String, _ read: @escaping @Sendable (LaneStatistics) -> Int) {
            registry.counters("grapevine_cluster_bus_\(name)", help: help, by: labels, read: rows(read))
        }
        gauges("unconfirmed", "Messages that the node has not confirmed.") { $0.unconfirmed }
        gauges("unconfirmed_bytes", "Their bytes.") { $0.unconfirmedBytes }
        gauges("waiting_bytes", "Bytes of state and hints that wait for the connection.") { $0.waitingBytes }
        counters("credit_waits_total", "Times that the node's window was full.") { $0.creditWaits }
        counters("resent_total", "Messages sent again on a new connection.") { $0.resent }
        counters("skipped_total", "Messages given up as the node was held for dead.") { $0.skipped }
    }
}
