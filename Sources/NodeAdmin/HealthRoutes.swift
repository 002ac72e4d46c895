import HTTPCore
public import HTTPServer
import Primitives

/// What probes and people ask first: is it alive, may it be used, what is it, how does it feel.
public enum HealthRoutes {
    public static func add(to service: HTTPService, _ facts: any NodeFacts) {
        // Alive as long as the loop turns; depends on nothing else.
        service.add(.get, "/healthz") { _, _, answer in answer(HTTPResponse(.ok, text: "ok\n")) }

        service.add(.get, "/readyz") { _, _, answer in
            let obstacles = facts.obstacles()
            let body = JSON.object([
                ("status", .string(obstacles.isEmpty ? "ready" : "not_ready")),
                ("reasons", .array(obstacles.map(\.json))),
                ("warnings", .array(facts.impairments().map(\.json))),
            ])
            answer(.json(obstacles.isEmpty ? .ok : .serviceUnavailable, body))
        }

        service.add(.get, "/metrics") { _, _, answer in
            answer(HTTPResponse(.ok, type: "text/plain; version=0.0.4; charset=utf-8", body: facts.metrics()))
        }

        service.add(.get, "/version") { _, _, answer in
            let version = facts.version
            answer(
                .json(.ok, .object([
                    ("version", .string(version.version)), ("node", .string(version.node)),
                    ("schema", .number(Int(version.schema))),
                ])))
        }
    }
}

/// `GET /msg_server`: where a TeamTalk client should connect (reference/protocol.md 4.1). The same names and types as
/// the original's login server, above all the port as a string: two of the clients read nothing else.
public enum DiscoveryRoute {
    public static func add(to service: HTTPService, _ facts: any NodeFacts) {
        service.add(.get, "/msg_server") { _, _, answer in
            let body: JSON =
                switch facts.assignment() {
                case .server(let host, let port):
                    .object([
                        ("code", .number(0)), ("msg", .string("")), ("priorIP", .string(host)),
                        ("backupIP", .string(host)), ("port", .string(String(port))),
                        ("msfsPrior", .string("")), ("msfsBackup", .string("")), ("discovery", .string("")),
                    ])
                case .full: .object([("code", .number(2)), ("msg", .string("负载过高"))])
                case .none: .object([("code", .number(1)), ("msg", .string("没有msg_server"))])
                }
            answer(HTTPResponse(.ok, type: "text/html;charset=utf-8", body: body.bytes))
        }
    }
}

extension Obstacle {
    fileprivate var json: JSON { .object([("code", .string(code)), ("message", .string(message))]) }
}

extension HTTPResponse {
    static func json(_ status: HTTPStatus, _ body: JSON) -> HTTPResponse {
        HTTPResponse(status, type: "application/json", body: body.bytes)
    }
}
