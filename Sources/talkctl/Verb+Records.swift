import HTTPCore
import Primitives

/// What is written down: messages, who changed what, and what nodes log.
extension Verb {
    static let records = [
        Verb(
            "messages", nil, "CONVERSATION",
            "Shows what was written, the latest first; the audit says who has looked. CONVERSATION as in trace.",
            [Option("--limit", "N", "at most N messages (default 20)")] + adminOptions, run: listMessages),
        Verb(
            "audit", nil, nil, "Lists what was changed through the administration API, the latest first.",
            [
                Option("--limit", "N", "at most N changes (default 50)"),
                Option("--token", "NAME", "only those of the token of this name"),
            ] + adminOptions, run: listAudit),
        Verb(
            "calls", nil, nil, "Lists who has called whom, the latest first.",
            [
                Option("--limit", "N", "at most N calls (default 50)"),
                Option("--user", "USER", "only those from or to this user; \(userReference)"),
            ] + adminOptions, run: listCalls),
    ]

    static let nodeState = [
        Verb(
            "log-level", nil, "LEVEL", "Changes what the node that is asked logs, until it ends.", adminOptions,
            run: setLogLevel),
        Verb(
            "cache", "list", nil, "Shows what nodes remember of what is in PostgreSQL.", adminOptions, run: listCaches),
        Verb(
            "cache", "empty", "NAME", "Empties a cache of the node that is asked: credentials or group_members.",
            adminOptions, run: emptyCache),
    ]

    private static func listMessages(_ call: Invocation) throws -> Report {
        let limit = try call.number("--limit", in: 1...200, default: 20)
        let conversation = try conversation(call.subject, call)
        let messages = try call.adminPort().get("/admin/v1/conversations/\(conversation)/messages?limit=\(limit)")
        let items = messages["items"]?.items ?? []
        return Report(
            Report.list(
                ["ID", "AT", "FROM", "TEXT"],
                items.map { message in
                    let text = message["text"]?.text ?? "(\(message["type"]?.text ?? ""), not readable here)"
                    // What users write must not move the cursor.
                    let shown = String(text.map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } == true ? " " : $0 })
                    return [message["id"] ?? .null, message["at"] ?? .null, message["from"] ?? .null, .string(shown)]
                }
            ).text, .array(items))
    }

    private static func listAudit(_ call: Invocation) throws -> Report {
        let limit = try call.number("--limit", in: 1...200, default: 50)
        let token = call.value("--token").map { "&token=\(AdminPort.segment($0))" } ?? ""
        let entries = try call.adminPort().get("/admin/v1/audit?limit=\(limit)\(token)")["items"]?.items ?? []
        return .list(
            ["AT", "TOKEN", "METHOD", "PATH", "OUTCOME", "REQUEST_ID"],
            entries.map { entry in
                [
                    entry["at"] ?? .null, entry["token"] ?? .null, entry["method"] ?? .null, entry["path"] ?? .null,
                    .string(entry["outcome"]?.integer.map(String.init) ?? "not known"), entry["request_id"] ?? .null,
                ]
            })
    }

    private static func listCalls(_ call: Invocation) throws -> Report {
        let limit = try call.number("--limit", in: 1...200, default: 50)
        let user = try call.value("--user").map { "&user=\(try number(ofUser: $0, call))" } ?? ""
        let calls = try call.adminPort().get("/admin/v1/calls?limit=\(limit)\(user)")["items"]?.items ?? []
        return .list(
            ["BEGAN", "FROM", "TO", "KIND", "ANSWERED", "ENDED", "OUTCOME"],
            calls.map { item in
                [
                    item["began"] ?? .null, item["from"] ?? .null, item["to"] ?? .null,
                    .string(item["video"]?.isTrue == true ? "video" : "voice"), item["answered"] ?? .null,
                    item["ended"] ?? .null, .string(item["outcome"]?.text ?? "under way"),
                ]
            })
    }

    private static func setLogLevel(_ call: Invocation) throws -> Report {
        let answer = try call.adminPort().ask(
            .put, "/admin/v1/log-level", .object([("level", .string(call.subject))]))
        return Report("The node logs from \(answer["level"]?.text ?? "") on.", answer)
    }

    private static func listCaches(_ call: Invocation) throws -> Report {
        let items = try call.adminPort().get("/admin/v1/caches")["items"]?.items ?? []
        return .list(
            ["NAME", "ENTRIES", "CAPACITY"],
            items.map { [$0["name"] ?? .null, $0["entries"] ?? .null, $0["capacity"] ?? .null] })
    }

    private static func emptyCache(_ call: Invocation) throws -> Report {
        let answer = try call.adminPort().ask(.delete, "/admin/v1/caches/\(AdminPort.segment(call.subject))")
        return Report("The node has forgotten its \(answer["name"]?.text ?? "").", answer)
    }
}
