public import Primitives
public import TalkProtocol

/// What a delivery asks the database. Each is answered once, by the input that it names.
public enum DeliveryRequest: Sendable {
    /// The messages of the last `seconds` that were stored after a login with the horizon `since`: `openingAnswered`.
    case recent(ConversationID, seconds: Int64, since: Int64)
    /// Messages that must be pushed, and for a group all who are or were in it: `holeRead` or `holeFailed`.
    case hole(ConversationID, ClosedRange<MessageID>)
    /// Messages that other nodes may know nothing of, as `hole`: `untoldRead`.
    case untold(ConversationID, ClosedRange<MessageID>)
    /// The messages of the last `seconds` in conversations to which appends were given up, each with the horizon of its
    /// users' logins, and those of the last `untold` seconds with none: `unansweredCame`.
    case unanswered(
        [(conversation: ConversationID, horizon: Int64)], seconds: Int64, untold: Int64, askedAt: Instant)
    /// Whom a message of a group is for: `membersCame`.
    ///
    /// - Parameter version: of the list under which it was accepted; `nil` if that is not known, as with a message that
    ///   was stored by an earlier send.
    case members(GroupID, version: UInt32?, MessageID)
    /// Conversations of these users, each with the horizon of his login, that have messages of the last `seconds`:
    /// `searched`.
    case search(MissedSearch.ID, [(user: UserID, horizon: Int64)], seconds: Int64)
}
