import Administration
import DBProxy
import Primitives
import TalkProtocol

extension Verb {
    static let adminOptions = Invocation.adminOptions

    static let cluster = [
        Verb(
            "nodes", nil, nil, "Lists the nodes of the cluster, as one of them sees it.", adminOptions,
            run: listNodes),
        Verb(
            "presence", nil, "USER", "Says where a user is logged in; \(userReference).",
            adminOptions, run: showPresence),
    ]

    private static func listNodes(_ call: Invocation) throws -> Report {
        let nodes = try call.adminPort().get("/admin/v1/nodes")["items"] ?? .array([])
        let table = Report.list(
            ["ID", "NAME", "STATE", "FOR", "SERVICE", "SESSIONS", "CLIENTS", "GOSSIP", "EPOCH"],
            nodes.items.map { node in
                [
                    node["id"] ?? .null, node["name"] ?? .null, .string(state(of: node)), .string(age(of: node)),
                    .string(service(of: node)), node["status"]?["sessions"] ?? .string(""),
                    node["status"]?["client_address"] ?? .string(""), node["address"] ?? .null,
                    node["epoch"] ?? .null,
                ]
            },
            note: nodes.items.first { $0["self"]?.isTrue == true }.map { "As \($0.nodeTitle) sees it." })
        return Report(table.text, nodes)
    }

    static func state(of node: JSON) -> String {
        let accusers = node["accusers"]?.items.compactMap(\.integer).map(String.init) ?? []
        let state = node["state"]?.text ?? ""
        return accusers.isEmpty ? state : "\(state) (of \(accusers.joined(separator: ", ")))"
    }

    /// How long it has been in its state.
    static func age(of node: JSON) -> String {
        guard node["self"]?.isTrue != true, let seconds = node["in_state_ms"]?.integer.map({ $0 / 1000 }) else {
            return ""
        }
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// Whether it takes clients, as far as it has said so.
    static func service(of node: JSON) -> String {
        guard let status = node["status"], status["ready"] != nil else { return "no bus" }
        if status["draining"]?.isTrue == true { return "draining" }
        return status["ready"]?.isTrue == true ? "ready" : "not ready"
    }

    private static func showPresence(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        let user = try number(ofUser: call.subject, call)
        let answer = try port.get("/admin/v1/presence/\(user)")
        let nodes = try ClusterNodes(port)
        let sessions = answer["sessions"]?.items ?? []
        if sessions.isEmpty { return Report("\(call.subject) is not logged in.", answer) }
        let table = Report.list(
            ["NODE", "DEVICE", "CLIENT", "STATUS", "LOGIN"],
            sessions.map { session in
                return [
                    .string(nodes.title(of: session["node"]?.integer ?? 0)), session["device"] ?? .null,
                    word(for: session["client_type"], ClientType.self), word(for: session["status"], UserStatType.self),
                    session["login"] ?? .null,
                ]
            })
        return Report(table.text, answer)
    }

    /// The name of a constant of the protocol; its number if it has none.
    static func word<Value: RawRepresentable>(for code: JSON?, _ type: Value.Type) -> JSON
    where Value.RawValue == UInt32 {
        guard let code else { return .null }
        return code.integer.flatMap { UInt32(exactly: $0) }.flatMap(Value.init).map { .string("\($0)") } ?? code
    }
}
