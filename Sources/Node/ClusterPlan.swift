import Cluster
import DBProxy
import Reactor
import Settings

/// The configuration of this node's part in the cluster.
struct ClusterPlan: Sendable {
    let gossip: SocketAddress
    let bus: SocketAddress
    /// Where others reach it; without one, where gossip is bound.
    let advertised: String
    /// Host at which others reach it.
    var host: String { advertised.isEmpty ? gossip.hostText : advertised }
    /// Where others may be.
    let join: [HostPort]
    let secret: [UInt8]

    init(_ configuration: Configuration) throws {
        gossip = try NodePlan.resolve(NodeSettings.gossipListen, configuration)
        bus = try NodePlan.resolve(NodeSettings.busListen, configuration)
        advertised = configuration[NodeSettings.clusterAdvertise]
        if advertised.isEmpty, gossip.isAny { throw Node.Failure.noClusterAddress }
        secret = [UInt8](configuration[NodeSettings.clusterSecret].utf8)
        join = try configuration[NodeSettings.clusterJoin].split(separator: ",").map { part in
            let text = part.drop { $0 == " " }
            guard let place = HostPort(setting: String(text)) else { throw Node.Failure.badJoin(String(part)) }
            return place
        }
    }
}

extension Node.Failure {
    init(_ error: ClusterShell.CannotListen, _ plan: ClusterPlan) {
        switch error {
        case .gossip(let error): self = .cannotListen(setting: NodeSettings.gossipListen.name, plan.gossip, error)
        case .bus(let error): self = .cannotListen(setting: NodeSettings.busListen.name, plan.bus, error)
        }
    }
}
