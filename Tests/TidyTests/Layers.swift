/// Who stands on whom: the table of CONTRIBUTING.md, lowest row first. A module may import what stands in a lower row.
///
/// A layer has two rows where one of its modules is built on another.
enum Layers {
    struct Row: Sendable {
        let layer: String
        let modules: [String]
    }

    static let rows = [
        Row(layer: "system", modules: ["CFace", "CLinux", "CPostgres", "CRedis", "COpenSSL"]),
        Row(layer: "base", modules: ["Primitives"]),
        Row(layer: "runtime", modules: ["TLS"]),
        Row(layer: "runtime", modules: ["Reactor", "Barcode", "HTTPCore", "Crypto", "Metrics", "Log", "Settings"]),
        Row(layer: "runtime", modules: ["HTTPClient", "HTTPServer", "LongPoll", "Program", "WebSocket"]),
        Row(layer: "wire", modules: ["Protobuf"]),
        Row(layer: "wire", modules: ["ServerLookup", "TalkProtocol"]),
        Row(layer: "data", modules: ["Blobs"]),
        Row(layer: "data", modules: ["S3"]),
        Row(layer: "data", modules: ["DBProxy"]),
        Row(layer: "cluster", modules: ["Membership", "Replication"]),
        Row(layer: "cluster", modules: ["Presence", "TopicBus"]),
        Row(layer: "cluster", modules: ["Cluster"]),
        Row(layer: "domain", modules: ["Accounts", "Conversations", "Directory", "Media", "Outbox"]),
        Row(layer: "domain", modules: ["Administration"]),
        Row(layer: "edge", modules: ["ClientGateway", "LoadBench", "FileGateway", "MediaGateway", "NodeAdmin"]),
        Row(layer: "node", modules: ["Node"]),
        Row(layer: "programs", modules: ["msg-server", "talkctl", "load-bench", "talk", "push-server", "proto-gen"]),
    ]

    /// C libraries that have one owner: everybody else goes through it.
    static let owners = [
        "CPostgres": ["DBProxy"], "CRedis": ["DBProxy"], "COpenSSL": ["Crypto", "TLS"],
        "CFace": ["NodeAdmin"], "CLinux": ["LoadBench", "Reactor"],
    ]

    /// What the toolchain brings. `Foundation` has a rule of its own.
    static let toolchain: Set = [
        "Swift", "Synchronization", "Glibc", "Testing", "Dispatch", "Foundation", "FoundationEssentials",
        "PackageDescription",
    ]

    /// Foundation costs megabytes and locks: programs that run for a moment may have it, and tests; and who sends to
    /// services that speak nothing but HTTP/2, which it brings.
    static let foundationUsers: Set = ["proto-gen", "push-server"]

    static func row(of module: String) -> Int? { rows.firstIndex { $0.modules.contains(module) } }

    static func layer(of module: String) -> String? { row(of: module).map { rows[$0].layer } }

    static func isProgram(_ target: String) -> Bool { layer(of: target) == "programs" }
}
