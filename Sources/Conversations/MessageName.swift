public import TalkProtocol

/// Names a message in the whole cluster.
public struct MessageName: Hashable, Sendable, CustomStringConvertible {
    public let conversation: ConversationID
    public let id: MessageID

    public init(_ conversation: ConversationID, _ id: MessageID) {
        self.conversation = conversation
        self.id = id
    }

    /// As `talkctl trace` takes it.
    public var description: String { "\(conversation)/\(id.rawValue)" }
}
