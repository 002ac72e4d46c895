public import Membership
public import TalkProtocol

/// What a client is told of calls.
public enum CallPacket: Equatable, Sendable {
    /// It rings.
    case ring(CallTitle, ClientType, body: [UInt8])
    /// The callee, or the node for him, has answered.
    case answer(CallTitle, CallAnswer)
    /// The call is over, or was taken by another device.
    case over(CallTitle)
}

/// A call that is over, for those who look back.
public struct CallRecord: Equatable, Sendable {
    public enum Outcome: String, CaseIterable, Sendable {
        case answered, refused, busy, away
        case noAnswer = "no_answer"
        /// By the caller, before anybody had answered.
        case cancelled
    }

    public let title: CallTitle
    public let outcome: Outcome
    /// Between the answer and the end.
    public let talked: Duration
}

/// What surrounds a call desk: the sessions of its node, and the other nodes. None of these may call it back before
/// they return.
public protocol CallOutlet {
    func send(_ packet: CallPacket, to party: CallParty)
    func say(_ word: CallWord, of call: CallName, to node: NodeID)
    /// A call of this node is over.
    func ended(_ record: CallRecord)

    /// The sessions of a user on this node.
    func parties(of user: UserID) -> [CallParty]
    /// Other nodes that hold a session of a user, each once.
    func nodes(holding user: UserID) -> [NodeID]
}
