import HTTPCore
import Primitives

extension Verb {
    static let outbox = [
        Verb(
            "outbox", nil, nil, "Says who is told of messages while he is away, and what waits or was given up.",
            adminOptions, run: showChannels),
        Verb(
            "outbox", "list", nil, "Lists notifications and events, the latest first, and why they did not leave.",
            [
                Option("--state", "STATE", "only those: waiting, sent, withdrawn or given_up"),
                Option("--channel", "CHANNEL", "only those: apns, android, browsers or webhooks"),
                Option("--user", "NUMBER", "only those for devices of this user"),
            ] + adminOptions, run: listOutbox),
        Verb(
            "outbox", "replay", nil, "Tries again what was given up: all of it, or what --id or --channel says.",
            [
                Option("--id", "NUMBER", "this one; outbox list has the numbers"),
                Option("--channel", "CHANNEL", "only those: apns, android, browsers or webhooks"),
                Option("--yes", nil, "do not ask"),
            ] + adminOptions, run: replayOutbox),
    ]

    private static func showChannels(_ call: Invocation) throws -> Report {
        let names = ["channel", "seconds_unserved", "waiting", "oldest_seconds", "sent", "withdrawn", "given_up"]
        let channels = try call.adminPort().get("/admin/v1/outbox/channels")["items"]?.items ?? []
        let isServed = channels.contains { $0["seconds_unserved"]?.integer != nil }
        return .list(
            ["CHANNEL", "UNSERVED", "WAITING", "OLDEST", "SENT", "WITHDRAWN", "GIVEN UP"],
            channels.map { channel in names.map { channel[$0] ?? .null } },
            note: isServed ? nil : "Nobody serves any of them: start push-server, and users who are away are told.")
    }

    private static func listOutbox(_ call: Invocation) throws -> Report {
        var query = ["limit=200"]
        for name in ["state", "channel", "user"] {
            if let value = call.value("--" + name) { query.append("\(name)=\(AdminPort.segment(value))") }
        }
        let names = ["id", "channel", "state", "attempts", "user", "conversation", "message", "answer"]
        let page = try call.adminPort().get("/admin/v1/outbox?" + query.joined(separator: "&"))
        let rows = (page["items"]?.items ?? []).map { entry in names.map { entry[$0] ?? .null } }
        return .list(
            ["ID", "CHANNEL", "STATE", "TRIES", "USER", "CONVERSATION", "MESSAGE", "ANSWER"], rows,
            note: page["next_cursor"]?.text == nil ? nil : "These are the latest 200; there are more.")
    }

    private static func replayOutbox(_ call: Invocation) throws -> Report {
        var members: [(String, JSON)] = []
        if let text = call.value("--id") {
            guard let id = Int(text), id > 0 else { throw call.verb.misuse("--id \(text): expected a number") }
            members.append(("id", .number(id)))
        }
        if let channel = call.value("--channel") { members.append(("channel", .string(channel))) }
        let port = try call.adminPort()
        let trial = try port.ask(.post, "/admin/v1/outbox/replay?dry_run=true", .object(members))
        let count = trial["replayed"]?.integer ?? 0
        guard count > 0 else { return Report("Nothing of that was given up.", trial) }
        try call.confirm("\(count) will be tried again.")
        let answer = try port.ask(.post, "/admin/v1/outbox/replay", .object(members))
        return Report("\(answer["replayed"]?.integer ?? 0) are tried again.", answer)
    }
}
