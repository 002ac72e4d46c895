/// One thing that the stand-in does wrong on purpose, so that it is seen whether a client notices.
public enum Fault: Sendable, CaseIterable {
    /// Stored and acknowledged, never pushed.
    case losePush
    /// Acknowledged and pushed, never stored.
    case loseStored
    /// Acknowledged, and that is all.
    case loseAcked
    /// Stored and pushed under two ids.
    case storeTwice
    /// Not acknowledged and forgotten, so that the resend is stored as another message.
    case forgetKey
    /// An id is left out.
    case skipID
    /// Pushed to one receiver after the one that comes behind it.
    case reorderPushes
    case repeatPush
    /// The message and the next one get each other's id.
    case swapIDs
    /// The acknowledgement names another receiver.
    case wrongAck
    case corruptPush
    /// Pushed as it came, stored with another byte in it.
    case corruptStored
    /// History has the message before it in its place.
    case showAnother
    /// Unread counts are one too high.
    case wrongUnread
}

/// What the stand-in does to its clients. Messages are counted over all conversations.
public struct Behaviour: Sendable {
    public var fault: Fault?
    /// Which message it happens to, from 1.
    public var faultAt = 30
    /// Every connection is closed when these messages have been stored, and what waited to be sent is lost.
    public var dropsAt: Set<Int> = []
    /// This one is stored and pushed, but not acknowledged the first time.
    public var unackedAt: Int?
    /// The only password that is accepted, as the clients send it; `nil` for any.
    public var password: String?

    public init() {}
}
