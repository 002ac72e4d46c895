import Primitives
import TalkProtocol

extension Verb {
    static let sessions = [
        Verb(
            "sessions", nil, nil, "Lists who is logged in, node by node.",
            [
                Option("--node", "NUMBER", "only on this node"),
                Option("--limit", "N", "at most N users of each node (default 50)"),
            ] + adminOptions, run: listSessions)
    ]

    private static func listSessions(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        let limit = try call.number("--limit", in: 1...200, default: 50)
        let node = call.has("--node") ? try call.number("--node", in: 1...65_534) : nil
        var rows: [[JSON]] = []
        var isCut = false
        for asked in try ClusterNodes(port).ask("/admin/v1/sessions?limit=\(limit)")
        where node == nil || asked.node["id"]?.integer == node {
            let page = try asked.answer.get()
            isCut = isCut || page["next_cursor"]?.text != nil
            for entry in page["items"]?.items ?? [] {
                for session in entry["sessions"]?.items ?? [] {
                    rows.append([
                        entry["user"] ?? .null, .string(asked.title), session["device"] ?? .null,
                        word(for: session["client_type"], ClientType.self),
                        word(for: session["status"], UserStatType.self), session["seconds"] ?? .null,
                    ])
                }
            }
        }
        return .list(
            ["USER", "NODE", "DEVICE", "CLIENT", "STATUS", "SECONDS"], rows,
            note: isCut ? "There are more: use a higher --limit, or the API." : nil)
    }
}
