/// Which handler answers which method on which path, and the answers of HTTP itself where there is none: 404, 405
/// with `Allow`, OPTIONS (RFC 9110, sections 9.3.7 and 15.5.6).
///
/// `X-HTTP-Method-Override` and its like are ignored: what a proxy has checked is the method it saw.
public struct HTTPRouter<Handler: Sendable>: Sendable {
    public enum Outcome {
        /// HEAD finds the handler of GET; the connection leaves the content out.
        case found(Handler, HTTPPathParameters)
        /// There is nothing to call. The body is empty, so that each face can say it in its own words.
        case answer(HTTPResponse)
    }

    private struct Route {
        let method: HTTPMethod
        let pattern: HTTPPathPattern
        let handler: Handler
    }

    /// By their segments: a page has a hundred files, and each request finds its own at once.
    private var literals: [[String]: [Route]] = [:]
    /// With parameters or a star; the more exact ones first.
    private var patterns: [Route] = []

    public init() {}

    /// - Parameters:
    ///   - method: OPTIONS is answered by the router itself where nobody adds it.
    ///   - pattern: see `HTTPPathPattern`.
    public mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
        precondition(method != .head, "\(method.rawValue) is answered by the router itself")
        let route = Route(method: method, pattern: HTTPPathPattern(pattern), handler: handler)
        let rivals = route.pattern.literal.map { literals[$0] ?? [] } ?? patterns
        precondition(
            !rivals.contains { $0.method == method && $0.pattern.shape == route.pattern.shape },
            "\(method.rawValue) \(pattern) has a handler already")
        if let segments = route.pattern.literal {
            literals[segments, default: []].append(route)
        } else {
            let index = patterns.firstIndex { route.pattern.precedes($0.pattern) } ?? patterns.endIndex
            patterns.insert(route, at: index)
        }
    }

    public func route(_ request: HTTPRequest) -> Outcome {
        // "*" is the server as a whole; the parser lets only OPTIONS ask for it.
        if request.path == "*" {
            let all = literals.values.joined().map(\.method) + patterns.map(\.method)
            return .answer(Self.answer(.noContent, allowing: all))
        }
        let method = request.method == .head ? .get : request.method
        var others: [HTTPMethod] = []
        for routes in [literals[request.segments] ?? [], patterns] {
            for route in routes {
                guard let parameters = route.pattern.match(request.segments) else { continue }
                if route.method == method { return .found(route.handler, parameters) }
                others.append(route.method)
            }
        }
        if others.isEmpty { return .answer(HTTPResponse(.notFound)) }
        return .answer(Self.answer(method == .options ? .noContent : .methodNotAllowed, allowing: others))
    }

    private static func answer(_ status: HTTPStatus, allowing methods: [HTTPMethod]) -> HTTPResponse {
        var names = Set(methods.map(\.rawValue))
        names.insert(HTTPMethod.options.rawValue)
        if names.contains(HTTPMethod.get.rawValue) { names.insert(HTTPMethod.head.rawValue) }
        var response = HTTPResponse(status)
        response.allow(names.sorted())
        return response
    }
}
