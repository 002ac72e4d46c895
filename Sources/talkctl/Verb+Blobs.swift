import HTTPCore
import Primitives
import Settings

extension Verb {
    private static let pollInterval: Duration = .seconds(1)

    static let blobs = [
        Verb(
            "blobs", nil, nil, "Lists where pictures and files are; with --users, whose they are.",
            [
                Option("--users", nil, "the hundred users who have put most there"),
                Option("--largest", nil, "the hundred largest ones"),
            ] + adminOptions, run: listBlobs),
        Verb(
            "blobs", "move", nil,
            "Moves all pictures and files to where media.store puts new ones, while they are served.",
            [
                Option("--to", "STORE", "directory or s3"),
                Option("--rate", "SIZE", "bytes per second of each node, such as 50MiB (default: 20MiB)"),
                Option("--no-wait", nil, "do not wait until it is done"),
                Option("--stop", nil, "stop it; what has moved stays where it is"),
            ] + adminOptions, run: moveBlobs),
        Verb(
            "blob", "remove", "SHA256", "Deletes a picture or file; SHA256 is in its address and in blobs --largest.",
            [Option("--yes", nil, "do not ask")] + adminOptions, run: removeBlob),
    ]

    private static func moveBlobs(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        if call.has("--stop") {
            return Report("The move is stopped.", try port.ask(.delete, "/admin/v1/blobs/moves"))
        }
        let target = try call.required("--to")
        let text = call.value("--rate") ?? "20MiB"
        guard let rate = ByteSize(setting: text), rate.bytes > 0 else {
            throw call.verb.misuse("--rate \(text): expected a size with its unit, such as 50MiB")
        }
        let running = try port.get("/admin/v1/blobs/moves")["items"]?.items.first
        // Who asks again watches what is under way.
        if running?["state"]?.text != "running" || running?["to"]?.text != target {
            let body: JSON = .object([("to", .string(target)), ("bytes_per_second", .number(rate.bytes))])
            let begun = try port.ask(.post, "/admin/v1/blobs/moves", body)
            if call.has("--no-wait") { return Report("The move to \(target) has begun.", begun) }
        }
        while true {
            guard let move = try port.get("/admin/v1/blobs/moves")["items"]?.items.first else {
                throw Failure(.failed, "the node knows of no move any more")
            }
            let count = { (name: String) in move[name]?.integer ?? 0 }
            let state = "\(count("moved")) moved, \(count("moved_bytes")) bytes; \(count("left")) left, "
                + "\(count("left_bytes")) bytes; \(count("failed")) attempts failed"
            switch move["state"]?.text {
            case "done": return Report("All pictures and files lie in \(target): \(state).", move)
            case "stopped": throw Failure(.failed, "somebody has stopped the move: \(state)")
            default:
                call.console.showProgress(state)
                call.console.wait(pollInterval)
            }
        }
    }

    private static func removeBlob(_ call: Invocation) throws -> Report {
        guard call.subject.utf8.count == 64, call.subject.allSatisfy(\.isHexDigit) else {
            throw call.verb.misuse("'\(call.subject)' is no SHA-256: it has 64 hexadecimal digits")
        }
        try call.confirm("The picture or file \(call.subject) will be deleted for ever.")
        let answer = try call.adminPort().ask(.delete, "/admin/v1/blobs/all/\(call.subject)")
        return Report("\(call.subject) is deleted; within hours no disk has it.", answer)
    }

    private static func listLargest(_ port: AdminPort) throws -> Report {
        let names = ["digest", "bytes", "kind", "user", "copies", "expires_at"]
        let rows = (try port.get("/admin/v1/blobs/all")["items"]?.items ?? []).map { blob in
            names.map { blob[$0] ?? .null }
        }
        return .list(["SHA256", "BYTES", "KIND", "USER", "COPIES", "EXPIRES"], rows)
    }

    private static func listBlobs(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
        if call.has("--largest") { return try listLargest(port) }
        if call.has("--users") {
            let page = try port.get("/admin/v1/blobs/users")
            let rows = (page["items"]?.items ?? []).map { user in
                [user["name"] ?? .null, user["user_id"] ?? .null, user["kind"] ?? .null, user["files"] ?? .null,
                    user["bytes"] ?? .null]
            }
            return .list(["USER", "NUMBER", "KIND", "FILES", "BYTES"], rows)
        }
        let page = try port.get("/admin/v1/blobs/stores")
        let stores = page["items"]?.items ?? []
        let rows = stores.map { store -> [JSON] in
            [
                store["node"] ?? .null,
                .string("\(store["host"]?.text ?? ""):\(store["port"]?.integer ?? 0)"),
                .string(store["is_lost"]?.isTrue == true ? "lost" : "there"), store["seconds_unseen"] ?? .null,
                store["copies"] ?? .null, store["bytes"] ?? .null,
            ]
        }
        return .list(
            ["NODE", "ADDRESS", "STATE", "UNSEEN", "COPIES", "BYTES"], rows,
            note: stores.isEmpty ? "No node has a media.folder." : nil)
    }
}
