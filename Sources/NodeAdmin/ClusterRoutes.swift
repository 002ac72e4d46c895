import HTTPCore
public import HTTPServer
import Primitives

/// The cluster as this node sees it: for operators, and for whoever wants to know why.
public enum ClusterRoutes {
    public static func add(to service: HTTPService, _ facts: any ClusterFacts) {
        service.add(.get, "/admin/v1/nodes") { _, _, answer in
            answer(.json(.ok, .object([("items", .array(facts.nodes().map(\.json)))])))
        }

        // By number or by name.
        service.add(.get, "/admin/v1/nodes/{id}") { _, parameters, answer in
            let id = parameters["id"]
            guard let node = facts.nodes().first(where: { String($0.id) == id || $0.name == id }) else {
                return answer(.failure(.notFound, "node_unknown", "this node knows no node \(id)"))
            }
            answer(.json(.ok, node.json))
        }

        service.add(.get, "/admin/v1/bus") { _, _, answer in
            answer(.json(.ok, .object([("items", .array(facts.buses().map(\.json)))])))
        }

        service.add(.get, "/admin/v1/presence/{user}") { _, parameters, answer in
            guard let user = UInt32(parameters["user"]), user > 0 else {
                return answer(.failure(.badRequest, "user_invalid", "a user is a number above 0"))
            }
            let sessions = facts.sessions(of: user)
            answer(
                .json(.ok, .object([
                    ("user", .number(Int(user))), ("sessions", .array(sessions.map(\.json))),
                ])))
        }
    }
}

extension HTTPResponse {
    /// The one form of every error (reference/product.md 4).
    static func failure(_ status: HTTPStatus, _ code: String, _ message: String) -> HTTPResponse {
        .json(status, .object([("error", .object([("code", .string(code)), ("message", .string(message))]))]))
    }
}

extension NodeRecord {
    fileprivate var json: JSON {
        .object([
            ("id", .number(id)), ("name", .string(name)), ("epoch", .number(epoch)),
            ("incarnation", .number(incarnation)), ("state", .string(state)), ("address", .string(address)),
            ("in_state_ms", .number(millisecondsInState)), ("flaps", .number(flaps)),
            ("accusers", .array(accusers.map(JSON.number))), ("self", .bool(isSelf)), ("linked", .bool(isLinked)),
            ("status", status?.json ?? .null), ("presence", presence?.json ?? .null),
        ])
    }
}

extension NodeRecord.Presence {
    fileprivate var json: JSON {
        // A number of 64 bits is not one for every reader of JSON.
        let hex = String(digest, radix: 16)
        let padded = String(repeating: "0", count: 16 - hex.count) + hex
        return .object([("sessions", .number(sessions)), ("position", .number(position)), ("digest", .string(padded))])
    }
}

extension NodeRecord.Status {
    fileprivate var json: JSON {
        .object([
            ("ready", .bool(isReady)), ("draining", .bool(isDraining)), ("sessions", .number(sessions)),
            ("client_address", .string(clientAddress)),
        ])
    }
}

extension BusRecord {
    fileprivate var json: JSON {
        .object(
            [
                ("node", .number(node)), ("epoch", .number(epoch)), ("linked", .bool(isLinked)),
                ("degraded", .bool(isDegraded)),
            ] + counters.map { ($0.0, .number($0.1)) })
    }
}

extension SessionRecord {
    fileprivate var json: JSON {
        .object([
            ("node", .number(node)), ("epoch", .number(epoch)), ("device", .string(device)),
            ("client_type", .number(clientType)), ("status", .number(status)), ("login", .number(login)),
        ])
    }
}
