import DBProxy
public import HTTPCore
public import Primitives

/// A request that is as its route wants it, and the way back.
public struct Call {
    /// What becomes of a request.
    public enum Reply {
        case json(HTTPStatus, JSON)
        case page(HTTPResponse)
        case problem(Problem)
    }

    /// Parameters of path and query by name.
    private let values: [String: JSON]
    /// `.null` where the route takes none.
    public let body: JSON
    /// Who asks; `nil` where nobody need say it.
    var caller: Authority.Identity?
    /// To be called once.
    let send: (Reply) -> Void

    init(values: [String: JSON], body: JSON, send: @escaping (Reply) -> Void) {
        self.values = values
        self.body = body
        self.send = send
    }

    /// The same call with another way back.
    func replying(_ send: @escaping (Reply) -> Void) -> Call {
        var call = Call(values: values, body: body, send: send)
        call.caller = caller
        return call
    }

    public func text(_ name: String) -> String? { values[name]?.text }

    public func number(_ name: String) -> Int? { values[name]?.integer }

    /// A name in the body, as it is stored.
    func name(_ member: String = "name") -> String? { body[member]?.text?.inNormalForm }

    /// An id in the path.
    func id(_ name: String = "id") -> UInt32 { UInt32(clamping: number(name) ?? 0) }

    /// Nothing is to be done.
    var isDryRun: Bool { values["dry_run"]?.isTrue == true }

    var limit: Int { number("limit") ?? 50 }

    // MARK: Answers

    public func answer(_ json: JSON, _ status: HTTPStatus = .ok) {
        send(.json(status, json))
    }

    public func fail(_ kind: Problem.Kind, _ message: String, details: [(String, JSON)] = []) {
        send(.problem(Problem(kind, message, details: details)))
    }

    /// Asks the database, and says so if that fails.
    func ask<Value>(
        _ question: (@escaping Database.Completion<Value>) -> Void, then body: @escaping (Value) -> Void
    ) {
        question { result in
            switch result {
            case .success(let value): body(value)
            case .failure(let error): send(.problem(Problem(error)))
            }
        }
    }

    /// A list that is always whole.
    func answer<Item>(_ items: [Item], _ json: (Item) -> JSON) {
        answer(.object([("items", .array(items.map(json))), ("next_cursor", .null)]))
    }

    /// A page of a list, from one item more than fit into it.
    func answer<Item>(_ found: [Item], _ json: (Item) -> JSON, cursor: (Item) -> String) {
        let items = found.prefix(limit)
        let next = found.count > limit ? items.last.map { JSON.string(cursor($0)) } : nil
        answer(.object([("items", .array(items.map(json))), ("next_cursor", next ?? .null)]))
    }
}

extension Call {
    /// Checks a request against its route.
    init(
        _ request: HTTPRequest, _ path: HTTPPathParameters, _ route: Route, send: @escaping (Reply) -> Void
    ) throws(Problem) {
        var values: [String: JSON] = [:]
        for parameter in route.parameters where parameter.place == .path {
            values[parameter.name] = try parameter.read(path[parameter.name])
        }
        for item in request.query {
            let known = route.parameters.filter { $0.place == .query }
            guard let parameter = known.first(where: { $0.name.utf8.elementsEqual(item.name.utf8) }) else {
                let names = known.map(\.name).joined(separator: ", ")
                throw Problem(
                    .invalid, known.isEmpty ? "this page takes no parameters in its query"
                        : "a parameter of the query is unknown; there are: \(names)",
                    details: [("parameter", .string(String(item.name.prefix(64))))])
            }
            guard values[parameter.name] == nil else { throw parameter.problem("is given twice") }
            values[parameter.name] = try parameter.read(item.value)
        }
        self.init(values: values, body: try Self.body(of: request, route), send: send)
    }

    private static func body(of request: HTTPRequest, _ route: Route) throws(Problem) -> JSON {
        guard let schema = route.body else {
            if request.body.isEmpty { return .null }
            throw Problem(.invalid, "this page takes no body")
        }
        // Some clients name no type; none names another one by mistake.
        if let type = request.headers["content-type"], !type.isJSON {
            throw Problem(.mediaType, "the body must be application/json")
        }
        guard let body = JSON(reading: request.body) else {
            throw Problem(.invalid, "the body is no JSON, or has a number that is not whole")
        }
        if let flaw = schema.flaw(in: body) {
            throw Problem(
                .invalid, flaw.place.isEmpty ? "the body \(flaw.text)" : "\(flaw.place) \(flaw.text)",
                details: [("field", .string(flaw.place))])
        }
        return body
    }
}

extension Route.Parameter {
    fileprivate func read(_ text: String) throws(Problem) -> JSON {
        let value: JSON
        switch schema {
        case .integer: value = Int(text).flatMap { "\($0)" == text ? .number($0) : nil } ?? .string(text)
        case .bool: value = text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        default: value = .string(text)
        }
        if let flaw = schema.flaw(in: value) { throw problem(flaw.text) }
        return value
    }

    fileprivate func problem(_ text: String) -> Problem {
        if let complaint { return Problem(complaint.kind, complaint.text) }
        return Problem(.invalid, "\(name) \(text)", details: [("parameter", .string(name))])
    }
}

extension String {
    /// `application/json`, whatever its parameters.
    fileprivate var isJSON: Bool {
        split(separator: ";").first?.filter { $0 != " " }.lowercased() == "application/json"
    }
}

extension Call.Reply {
    /// - Parameter id: of the request.
    func response(_ id: String) -> HTTPResponse {
        var response: HTTPResponse
        switch self {
        case .json(let status, let json): response = .json(status, json)
        case .page(let page): response = page
        case .problem(let problem):
            response = .json(problem.kind.status, problem.json(requestID: id))
            if let challenge = problem.challenge { try? response.set("WWW-Authenticate", to: challenge) }
            if let seconds = problem.retryAfterSeconds { try? response.set("Retry-After", to: "\(seconds)") }
        }
        try? response.set("X-Request-ID", to: id)
        // Answers are of this moment and of this caller.
        response.set("Cache-Control", "no-store")
        return response
    }
}
