import Membership
import Presence
import Primitives
import Reactor
import TalkProtocol
import TopicBus

/// What the gateways of a node say to its cluster loop.
enum ClusterMail: UInt8, CaseIterable {
    /// A message for other nodes: u16 topic, u64 key, u8 hint or not, u16 count of nodes (none: all), them, body.
    case publish = 32
    /// A session is the user's: u32 user, u8 client type, u8 status, i64 login epoch.
    case opened
    /// It is no more: u32 user, u8 device class, i64 login epoch.
    case closed
}

extension Gateway {
    private var clusterLoop: Int { shared.loops }

    /// To other nodes; to all of them without `nodes`.
    func publish(
        _ topic: Topic, key: UInt64, asHint: Bool = false, to nodes: [NodeID], _ body: (inout ByteWriter) -> Void
    ) {
        loop.post(kind: ClusterMail.publish.rawValue, to: clusterLoop) { writer in
            writer.append(bigEndian: topic.rawValue)
            writer.append(bigEndian: key)
            writer.append(asHint ? 1 : 0)
            writer.append(bigEndian: UInt16(nodes.count))
            for node in nodes { writer.append(bigEndian: node.rawValue) }
            body(&writer)
        }
    }

    func announceOpened(_ session: Session, _ status: UserStatType) {
        loop.post(kind: ClusterMail.opened.rawValue, to: clusterLoop) { writer in
            writer.append(bigEndian: session.user.rawValue)
            writer.append(UInt8(truncatingIfNeeded: session.clientType.rawValue))
            writer.append(UInt8(truncatingIfNeeded: status.rawValue))
            writer.append(bigEndian: session.epoch)
        }
    }

    func announceClosed(_ session: Session) {
        loop.post(kind: ClusterMail.closed.rawValue, to: clusterLoop) { writer in
            writer.append(bigEndian: session.user.rawValue)
            writer.append(UInt8(truncatingIfNeeded: session.device.rawValue))
            writer.append(bigEndian: session.epoch)
        }
    }
}
