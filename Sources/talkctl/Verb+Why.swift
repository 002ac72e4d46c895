import Primitives
import TalkProtocol

extension Verb {
    static let why = [
        Verb(
            "why", nil, "USER",
            "Says what each node believes of a user's sessions, and why; \(userReference).",
            adminOptions, run: explain)
    ]

    private static func explain(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        let user = try number(ofUser: call.subject, call)
        let logins = try port.get("/admin/v1/users/\(user)/logins")["items"]?.items ?? []
        let nodes = try ClusterNodes(port)
        let beliefs = nodes.ask("/admin/v1/presence/\(user)")
        let views = nodes.ask("/admin/v1/nodes")
        let rows = zip(beliefs, views).flatMap { belief, view -> [[JSON]] in
            guard let sessions = try? belief.answer.get()["sessions"]?.items else {
                return [[.string(belief.title), .string("does not answer")] + blanks(7)]
            }
            if sessions.isEmpty { return [[.string(belief.title), .string("nowhere")] + blanks(7)] }
            let known = (try? view.answer.get()["items"]?.items) ?? []
            return sessions.map { session in
                row(belief.title, session, logins, from: known.first { $0["id"]?.integer == session["node"]?.integer })
            }
        }
        let table = Report.list(
            ["NODE", "BELIEVES", "DEVICE", "CLIENT", "LOGIN", "SINCE", "EPOCH", "POSITION", "OF A NODE THAT IS"], rows)
        return Report(
            ([table.text] + logins.map { told($0) }).joined(separator: "\n"),
            .object([
                ("user", .number(Int(user))), ("logins", .array(logins)),
                (
                    "nodes",
                    .array(
                        zip(beliefs, views).map { belief, view in
                            .object([
                                ("node", belief.node["id"] ?? .null), ("presence", belief.json), ("nodes", view.json),
                            ])
                        })
                ),
            ]))
    }

    /// What a node believes of a session, and what it knows of the node that holds it.
    private static func row(_ title: String, _ session: JSON, _ logins: [JSON], from origin: JSON?) -> [JSON] {
        let login = logins.first {
            $0["device"]?.text == session["device"]?.text && $0["login"]?.integer == session["login"]?.integer
        }
        let isOwn = origin?["self"]?.isTrue == true
        return [
            .string(title), .string(origin?.nodeTitle ?? "node \(session["node"]?.integer ?? 0)"),
            session["device"] ?? .null, word(for: session["client_type"], ClientType.self), session["login"] ?? .null,
            login?["at"] ?? .string("an earlier login"), session["epoch"] ?? .null,
            origin?["presence"]?["position"] ?? .string(""),
            .string(origin.map { isOwn ? "this one" : "\(state(of: $0)) for \(age(of: $0))" } ?? "unknown"),
        ]
    }

    private static func told(_ login: JSON) -> String {
        "The database: the last login of class \(login["device"]?.text ?? "") is number "
            + "\(login["login"]?.integer ?? 0), at \(login["at"]?.text ?? "")."
    }
}
