import Primitives

extension Verb {
    static let blobs = [
        Verb(
            "blobs", nil, nil, "Lists where pictures and files are; with --users, whose they are.",
            [Option("--users", nil, "the hundred users who have put most there")] + adminOptions, run: listBlobs)
    ]

    private static func listBlobs(_ call: Invocation) throws -> Report {
        let port = try call.adminPort()
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
