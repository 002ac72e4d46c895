public import HTTPCore

/// What a token may do. None includes another.
public enum Scope: String, CaseIterable, Sendable {
    /// See everything but secrets.
    case read
    /// Change users, groups and departments.
    case write
    /// Change how nodes run.
    case ops
    /// Read what users write to each other; each reading is in the audit.
    case messages
}

/// A page of the API: what it takes, what it gives, and who may ask. The table of these serves the requests and is
/// `openapi.json`.
public struct Route {
    /// A parameter in the path or the query.
    public struct Parameter: Sendable {
        enum Place: String, Sendable {
            case path
            case query
        }

        let place: Place
        let name: String
        let schema: JSONSchema
        let isRequired: Bool
        let note: String
        /// What is said of a bad value in place of the usual.
        var complaint: (kind: Problem.Kind, text: String)?

        public static func path(_ name: String, _ schema: JSONSchema, _ note: String) -> Parameter {
            Parameter(place: .path, name: name, schema: schema, isRequired: true, note: note)
        }

        public static func query(_ name: String, _ schema: JSONSchema, _ note: String) -> Parameter {
            Parameter(place: .query, name: name, schema: schema, isRequired: false, note: note)
        }
    }

    enum Content {
        case json(JSONSchema)
        /// Of this media type.
        case text(StaticString)
    }

    let method: HTTPMethod
    /// As in `HTTPPathPattern`.
    let path: String
    let summary: String
    /// `nil`: anybody.
    let scope: Scope?
    private(set) var parameters: [Parameter]
    var body: JSONSchema?
    /// By status.
    var answers: [(status: HTTPStatus, content: Content)]
    /// Besides those that follow from the rest.
    var problems: [Problem.Kind]
    /// Takes `dry_run`.
    let isDestructive: Bool
    /// What it says only one node knows; `node` in the query says which.
    private(set) var isOfOneNode = false
    /// Who asks is a bot, and no token of the administration lets anybody in.
    private(set) var isForBots = false
    /// What it answers is kept nowhere, so that it cannot be told again.
    private(set) var givesSecret = false
    /// Noted before it is done, with the name of who asks.
    private(set) var isAudited: Bool
    let handler: (Call) -> Void

    /// - Parameters:
    ///   - gives: what the answer 200 holds, or 201 where something is made.
    ///   - handler: must answer once, at once or later, on its loop.
    public init(
        _ method: HTTPMethod, _ path: String, _ summary: String, scope: Scope?, _ parameters: [Parameter] = [],
        takes body: JSONSchema? = nil, isDestructive: Bool = false, gives answer: JSONSchema,
        as status: HTTPStatus = .ok, problems: [Problem.Kind] = [], _ handler: @escaping (Call) -> Void
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.scope = scope
        self.parameters = parameters
        self.body = body
        self.isDestructive = isDestructive
        isAudited = method != .get
        answers = [(status, .json(answer))]
        self.problems = problems
        self.handler = handler
        if isDestructive { self.parameters.append(Self.dryRun) }
    }

    /// A page of text.
    init(_ path: String, _ summary: String, text type: StaticString, _ handler: @escaping (Call) -> Void) {
        self.init(.get, path, summary, scope: nil, gives: .anything, handler)
        answers = [(.ok, .text(type))]
    }

    /// The same page, but any node is asked for any other's.
    func ofOneNode() -> Route {
        precondition(!isAudited, "what is audited is done by the node that is asked")
        var route = self
        route.isOfOneNode = true
        route.parameters.append(
            .query(Self.node, .integer(1...65_534), "number of the node to ask; this one if not given"))
        route.problems += [.nodeUnreachable, .overloaded]
        return route
    }

    static let node = "node"

    /// A reading that is noted like a write.
    func audited() -> Route {
        var route = self
        route.isAudited = true
        return route
    }

    func forBots() -> Route {
        var route = self
        route.isForBots = true
        return route
    }

    func givingSecret() -> Route {
        var route = self
        route.givesSecret = true
        return route
    }

    /// Only POST: the other methods do the same when they are repeated (RFC 9110, section 9.2.2).
    var takesKey: Bool { method == .post && !isForBots && !givesSecret }

    private static let dryRun = Parameter.query("dry_run", .bool, "true: say what would be done, and do nothing")
}

extension [Route.Parameter] {
    /// Of pages of lists.
    static let paging: [Route.Parameter] = [
        .query("limit", .integer(1...200), "items of a page; 50 if not given"),
        .query("cursor", .plain(1...1024), "`next_cursor` of the page before"),
    ]
}
