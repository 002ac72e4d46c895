import HTTPCore
import Primitives

/// The cluster as this node sees it: for operators, and for whoever wants to know why.
public enum ClusterRoutes {
    public static func all(_ facts: any ClusterFacts) -> [Route] {
        var user = Route.Parameter.path("user", .integer(1...Int(UInt32.max)), "number of a user")
        user.complaint = (.userInvalid, "a user is a number above 0")
        return [
            Route(
                .get, "/admin/v1/nodes", "All nodes that this one knows of", scope: .read,
                gives: .page(of: NodeRecord.schema)
            ) { $0.answer(facts.nodes(), \.json) }.ofOneNode(),
            Route(
                .get, "/admin/v1/nodes/{id}", "A node", scope: .read,
                [.path("id", .plain(1...255), "its number or its name")], gives: NodeRecord.schema,
                problems: [.nodeUnknown]
            ) { call in
                guard let node = facts.node(of: call) else { return }
                call.answer(node.json)
            },
            Route(
                .get, "/admin/v1/bus", "The connections of this node to the others", scope: .read,
                gives: .page(of: BusRecord.schema)
            ) { $0.answer(facts.buses(), \.json) }.ofOneNode(),
            Route(
                .get, "/admin/v1/presence/{user}", "Where a user is logged in, whether or not there is such a user",
                scope: .read, [user],
                gives: .object([.init("user", .count), .init("sessions", .list(of: SessionRecord.schema))]),
                problems: [.userInvalid]
            ) { call in
                let user = call.id("user")
                call.answer(
                    .object([
                        ("user", .number(Int(user))), ("sessions", .array(facts.sessions(of: user).map(\.json))),
                    ]))
            }.ofOneNode(),
        ]
    }
}

extension Problem.Kind {
    static let nodeUnknown = Self(.notFound, "node_unknown", "this node knows no such node")
    static let nodeUnreachable = Self(.conflict, "node_unreachable", "there is no way to the node now")
    fileprivate static let userInvalid = Self(.badRequest, "user_invalid", "a user is a number above 0")
}

extension NodeRecord {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .count), .init("name", .string, "empty when only its number is known"), .init("epoch", .count),
        .init("incarnation", .count), .init(
            "state", .choice(["alive", "suspect", "dead", "left", "missing", "unheard"]),
            "missing, unheard: only the database knows it, and takes it for dead or for alive"),
        .init("address", .string, "for gossip; empty when unknown"), .init("in_state_ms", .count),
        .init("flaps", .count), .init("accusers", .list(of: .count), "numbers of the nodes that accuse it"),
        .init("self", .bool), .init("linked", .bool),
        .init("status", .nullable(Status.schema), "what it says of itself; null without a link"),
        .init("presence", .nullable(Presence.schema), "what this node has of its sessions; null: nothing"),
    ])
}

extension NodeRecord.Status {
    fileprivate static let schema = JSONSchema.object([
        .init("ready", .bool), .init("draining", .bool), .init("sessions", .count),
        .init("client_address", .string, "empty while it starts"),
    ])
}

extension NodeRecord.Presence {
    fileprivate static let schema = JSONSchema.object([
        .init("sessions", .count), .init("position", .count, "number of the last change that is here"),
        .init("digest", .string, "of all its sessions; nodes that agree have the same"),
    ])
}

extension BusRecord {
    /// With its counters, by names that versions may add to.
    fileprivate static let schema = JSONSchema.table(of: .anything)
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
    static let schema = JSONSchema.object([
        .init("node", .count), .init("epoch", .count), .init("device", .choice(["pc", "mobile"])),
        .init("client_type", .count), .init("status", .count),
        .init("login", .count, "of two sessions of one device class the higher one counts"),
    ])

    var json: JSON {
        .object([
            ("node", .number(node)), ("epoch", .number(epoch)), ("device", .string(device)),
            ("client_type", .number(clientType)), ("status", .number(status)), ("login", .number(login)),
        ])
    }
}
