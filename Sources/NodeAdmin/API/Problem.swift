public import DBProxy
public import HTTPCore
public import Primitives

/// Why a request was not done: what stands in the envelope of every error.
public struct Problem: Error {
    /// A kind of problem that programs tell apart by its code.
    public struct Kind: Sendable, Hashable {
        public let status: HTTPStatus
        public let code: String
        /// For `openapi.json`.
        public let summary: String

        public init(_ status: HTTPStatus, _ code: String, _ summary: String) {
            self.status = status
            self.code = code
            self.summary = summary
        }
    }

    public let kind: Kind
    public let message: String
    public var details: [(String, JSON)] = []
    /// The value of `WWW-Authenticate` (RFC 6750, section 3).
    var challenge: String?
    var retryAfterSeconds: Int?
    /// Nothing was changed, so the same request may be made again under the same key.
    var isRepeatable = false

    public init(_ kind: Kind, _ message: String, details: [(String, JSON)] = []) {
        self.kind = kind
        self.message = message
        self.details = details
    }

    public init(_ error: DatabaseError) {
        switch error {
        case .unavailable, .overloaded:
            self.init(.databaseUnavailable, "the database does not answer: nothing was changed, try again later")
            retryAfterSeconds = 1
            isRepeatable = true
        case .deadline, .connectionLost:
            self.init(.databaseUnavailable, "the database did not answer: look whether it was done, then repeat")
            retryAfterSeconds = 1
        case .refused:
            self.init(.internalError, "the database refused this; its log says why")
        case .unexpectedAnswer:
            self.init(
                .internalError, "the database gave an answer that cannot be read: look whether it was done; the log of "
                    + "the node names the statement")
        }
    }

    /// A stored answer as that of another request.
    static func rename(_ answer: JSON, to requestID: String) -> JSON {
        guard case .object(let members)? = answer["error"] else { return answer }
        return .object([
            ("error", .object(members.map { $0.0 == "request_id" ? ($0.0, .string(requestID)) : $0 }))
        ])
    }

    func json(requestID: String) -> JSON {
        .object([
            (
                "error",
                .object([
                    ("code", .string(kind.code)), ("message", .string(message)), ("details", .object(details)),
                    ("request_id", .string(requestID)),
                ])
            )
        ])
    }

    static let schema = JSONSchema.object([
        .init(
            "error",
            .object([
                .init("code", .string, "for programs"), .init("message", .string, "for people"),
                .init("details", .table(of: .anything)),
                .init("request_id", .string, "also in X-Request-ID, and in the audit of a write"),
            ]))
    ])
}

extension HTTPResponse {
    /// What HTTP itself answers, in the envelope.
    func inEnvelope(of request: HTTPRequest?) -> HTTPResponse {
        let id = RequestID.of(request)
        var response = self
        try? response.set("X-Request-ID", to: id)
        if status.rawValue >= 400 {
            let kind = Problem.Kind.of(status)
            let problem = Problem(kind, kind.summary)
            response.fill(type: "application/json", body: problem.json(requestID: id).bytes)
        }
        return response
    }
}

extension Problem.Kind {
    public static let invalid = Self(.badRequest, "invalid_request", "a parameter or the body is not as described")
    static let unauthorized = Self(.unauthorized, "unauthorized", "no token, or one that is not known")
    static let forbidden = Self(.forbidden, "forbidden", "the token lacks the scope")
    static let mediaType = Self(.unsupportedMediaType, "media_type", "the body is not application/json")
    static let tooFast = Self(.tooManyRequests, "too_fast", "more than the rate allows")
    static let tooManyTokens = Self(.tooManyRequests, "too_many_unknown_tokens", "too many unknown tokens just now")
    static let keyReused = Self(
        .conflict, "idempotency_key_reused", "the Idempotency-Key was given with another request")
    static let keyUnfinished = Self(
        .conflict, "idempotency_key_unfinished", "the first request of the key is under way, or its end is not known")
    public static let internalError = Self(.internalServerError, "internal", "a fault of the node")
    static let databaseUnavailable = Self(
        .serviceUnavailable, "database_unavailable", "the database does not answer")
    static let overloaded = Self(.serviceUnavailable, "overloaded", "too much work just now")

    /// What the server says without a handler.
    static func of(_ status: HTTPStatus) -> Self {
        switch status {
        case .notFound: Self(status, "not_found", "there is no such page")
        case .methodNotAllowed: Self(status, "method_not_allowed", "the page has other methods")
        case .contentTooLarge: Self(status, "body_too_large", "the body is too large")
        case .requestTimeout: Self(status, "too_slow", "the request came too slowly")
        case .uriTooLong: Self(status, "uri_too_long", "the path is too long")
        case .headerFieldsTooLarge: Self(status, "header_too_large", "the header is too large")
        case let status where status.rawValue >= 500: Self(status, "not_supported", "this is not spoken here")
        default: Self(status, "bad_request", "this is not HTTP/1.1 as RFC 9112 has it")
        }
    }
}
