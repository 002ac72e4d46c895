public import Membership
public import TalkProtocol
public import TopicBus

/// What a node of the cluster wants done, or has learned.
public enum ClusterEffect {
    case gossip(GossipMessage, to: MemberAddress)
    case dial(LinkID, MemberAddress)
    case close(LinkID)

    /// What can be seen of the user has changed because of another node.
    case changed(UserID)
    /// All sessions of a life of a node disappeared a moment ago. `pcs`: some of the users whose PCs they are.
    case hidden(Peer, pcs: [UserID])
    /// They can be seen again.
    case shown(Peer)
    /// The user has logged in later elsewhere: close his session of the class if its login is `upTo` or earlier.
    case supersede(UserID, DeviceClass, upTo: Int64)

    /// Messages for users of this node may have been stored without it being told: look into the database.
    case doubt(Doubt)
    /// A later life of this node exists: stop at once.
    case fenced(by: NodeEpoch)
    /// For the log and the operator.
    case news(ClusterNews)
}

/// Why messages may have been missed.
public enum Doubt: Hashable, Sendable {
    case lostLink(Peer)
    case newLink(Peer)
    case death(Peer)
    /// The peer says that it dropped messages for this node.
    case overload(Peer)
    /// The peer did not know all sessions of this node.
    case repairedView(Peer)

    /// Without whom it is about.
    public enum Reason: String, CaseIterable, Sendable {
        case lostLink = "lost_link"
        case newLink = "new_link"
        case death
        case overload
        case repairedView = "repaired_view"
    }

    var reason: Reason {
        switch self {
        case .lostLink: .lostLink
        case .newLink: .newLink
        case .death: .death
        case .overload: .overload
        case .repairedView: .repairedView
        }
    }
}

/// What the parts of a node have told each other.
public struct ClusterStatistics: Sendable {
    public var doubts: [Doubt.Reason: Int] = [:]
    /// Sessions of this node that a later login elsewhere ended.
    public var superseded = 0
    /// Frames of presence that could not be read.
    public var malformedPresence = 0
    /// Sessions for which the map has no room.
    public var presenceOverruns = 0
    /// Times that a peer could not take presence, and had to ask for a repair.
    public var presenceLags = 0

    public init() {}
}

public enum ClusterNews: Sendable {
    case joined(Peer)
    case suspected(Peer)
    case died(Peer, crashed: Bool)
    case revived(Peer)
    case left(Peer)
    case linked(Peer)
    case unlinked(Peer)
    case degraded(Peer)
    case recovered(Peer)
    case malformedPresence(Peer)
    case presenceOverrun(Peer)
}
