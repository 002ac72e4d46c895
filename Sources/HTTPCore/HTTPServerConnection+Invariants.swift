import Primitives

extension HTTPServerConnection {
    /// For tests: what is not as it must be between two inputs, if anything.
    public borrowing func checkInvariants() -> String? {
        if unreadStart < 0 || unreadStart > unread.count { return "\(unreadStart) of \(unread.count) bytes are read" }
        let hasRequest =
            switch state {
            case .deciding, .readingBody, .takingPart, .answering: true
            case .waiting, .readingHead, .sending, .flushing, .finishing, .lingering, .closed, .handedOver: false
            }
        if hasRequest != (request != nil) { return "\(state), and the request is \(hasRequest ? "gone" : "kept")" }
        let waitsForPeer =
            switch state {
            case .waiting, .readingHead, .readingBody, .lingering: true
            case .deciding, .takingPart, .answering, .sending, .flushing, .finishing, .closed, .handedOver: false
            }
        if state != .handedOver, waitsForPeer != (deadline != .never) { return "\(state), due at \(deadline)" }
        if (content.remaining > 0) != (state == .sending), state != .closed, state != .finishing {
            return "\(content.remaining) bytes of an answer to come, while it is \(state)"
        }
        return served > limits.requestsPerConnection ? "\(served) requests are served" : nil
    }
}
