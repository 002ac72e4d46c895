/// Why a session has ended, with the close code that a WebSocket would have got.
public enum PollEnding: UInt16, CaseIterable, Sendable {
    case loggedOut = 1000
    case badPacket = 1002
    case tooFast = 1008
    case drained = 1012
    case busy = 1013
    case kicked = 4001
    case silent = 4002
    case loginRefused = 4003
    /// It left more unread than is kept.
    case slowReader = 4004

    var reason: String {
        switch self {
        case .loggedOut: "logged_out"
        case .badPacket: "bad_packet"
        case .tooFast: "too_fast"
        case .drained: "drained"
        case .busy: "busy"
        case .kicked: "kicked"
        case .silent: "silent"
        case .loginRefused: "login_refused"
        case .slowReader: "slow_reader"
        }
    }

    /// When the client may try again, where another time or place is all that it takes.
    var retryAfterSeconds: Int? {
        switch self {
        case .drained: 1
        case .busy: 5
        case .loggedOut, .badPacket, .tooFast, .kicked, .silent, .loginRefused, .slowReader: nil
        }
    }
}
