public import DBProxy

/// A send that was taken and is not stored. Its sender gets no answer, as the protocol has none, so that it must be
/// told here.
public struct LostSend: Sendable {
    public enum Reason: String, CaseIterable, Sendable {
        /// More waits for the database than may.
        case queueFull = "queue_full"
        /// It has waited and was tried for as long as a send may be.
        case timedOut = "timed_out"
        /// The database refused it, or the call for it failed again and again.
        case databaseFailed = "database_failed"
        /// Its sender is no member, or has left.
        case notAllowed = "not_allowed"
        /// There is no such user, or no such group.
        case noReceiver = "no_receiver"
        /// The conversation has no more ids.
        case idsUsedUp = "ids_used_up"
        /// The service that reviews messages did not accept it, or could not be asked.
        case refusedByReview = "refused_by_review"
    }

    public let send: Send
    public let byteCount: Int
    public let reason: Reason
    /// In the words of the database, if it refused.
    public let state: SQLState?

    public init(_ send: Send, byteCount: Int, because reason: Reason, _ state: SQLState? = nil) {
        self.send = send
        self.byteCount = byteCount
        self.reason = reason
        self.state = state
    }
}
