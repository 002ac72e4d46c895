public import Primitives

/// What all loops of a run are doing. They enter each stage together, when the last one is done with the one before.
public enum Stage: Equatable, Sendable {
    /// Clients log in.
    case joining
    /// Groups are created, and it is asked where each conversation begins.
    case preparing
    /// Messages are sent, or connections are held.
    case sending(from: Instant)
    /// Nothing new is sent; what was sent is waited for.
    case draining
    /// Histories and unread counts are compared with what was seen.
    case verifying
    case finished

    var isSending: Bool {
        if case .sending = self { true } else { false }
    }

    public var name: String {
        switch self {
        case .joining: "logging in"
        case .preparing: "preparing"
        case .sending: "running"
        case .draining: "draining"
        case .verifying: "verifying"
        case .finished: "finished"
        }
    }
}

/// Why a run could not be done.
public enum RunFailure: Error, Equatable, Sendable {
    /// No server answered.
    case unreachable(String)
    case failed(String)

    public var reason: String {
        switch self {
        case .unreachable(let reason), .failed(let reason): reason
        }
    }
}
