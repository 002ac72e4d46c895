public import TalkProtocol

/// What went wrong with the database, for the log: no data of users.
public enum DatabaseTrouble: Hashable, Sendable {
    /// The server refused a statement.
    case refused(SQLState, statement: String)
    /// No answer in time; the connection was given up.
    case noAnswer(statement: String)
    /// The answer has another shape than the statement promises: the schema is not ours.
    case unexpectedAnswer(statement: String)
    /// No connection came about, in the words of libpq and the server.
    case noConnection(String)
    /// A server was reached that is not used.
    case server(ServerRefusal)

    /// The last id of a conversation was below those of its messages, so that nobody could write; it is right now.
    case headRaised(ConversationID, from: MessageID, to: MessageID)

    /// Of what libpq says when no connection came about: where it tells of several hosts, or where in the server's
    /// source an error arose, it takes more than a line.
    init(connecting text: String) {
        // By libpq itself, which has asked for `target_session_attrs`.
        if text.contains("session is read-only") {
            self = .server(.readOnly)
        } else {
            self = .noConnection(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason is known")
        }
    }
}

extension SQLState {
    /// What it means, of those that operators meet (manual, appendix A).
    public var meaning: String {
        switch description {
        case "23505": "a key is there already"
        case "25006": "the server is read-only"
        case "40001": "transactions met"
        case "40P01": "transactions waited for each other"
        case "42P01", "42703", "42883": "the schema is not ours"
        case "53100": "the disk is full"
        case "53200": "the server has no memory"
        case "53300": "the server has too many connections"
        case "55P03": "something was locked for too long"
        case "57014": "the statement took too long"
        case "57P01", "57P02": "the server ends"
        case "57P03": "the server starts"
        case "58030": "the disk failed"
        default: "see the list of error codes in PostgreSQL's manual"
        }
    }
}
