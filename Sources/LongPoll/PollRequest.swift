public import HTTPCore

/// What a client asks for with a request for `/poll`. The article of this module has the table.
public enum PollRequest: Equatable, Sendable {
    case open
    case turn(PollName, PollTurn)

    /// In requests of sessions that are there.
    public static let field = "poll-session"
    /// Enough for a hundred years at full speed, and far from where sums overflow.
    private static let maxDigits = 18

    /// Whose request this is, before its body is here; `nil` for one that opens a session, or is none.
    public static func name(in request: HTTPRequest) -> PollName? {
        let names = request.headers.values(of: field)
        return names.count == 1 ? PollName(names[0]) : nil
    }

    /// - Parameter request: whole, with its body.
    public init(_ request: HTTPRequest) throws(PollRefusal) {
        let number = try Self.integer("number", of: request)
        let received = try Self.integer("received", of: request)
        guard !request.headers.values(of: Self.field).isEmpty else {
            guard number == nil, received == nil, request.body.isEmpty else { throw .namelessTurn }
            self = .open
            return
        }
        guard let name = Self.name(in: request) else { throw .noName }
        guard number != nil || received != nil else { throw .emptyTurn }
        guard number != 0 else { throw .notAnInteger }
        guard number != nil || request.body.isEmpty else { throw .unnumberedUpload }
        self = .turn(name, PollTurn(number: number, received: received))
    }

    private static func integer(_ name: String, of request: HTTPRequest) throws(PollRefusal) -> UInt64? {
        let values = request.query.filter { $0.name == name }.map(\.value)
        guard let text = values.first else { return nil }
        guard values.count == 1, !text.isEmpty, text.utf8.count <= maxDigits,
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let value = UInt64(text)
        else { throw .notAnInteger }
        return value
    }
}

/// Why a request for `/poll` is not heard by any session, for people.
public enum PollRefusal: String, Error, Sendable {
    case namelessTurn = "a request without Poll-Session opens a session: no body, no number, no received"
    case noName = "Poll-Session is one name of 32 hexadecimal digits"
    case notAnInteger = "number, from 1 on, and received are decimal integers, each given once"
    case emptyTurn = "a request of a session has number, received or both"
    case unnumberedUpload = "a request with packets has a number"
    case foreignPage = "this page may not connect: see client.origins"
    case busy = "nobody is taken now: ask /msg_server for another node"
}

/// One request of a session: an upload if it has a number, a question for packets if it says what it has received.
public struct PollTurn: Equatable, Sendable {
    public let number: UInt64?
    public let received: UInt64?

    public init(number: UInt64? = nil, received: UInt64? = nil) {
        self.number = number
        self.received = received
    }
}
