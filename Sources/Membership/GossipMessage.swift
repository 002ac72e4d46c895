/// One datagram between members, before it is sealed.
public struct GossipMessage: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        case ping = 1
        /// Answers a ping; `subject` is the one that answered when a helper passes the answer on.
        case ack = 2
        /// Asks the receiver to ping `subject`.
        case pingRequest = 3
        /// The helper is well, but had no answer from `subject`.
        case nack = 4
        case gossip = 5
        /// Asks for a page of the table, from the node number in `cursor` on.
        case pull = 6
        /// A page; `cursor` is where the next one starts, 0 after the last.
        case page = 7
        /// The sender goes.
        case leave = 8
    }

    public enum Entry: Hashable, Sendable {
        /// A member speaks of itself, or someone passes its words on.
        case alive(NodeID, NodeEpoch, Incarnation, MemberAddress)
        /// `refused`: the accuser's connection was refused, so the process is gone.
        case suspect(NodeID, NodeEpoch, Incarnation, accuser: NodeID, refused: Bool)
        /// `crashed`: it is proven that its process is gone.
        case dead(NodeID, NodeEpoch, Incarnation, crashed: Bool)
        case left(NodeID, NodeEpoch, Incarnation)
    }

    public var kind: Kind
    public var sender: NodeID
    public var epoch: NodeEpoch
    public var incarnation: Incarnation
    /// Pairs questions and answers.
    public var sequence: UInt32
    /// The receiver it is meant for; `nil` when only an address is known. Someone else at that address keeps silent.
    public var receiver: NodeID?
    public var subject: NodeID?
    public var cursor: UInt16
    /// Of the sender's table: equal hashes mean equal tables.
    public var tableHash: UInt64
    public var entries: [Entry]
    /// Of the sender; `nil` from a version that does not say it.
    public var database: DatabaseMark?

    public init(
        _ kind: Kind, from sender: NodeID, epoch: NodeEpoch, incarnation: Incarnation, sequence: UInt32 = 0,
        to receiver: NodeID?, subject: NodeID? = nil, cursor: UInt16 = 0, tableHash: UInt64 = 0, entries: [Entry] = []
    ) {
        self.kind = kind
        self.sender = sender
        self.epoch = epoch
        self.incarnation = incarnation
        self.sequence = sequence
        self.receiver = receiver
        self.subject = subject
        self.cursor = cursor
        self.tableHash = tableHash
        self.entries = entries
    }
}
