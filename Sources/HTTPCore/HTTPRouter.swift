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

    /// The more exact ones first.
    private var routes: [Route] = []

    public init() {}

    /// - Parameters:
    ///   - pattern: see `HTTPPathPattern`.
    public mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
        precondition(method != .head && method != .options, "\(method.rawValue) is answered by the router itself")
        let route = Route(method: method, pattern: HTTPPathPattern(pattern), handler: handler)
        precondition(
            !routes.contains { $0.method == method && $0.pattern.shape == route.pattern.shape },
            "\(method.rawValue) \(pattern) has a handler already")
        let index = routes.firstIndex { route.pattern.precedes($0.pattern) } ?? routes.endIndex
        routes.insert(route, at: index)
    }

    public func route(_ request: HTTPRequest) -> Outcome {
        // "*" is the server as a whole; the parser lets only OPTIONS ask for it.
        if request.path == "*" { return .answer(Self.answer(.noContent, allowing: routes.map(\.method))) }
        let matching = routes.compactMap { route in
            route.pattern.match(request.segments).map { (route: route, parameters: $0) }
        }
        guard !matching.isEmpty else { return .answer(HTTPResponse(.notFound)) }
        let method = request.method == .head ? .get : request.method
        if let match = matching.first(where: { $0.route.method == method }) {
            return .found(match.route.handler, match.parameters)
        }
        let status: HTTPStatus = method == .options ? .noContent : .methodNotAllowed
        return .answer(Self.answer(status, allowing: matching.map(\.route.method)))
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
