public import TalkProtocol

/// Why a message of a program was not taken, or not stored.
public enum SendFailure: Error, Equatable, Sendable {
    /// Bytes as it travels, beyond this many.
    case tooLong(limit: Int)
    /// The user's rate has room for it after so long.
    case tooFast(Duration)
    case lost(LostSend.Reason)
}

/// Who takes the messages of programs, which have no session: under the rules and on the way of a client's message.
/// Confined to its loop.
public protocol ProgramSender: AnyObject {
    /// - Parameters:
    ///   - body: as clients write it.
    ///   - key: names this send of this user, however often it is repeated; `nil`: it is never repeated.
    ///   - completion: called once, on this loop, after the commit of the message, of this or of an earlier send with
    ///     the key.
    func send(
        _ body: [UInt8], from sender: UserID, to conversation: ConversationID, key: [UInt8]?,
        _ completion: @escaping (Result<MessageID, SendFailure>) -> Void)

    /// Takes a request from the user's rate; otherwise how long until there is one.
    func takeRequest(of user: UserID) -> Duration?

    /// The user was given an answer of so many bytes.
    func charge(_ byteCount: Int, to user: UserID)
}
