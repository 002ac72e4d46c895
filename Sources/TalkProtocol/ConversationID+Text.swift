/// A conversation as people and programs name it: `g5` for group 5, `1,2` for what users 1 and 2 write to each other.
extension ConversationID: LosslessStringConvertible {
    /// The users of a pair in any order.
    public init?(_ description: String) {
        func number(_ text: Substring) -> UInt32? {
            guard let number = UInt32(text), number > 0, number <= Int32.max, "\(number)" == text else { return nil }
            return number
        }
        if description.hasPrefix("g") {
            guard let group = number(description.dropFirst()) else { return nil }
            self = .group(GroupID(group))
            return
        }
        let parts = description.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let one = number(parts[0]), let other = number(parts[1]),
            let pair = ConversationID.pair(UserID(one), UserID(other))
        else { return nil }
        self = pair
    }

    public var description: String {
        switch kind {
        case .group(let group): "g\(group.rawValue)"
        case .pair(let one, let other): "\(one.rawValue),\(other.rawValue)"
        }
    }
}
