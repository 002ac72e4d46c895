/// Why a database call gave no answer. Carries no data of users: the server's message text stays in the log of the
/// database itself.
public enum DatabaseError: Error, Equatable, Sendable {
    /// No connection, and none came before the deadline: nothing was executed.
    case unavailable
    /// The queue of calls is full: nothing was executed.
    case overloaded
    /// No answer in time. The call may have been executed.
    case deadline
    /// The connection broke while the call was under way. It may have been executed.
    case connectionLost
    /// The server refused it; it was not executed.
    case refused(SQLState)
    /// The answer has another shape than the statement promises: a bug, or a schema that is not ours. It was executed.
    case unexpectedAnswer

    /// Whether the call may have changed something although it failed.
    public var outcomeIsUnknown: Bool {
        switch self {
        case .deadline, .connectionLost, .unexpectedAnswer: true
        case .unavailable, .overloaded, .refused: false
        }
    }

    /// What the server said, if it said something.
    public var state: SQLState? {
        if case .refused(let state) = self { state } else { nil }
    }

    /// Somebody held a row's lock for longer than `lock_timeout`.
    public var isLockTimeout: Bool { self == .refused(SQLState("55P03")) }

    /// What was to be stored under a key is there already.
    public var isDuplicate: Bool { self == .refused(SQLState("23505")) }

    /// What a caller that has time left should do (DBProxy.docc/DBProxy.md).
    public var remedy: SQLState.Remedy {
        switch self {
        case .unavailable, .deadline, .connectionLost: .reconnect
        case .overloaded, .unexpectedAnswer: .giveUp
        case .refused(let state): state.remedy
        }
    }
}

/// The five characters by which PostgreSQL classifies an error (manual, appendix A).
public struct SQLState: Hashable, Sendable, CustomStringConvertible {
    /// What helps.
    public enum Remedy: Sendable {
        /// Serialisation failure or deadlock, or somebody else has just made what was not there when the call began
        /// and was therefore not locked: the same again, at once.
        case retryNow
        /// Lock or statement timeout: the same once more.
        case retryOnce
        /// The server is going down, starting, read-only, full or gone: a new connection, the same again in time.
        case reconnect
        /// Nothing does.
        case giveUp
    }

    private let code: [UInt8]

    public init(_ code: [UInt8]) {
        self.code = code
    }

    public init(_ code: StaticString) {
        self.init(Array(code.description.utf8))
    }

    public var description: String { String(decoding: code, as: UTF8.self) }

    public var remedy: Remedy {
        switch description {
        case "40001", "40P01", "23505": .retryNow
        case "55P03", "57014": .retryOnce
        // Shutdown, crash, start-up; read-only after a failover; too many connections; disk full and I/O error.
        case "57P01", "57P02", "57P03", "25006", "53300", "53100", "58030": .reconnect
        case let state where state.hasPrefix("08"): .reconnect
        default: .giveUp
        }
    }

    /// The connection itself is of no more use after these.
    var endsConnection: Bool { remedy == .reconnect }
}
