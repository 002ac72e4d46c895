import TalkProtocol

extension Delivery {
    /// For tests: what is not as it must be between two calls, if anything.
    public func checkInvariants() -> String? {
        let held = openings.values.reduce(0) { $0 + $1.heldBytes }
        if held != openingBytes { return "openings hold \(held) bytes, \(openingBytes) are counted" }
        for (conversation, opening) in openings {
            if table.cursors[conversation] != nil { return "\(conversation) has a cursor and an opening" }
            if opening.first.rawValue > opening.head.rawValue &+ 1 {
                return "the opening of \(conversation) ends before it begins"
            }
        }
        for (conversation, cursor) in table.cursors {
            if let broken = cursor.checkInvariants() { return "\(conversation): \(broken)" }
            if !cursor.isIdle, !holes.contains(conversation) { return "nobody looks at the hole of \(conversation)" }
        }
        for conversation in unforwarded where !unanswered.contains(conversation) && openings[conversation] == nil {
            if !holes.contains(conversation) { return "nothing of \(conversation) is left to be told" }
        }
        if unanswered.count > UnansweredAppends.capacity { return "\(unanswered.count) conversations are watched" }
        if groups.count > MemberLists.capacity { return "the members of \(groups.count) groups are kept" }
        return kept.checkInvariants()
    }
}
