import HTTPCore
import Primitives

/// The table of routes as OpenAPI 3.1 has it.
enum OpenAPI {
    static func describe(_ routes: [Route], title: String, version: String) -> JSON {
        var paths: [(String, [(String, JSON)])] = []
        for route in routes {
            let operation = (route.method.rawValue.lowercased(), describe(route))
            if let index = paths.firstIndex(where: { $0.0 == route.path }) {
                paths[index].1.append(operation)
            } else {
                paths.append((route.path, [operation]))
            }
        }
        return .object([
            ("openapi", .string("3.1.0")),
            (
                "info",
                .object([
                    ("title", .string(title)), ("version", .string(version)),
                    ("description", .string("Times are RFC 3339 in UTC. Every answer has X-Request-ID.")),
                ])
            ),
            ("paths", .object(paths.map { ($0.0, .object($0.1)) })),
            (
                "components",
                .object([
                    ("schemas", .object([("Problem", Problem.schema.description)])),
                    (
                        "securitySchemes",
                        .object([
                            ("token", .object([("type", .string("http")), ("scheme", .string("bearer"))]))
                        ])
                    ),
                ])
            ),
        ])
    }

    private static func describe(_ route: Route) -> JSON {
        var members: [(String, JSON)] = [("summary", .string(route.summary))]
        members.append(("operationId", .string(name(of: route))))
        var parameters = route.parameters.map(\.json)
        if route.takesKey { parameters.append(key) }
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = route.body {
            members.append((
                "requestBody",
                .object([("required", .bool(true)), ("content", content("application/json", body.description))])
            ))
        }
        members.append(("responses", .object(responses(route))))
        if let scope = route.scope {
            members.append(("security", .array([.object([("token", .array([]))])])))
            members.append(("x-scope", .string(scope.rawValue)))
        } else if route.isForBots {
            members.append(("security", .array([.object([("token", .array([]))])])))
        } else {
            members.append(("security", .array([])))
        }
        return .object(members)
    }

    /// `get_users_id_sessions`.
    private static func name(of route: Route) -> String {
        let words = route.path.split { "/{}.-".contains($0) }.filter { $0 != "admin" && $0 != "bot" && $0 != "v1" }
        return ([route.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }

    private static func responses(_ route: Route) -> [(String, JSON)] {
        var responses = route.answers.map { answer in
            let content =
                switch answer.content {
                case .json(let schema): content("application/json", schema.description)
                case .text(let type): content(type.description, .object([("type", .string("string"))]))
                }
            return (
                "\(answer.status.rawValue)",
                JSON.object([("description", .string("\(answer.status.reason)")), ("content", content)])
            )
        }
        let envelope = content(
            "application/json", .object([("$ref", .string("#/components/schemas/Problem"))]))
        let kinds = Dictionary(grouping: problems(of: route), by: \.status.rawValue)
        for (status, kinds) in kinds.sorted(by: { $0.key < $1.key }) {
            let text = kinds.map { "`\($0.code)`: \($0.summary)" }.joined(separator: "; ")
            responses.append(("\(status)", .object([("description", .string(text)), ("content", envelope)])))
        }
        return responses
    }

    /// What a route says itself, and what may happen to any of its kind.
    private static func problems(of route: Route) -> [Problem.Kind] {
        var kinds = route.problems + [.of(.contentTooLarge)]
        if route.body != nil { kinds.append(.mediaType) }
        if route.takesKey { kinds += [.keyReused, .keyUnfinished] }
        if route.isForBots {
            kinds += [.invalid, .unauthorized, .tooManyTokens, .tooFast, .databaseUnavailable, .internalError]
        }
        if route.scope != nil {
            kinds += [.invalid, .unauthorized, .forbidden, .tooManyTokens, .databaseUnavailable, .internalError]
        }
        var seen: Set<Problem.Kind> = []
        return kinds.filter { seen.insert($0).inserted }
    }

    private static func content(_ type: String, _ schema: JSON) -> JSON {
        .object([(type, .object([("schema", schema)]))])
    }

    private static let key = JSON.object([
        ("name", .string("Idempotency-Key")), ("in", .string("header")), ("required", .bool(false)),
        ("description", .string("the same request under the same key within 24 hours is done once")),
        (
            "schema",
            .object([
                ("type", .string("string")), ("minLength", .number(1)), ("maxLength", .number(128)),
                ("pattern", .string("^[!-~]+$")),
            ])
        ),
    ])
}

extension Route.Parameter {
    fileprivate var json: JSON {
        .object([
            ("name", .string(name)), ("in", .string(place.rawValue)), ("required", .bool(isRequired)),
            ("description", .string(note)), ("schema", schema.description),
        ])
    }
}
