import Membership
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

    var lastReport: ClusterReport { clusterReport.withLock { $0 } }
}
