/// A request as handlers see it.
public struct HTTPRequest: Equatable, Sendable {
    public let method: HTTPMethod
    /// As received, query included; it may hold secrets, so it is not for logs.
    public let target: String
    /// The target without its query, not decoded; `*` for the whole server.
    public let path: String
    /// The path between its slashes, decoded once. A segment may hold anything UTF-8 can express, also `..`, `/` and
    /// NUL; `HTTPRouter` never hands out such a segment as a parameter.
    public let segments: [String]
    public let query: [HTTPQueryItem]
    public let version: HTTPVersion
    public let headers: HTTPHeaders
    /// Empty until the whole request is here.
    public internal(set) var body: [UInt8] = []
    /// The client wants to send more requests; whether it may is decided with the response.
    public let keepAlive: Bool
    let framing: HTTPFraming

    /// The first query item of that name.
    public func query(_ name: String) -> String? {
        query.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// What one part of the program asks another in HTTP's words: `GET` with this target and no header. `nil`: it is
    /// no target.
    public init?(get target: String) {
        let none = HTTPHeaders()
        guard let target = try? HTTPTarget(ArraySlice(target.utf8), isOptions: false),
            let framing = try? HTTPFraming(none, version: .http11)
        else { return nil }
        method = .get
        self.target = target.text
        path = target.path
        segments = target.segments
        query = target.query
        version = .http11
        headers = none
        keepAlive = true
        self.framing = framing
    }

    init(_ line: HTTPRequestLine, _ headers: HTTPHeaders) throws(HTTPRefusal) {
        method = line.method
        target = line.target.text
        path = line.target.path
        segments = line.target.segments
        query = line.target.query
        version = line.version
        self.headers = headers
        let isLast = headers.list("connection", contains: "close")
        switch line.version {
        case .http10: keepAlive = headers.list("connection", contains: "keep-alive") && !isLast
        case .http11: keepAlive = !isLast
        }
        try HTTPFraming.checkHost(headers, authority: line.target.authority, version: line.version)
        framing = try HTTPFraming(headers, version: line.version)
    }
}
