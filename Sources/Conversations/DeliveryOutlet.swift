public import DBProxy
public import Primitives
public import TalkProtocol

/// What surrounds the delivery of a loop: the sessions of its node, to which it hands its results, and the other nodes.
///
/// None of these may call the delivery back before they return.
public protocol DeliveryOutlet {
    // MARK: What is to be done

    /// The send is committed under this id. Comes before the push of the same message.
    ///
    /// - Parameter wait: since it came to this node, if this commit is what stored it.
    func acknowledge(_ send: Send, id: MessageID, after wait: Duration?)

    /// A message for every session of these users on this node except `origin`.
    ///
    /// - Parameter wait: since it came to this node; `nil` if it was read from the database.
    func push(
        _ packet: RawSpan, of message: MessageName, to users: [UserID], except origin: SessionAddress?,
        after wait: Duration?)
    func push(
        _ packet: RawSpan, of message: MessageName, to one: UserID, and other: UserID, except origin: SessionAddress?,
        after wait: Duration?)

    /// A message that was just committed, for sessions of these users on other nodes.
    func forward(_ packet: RawSpan, of message: MessageName, to users: [UserID])

    /// For the loop that the conversation belongs to: `Delivery.mayHaveMissed`.
    func pass(_ recent: RecentMessages)

    // MARK: What is to be seen

    /// Whether there may be other nodes, which store messages as well.
    var mayHaveOtherNodes: Bool { get }

    /// The users who have a session on this loop.
    var users: [UserID] { get }

    /// What transactions before it stored, all sessions of these users on this node read by themselves; `nil` if there
    /// are none.
    func horizon(of users: [UserID]) -> Int64?

    /// Whether a session of one of these users has been on this node since before `instant`.
    func hasSession(of users: [UserID], openedBefore instant: Instant) -> Bool
}
