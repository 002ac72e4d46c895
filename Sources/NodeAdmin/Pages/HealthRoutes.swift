import HTTPCore
public import HTTPServer
import Primitives
import Reactor

/// What probes and people ask first: is it alive, may it be used, what is it, how does it feel.
public enum HealthRoutes {
    public static func all(_ facts: any NodeFacts) -> [Route] {
        var readiness = Route(
            .get, "/readyz", "Whether the node takes users", scope: nil, gives: Obstacle.page
        ) { call in
            call.answer(Obstacle.page(facts), facts.obstacles().isEmpty ? .ok : .serviceUnavailable)
        }
        readiness.answers.append((.serviceUnavailable, .json(Obstacle.page)))
        return [
            Route(
                .get, "/admin/v1/readiness", "What keeps a node from taking users, as its /readyz says it",
                scope: .read, gives: Obstacle.page
            ) { $0.answer(Obstacle.page(facts)) }.ofOneNode(),
            // Alive as long as the loop turns; depends on nothing else.
            Route("/healthz", "Whether the node is alive", text: "text/plain; charset=utf-8") { call in
                call.send(.page(HTTPResponse(.ok, text: "ok\n")))
            },
            readiness,
            Route("/metrics", "Figures for Prometheus", text: metricsType) { call in
                call.send(.page(HTTPResponse(.ok, type: metricsType, body: facts.scrape())))
            },
            Route(
                .get, "/version", "What runs here", scope: nil,
                gives: .object([.init("version", .string), .init("node", .string), .init("schema", .count)])
            ) { call in
                let version = facts.version
                call.answer(
                    .object([
                        ("version", .string(version.version)), ("node", .string(version.node)),
                        ("schema", .number(Int(version.schema))),
                    ]))
            },
        ]
    }

    private static let metricsType: StaticString = "text/plain; version=0.0.4; charset=utf-8"
}

/// `/msg_server`: where a TeamTalk client should connect. The same names and types as the
/// original's login server, above all the port as a string: two of the clients read nothing else. And asked as that
/// one: by GET or POST, and by every path that begins so.
public enum ServerLookupRoute {
    /// Of the original.
    private static let longestRequest = 1024

    /// - Parameter url: of the public port, as clients reach it; empty: however they did.
    public static func add(to service: HTTPService, _ facts: any NodeFacts, at url: String) {
        let handler: HTTPService.PeerHandler = { request, _, peer, answer in
            let caller = LookupCaller(host: request.headers["host"], peer)
            let base = url.isEmpty ? caller.url(ifKnownTo: facts) : url
            let media = facts.mediaURL(isLocal: caller.isLocal)
            let body: JSON =
                switch facts.assignment(isLocal: caller.isLocal) {
                case .server(let host, let port):
                    .object([
                        ("code", .number(0)), ("msg", .string("")), ("priorIP", .string(host)),
                        ("backupIP", .string(host)), ("port", .string(String(port))),
                        ("msfsPrior", .string(media)), ("msfsBackup", .string(media)),
                        ("discovery", .string("\(base)/api/discovery")),
                    ])
                case .full: .object([("code", .number(2)), ("msg", .string("负载过高"))])
                case .none: .object([("code", .number(1)), ("msg", .string("没有msg_server"))])
                case .local:
                    .object([("code", .number(1)), ("msg", .string("没有msg_server: client.advertise is needed"))])
                }
            answer(HTTPResponse(.ok, type: "text/html;charset=utf-8", body: body.bytes))
        }
        for method in [HTTPMethod.get, .post] {
            service.add(method, "/msg_server*", bodyLimit: longestRequest, handler)
        }
    }
}

/// Who asks where to connect, and by which name of this machine.
struct LookupCaller {
    /// It is on this machine, or asks through something that makes the port one of its own. The name by which it asks
    /// says so, for behind a reverse proxy of this machine everybody comes from there; without one, the address does.
    let isLocal: Bool
    private let host: String?
    private let name: String

    /// - Parameter host: with a port, as in the header `Host`.
    init(host: String?, _ peer: SocketAddress) {
        self.host = host
        name = Self.name(in: host ?? "")
        isLocal = name.isEmpty ? peer.isLoopback : Self.isLoopback(name)
    }

    /// Without the port, and without brackets.
    static func name(in host: String) -> String {
        let bytes = host.utf8
        let end = bytes.first == UInt8(ascii: "[")
            ? bytes.firstIndex(of: UInt8(ascii: "]")) : bytes.lastIndex(of: UInt8(ascii: ":"))
        return String(Substring(bytes[..<(end ?? bytes.endIndex)].drop { $0 == UInt8(ascii: "[") }))
    }

    /// A name that only this machine has for itself, and every other one too.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || SocketAddress(numeric: host, port: 0)?.isLoopback == true
    }

    /// A name that somebody made up leads into no link.
    func url(ifKnownTo facts: any NodeFacts) -> String {
        guard let host, Self.isLoopback(name) || name == facts.clientHost else { return facts.publicURL }
        return "http://\(host)"
    }
}

extension Obstacle {
    fileprivate static let page = JSONSchema.object([
        .init("status", .choice(["ready", "not_ready"])), .init("reasons", .list(of: schema)),
        .init("warnings", .list(of: schema), "what works less well, without being a reason to stay away"),
    ])
    private static let schema = JSONSchema.object([.init("code", .string), .init("message", .string)])

    fileprivate static func page(_ facts: any NodeFacts) -> JSON {
        let obstacles = facts.obstacles()
        return .object([
            ("status", .string(obstacles.isEmpty ? "ready" : "not_ready")),
            ("reasons", .array(obstacles.map(\.json))), ("warnings", .array(facts.impairments().map(\.json))),
        ])
    }

    private var json: JSON { .object([("code", .string(code)), ("message", .string(message))]) }
}

extension HTTPResponse {
    static func json(_ status: HTTPStatus, _ body: JSON) -> HTTPResponse {
        HTTPResponse(status, type: "application/json", body: body.bytes)
    }
}
