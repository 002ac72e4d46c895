/// A conversation as requests and answers name it: by a type, and by an id that means something else to each of a pair.
extension ConversationID {
    public var sessionType: SessionType {
        switch kind {
        case .pair: .single
        case .group: .group
        }
    }

    /// What `user` calls the conversation: the other one, or the group.
    public func sessionID(for user: UserID) -> UInt32 {
        switch kind {
        case .pair: peer(of: user)?.rawValue ?? 0
        case .group(let group): group.rawValue
        }
    }
}
