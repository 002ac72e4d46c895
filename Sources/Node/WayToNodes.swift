import ClientGateway
import Membership
import NodeAdmin
import Presence

/// Brings questions of the administration pages to other nodes, over the bus. Confined to its loop.
final class WayToNodes: OtherNodes {
    private let gateway: Gateway
    private let state: NodeState

    init(_ gateway: Gateway, _ state: NodeState) {
        self.gateway = gateway
        self.state = state
    }

    var own: Int { Int(state.presence.own.node.rawValue) }

    func ask(_ node: Int, _ target: String, _ completion: @escaping (NodePage?) -> Void) {
        guard let id = UInt16(exactly: node).flatMap(NodeID.init(rawValue:)),
            state.nodes().contains(where: { $0.id == node && $0.isLinked })
        else { return completion(nil) }
        gateway.ask(id, [UInt8](target.utf8)) { completion($0.flatMap(NodePage.init)) }
    }
}
