import ClientGateway
import Membership
import NodeAdmin
import Presence
import Primitives
import Reactor
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

    func sessions(after user: UInt32, limit: Int) -> [(user: UInt32, sessions: [LocalSession])] {
        let now = SystemFacts.now
        return online.users(after: UserID(user), limit: limit).map { user, presence in
            let sessions = DeviceClass.allCases.compactMap { device in
                presence[device].map { entry in
                    LocalSession(
                        device: "\(device)", clientType: Int(entry.clientType.rawValue),
                        status: Int(entry.status.rawValue), login: Int(entry.epoch),
                        seconds: Int((now - entry.openedAt).milliseconds / 1000))
                }
            }
            return (user.rawValue, sessions)
        }
    }

    var lastReport: ClusterReport { others.report.withLock { $0 } }
}
