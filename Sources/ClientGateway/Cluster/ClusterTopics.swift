public import TopicBus

/// What nodes say to each other about chats. Numbers below 16 are the cluster's own.
extension Topic {
    /// A committed message, for the delivery cursor of its conversation. Key: the conversation.
    public static let message = Topic(rawValue: 16)
    /// A packet for sessions of some users. Key: the first user.
    static let users = Topic(rawValue: 17)
    /// Packets for all sessions, or for those of PCs.
    static let broadcast = Topic(rawValue: 18)
    /// A session of a user must end. Key: the user.
    static let kick = Topic(rawValue: 19)
    /// A node is to let go of its clients, or to take them again.
    static let drain = Topic(rawValue: 21)
    /// Measures the way: u8 question or answer, u64 the asking node's clock.
    static let echo = Topic(rawValue: 20)
    /// What an administrator asks another node: u16 asking loop, question. Key: names it among those of the loop.
    static let question = Topic(rawValue: 22)
    /// Its answer: u16 asking loop, answer. Key: that of the question.
    static let answer = Topic(rawValue: 23)
    /// What call desks say to each other: `CallWord`. Key: the number of the call.
    public static let call = Topic(rawValue: 24)
}
