import HTTPCore
import Primitives

extension Verb {
    static let blobs = [
        Verb(
            "blobs", nil, nil, "Lists where pictures and files are; with --users, whose they are.",
            [
                Option("--users", nil, "the hundred users who have put most there"),
                Option("--largest", nil, "the hundred largest ones"),
            ] + adminOptions, run: listBlobs),
        Verb(
            "blob", "remove", "SHA256", "Deletes a picture or file; SHA256 is in its address and in blobs --largest.",
            [Option("--yes", nil, "do not ask")] + adminOptions, run: removeBlob),
    ]

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
