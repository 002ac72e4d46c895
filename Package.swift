// swift-tools-version: 6.3
// Grapevine has no package dependencies: the toolchain, libpq, hiredis and OpenSSL are all it needs.
// The order of this file is the order of the layers: a module may depend only on what stands above it here.
// Tests/TidyTests checks the same rule on the imports of every file.

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableExperimentalFeature("Lifetimes"),
    // bench/README.md, "Release build settings", has the measurement behind this flag.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func benchmark(_ name: String, _ path: String, uses dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func kit(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

func tests(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "grapevine",
    targets: [
        // System: C headers only.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq"),
        .systemLibrary(name: "CRedis"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl"),

        // The files of the pages, embedded.
        .target(name: "CFace", exclude: ["admin", "chat", "shared"]),

        // Runtime: the machine.
        module("Primitives"),
        module("Settings", uses: ["Primitives"]),
        module("Barcode"),
        module("Metrics", uses: ["Primitives"]),
        module("Log", uses: ["Primitives"]),
        module("HTTPCore", uses: ["Primitives"]),
        module("Crypto", uses: ["COpenSSL", "Primitives"]),
        module("TLS", uses: ["COpenSSL", "Primitives"]),
        module("Reactor", uses: ["CLinux", "Primitives", "TLS"]),
        module("Program", uses: ["Primitives", "Settings"]),
        module("HTTPServer", uses: ["HTTPCore", "Primitives", "Reactor", "TLS"]),
        module("HTTPClient", uses: ["HTTPCore", "Primitives", "Reactor", "TLS"]),
        module("WebSocket", uses: ["Crypto", "HTTPCore", "Primitives"]),
        module("LongPoll", uses: ["HTTPCore", "Primitives"]),

        // Wire: bytes.
        module("Protobuf", uses: ["Primitives"]),
        module("TalkProtocol", uses: ["Crypto", "Primitives", "Protobuf"]),
        module("ServerLookup", uses: ["HTTPClient", "HTTPCore", "Primitives", "Reactor"]),

        // Files: what is too large for a row.
        module("Blobs", uses: ["Crypto", "Primitives", "Reactor"]),
        module("S3", uses: ["Blobs", "Crypto", "HTTPCore", "Primitives", "Reactor", "TLS"]),

        // Data: the only importer of libpq and hiredis.
        module(
            "DBProxy",
            uses: ["Blobs", "CPostgres", "CRedis", "Crypto", "Primitives", "Reactor", "TLS", "TalkProtocol"]),

        // Cluster: nodes, where users are, and copies of files.
        module("Replication", uses: ["Blobs", "DBProxy", "Primitives", "Reactor", "S3", "TLS", "TalkProtocol"]),
        module("Membership", uses: ["Crypto", "Primitives"]),
        module("Presence", uses: ["Membership", "Primitives", "TalkProtocol"]),
        module("TopicBus", uses: ["Crypto", "Membership", "Primitives"]),
        module(
            "Cluster",
            uses: ["Membership", "Metrics", "Presence", "Primitives", "Reactor", "TalkProtocol", "TopicBus"]),

        // Domain: the rules.
        module("Accounts", uses: ["Crypto", "DBProxy", "Primitives", "Reactor", "TalkProtocol"]),
        module("Directory", uses: ["DBProxy", "Primitives", "TalkProtocol"]),
        module("Media", uses: ["Blobs", "Primitives"]),
        module("Outbox", uses: ["Crypto", "DBProxy", "Primitives", "Reactor", "TalkProtocol"]),
        module("Conversations", uses: ["Crypto", "DBProxy", "Metrics", "Primitives", "Reactor", "TalkProtocol"]),
        module(
            "Administration",
            uses: ["Accounts", "Crypto", "DBProxy", "Directory", "Outbox", "Primitives", "Reactor", "TalkProtocol"]),

        // Edge: wire in, wire out, limits.
        module(
            "ClientGateway",
            uses: [
                "Accounts", "Cluster", "Conversations", "Crypto", "DBProxy", "Directory", "HTTPCore", "HTTPServer",
                "Log", "LongPoll", "Membership", "Metrics", "Presence", "Primitives", "Protobuf", "Reactor", "TLS",
                "TalkProtocol", "TopicBus", "WebSocket",
            ]),
        module(
            "FileGateway",
            uses: [
                "Blobs", "Crypto", "DBProxy", "HTTPCore", "HTTPServer", "Primitives", "Protobuf", "Reactor",
                "Replication", "TLS", "TalkProtocol",
            ]),
        module("MediaGateway", uses: ["Blobs", "HTTPCore", "HTTPServer", "Media", "Primitives", "Reactor"]),

        module(
            "NodeAdmin",
            uses: [
                "Administration", "Barcode", "Blobs", "CFace", "Conversations", "Crypto", "DBProxy", "Directory",
                "HTTPCore", "HTTPServer", "Log", "Primitives", "Reactor", "TalkProtocol",
            ]),

        // Node: configuration and wiring.
        module(
            "Node",
            uses: [
                "Accounts", "Blobs", "ClientGateway", "Cluster", "Conversations", "Crypto", "DBProxy", "Directory",
                "FileGateway", "HTTPClient", "HTTPCore", "HTTPServer", "Log", "Media", "MediaGateway", "Membership",
                "Metrics", "NodeAdmin", "Outbox", "Presence", "Primitives", "Reactor", "Replication", "S3", "Settings",
                "TLS", "TalkProtocol", "TopicBus", "WebSocket",
            ]),

        // The other side of the wire: a module of its own, so that tests can run what the program runs.
        module(
            "LoadBench",
            uses: [
                "CLinux", "Crypto", "Primitives", "Protobuf", "Reactor", "ServerLookup", "Settings", "TLS",
                "TalkProtocol", "WebSocket",
            ]),

        // Programs.
        .executableTarget(
            name: "load-bench", dependencies: ["LoadBench", "Primitives", "Settings", "TalkProtocol"],
            swiftSettings: settings),
        .executableTarget(
            name: "msg-server",
            dependencies: ["DBProxy", "Log", "Node", "Primitives", "Program", "Reactor", "Settings"],
            swiftSettings: settings),
        .executableTarget(
            name: "talkctl",
            dependencies: [
                "Administration", "ClientGateway", "Crypto", "DBProxy", "HTTPClient", "HTTPCore", "Node", "Primitives",
                "Program", "Reactor", "Settings", "TLS", "TalkProtocol",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "talk",
            dependencies: [
                "Crypto", "HTTPClient", "HTTPCore", "Primitives", "Program", "Protobuf", "Reactor", "ServerLookup",
                "Settings", "TLS", "TalkProtocol",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "push-server",
            dependencies: [
                "Crypto", "DBProxy", "HTTPClient", "HTTPCore", "HTTPServer", "Log", "Metrics", "Outbox", "Primitives",
                "Program", "Reactor", "Settings", "TLS", "TalkProtocol",
            ],
            swiftSettings: settings),
        .executableTarget(name: "proto-gen", dependencies: ["Protobuf"], swiftSettings: settings),

        // Test kits: not shipped.
        kit("WaitKit", uses: []),
        kit("SocketKit", uses: ["Reactor", "Primitives", "TLS"]),
        kit("TLSKit", uses: ["COpenSSL", "TLS"]),
        kit(
            "ClusterSimulator",
            uses: [
                "ClientGateway", "Cluster", "Conversations", "DBProxy", "Membership", "Presence", "Primitives",
                "Protobuf", "TalkProtocol", "TopicBus",
            ]),
        kit("StandIn", uses: ["Primitives", "Protobuf", "Reactor", "TalkProtocol"]),
        kit("PostgresKit", uses: ["CPostgres", "DBProxy", "Reactor", "WaitKit"]),
        kit("S3Kit", uses: ["S3"]),

        // Answers the protobuf conformance runner; see deploy/conformance.
        .executableTarget(
            name: "protobuf-conformance", dependencies: ["Primitives", "Protobuf"], path: "Tests/ProtobufConformance",
            exclude: ["failures.txt"], swiftSettings: settings),
        // Answers Autobahn's suite; see deploy/websocket-conformance.
        .executableTarget(
            name: "websocket-echo", dependencies: ["HTTPCore", "HTTPServer", "Primitives", "Reactor", "WebSocket"],
            path: "Tests/WebSocketEcho", swiftSettings: settings),
        kit(
            "WireKit",
            uses: [
                "Accounts", "Crypto", "DBProxy", "Log", "Node", "PostgresKit", "Primitives", "Protobuf", "Reactor",
                "Settings", "SocketKit", "TLS", "TalkProtocol", "WaitKit", "WebSocket",
            ]),

        // Benchmarks: run by hand, see bench/README.md.
        benchmark("echo-server-swift", "bench/echo/server-swift", uses: ["Reactor", "Primitives"]),
        benchmark(
            "presence-bench", "bench/presence/map",
            uses: ["ClientGateway", "DBProxy", "Membership", "Presence", "Primitives", "TalkProtocol"]),
        benchmark("cluster-seeds", "bench/cluster/seeds", uses: ["ClusterSimulator"]),
        benchmark("cluster-figures", "bench/cluster/figures", uses: ["ClusterSimulator", "Membership", "Primitives"]),
        benchmark(
            "bus-bench", "bench/cluster/bus/swift",
            uses: ["Cluster", "Crypto", "Membership", "Metrics", "Presence", "Primitives", "Reactor", "TopicBus"]),
        benchmark("stand-in-server", "bench/load/stand-in", uses: ["Reactor", "StandIn"]),

        .target(name: "AllocationCounter", path: "bench/allocations/counter"),
        benchmark("relay-allocations", "bench/allocations/relay", uses: ["AllocationCounter", "Primitives", "Reactor"]),

        tests("TidyTests"),
        tests("PrimitivesTests", uses: ["Primitives"]),
        tests("CryptoTests", uses: ["Crypto", "Primitives"]),
        tests("SettingsTests", uses: ["Settings"]),
        tests("ProgramTests", uses: ["Program", "Settings"]),
        tests("MetricsTests", uses: ["Metrics", "Primitives"]),
        tests("LogTests", uses: ["Log", "Primitives"]),
        tests("HTTPCoreTests", uses: ["HTTPCore", "Primitives"]),
        tests(
            "MediaGatewayTests",
            uses: [
                "Blobs", "HTTPCore", "HTTPServer", "Media", "MediaGateway", "Primitives", "Reactor", "SocketKit",
                "WaitKit",
            ]),
        tests("MediaTests", uses: ["Blobs", "Media", "Primitives"]),
        tests("MembershipTests", uses: ["ClusterSimulator", "Membership", "Primitives"]),
        tests("TopicBusTests", uses: ["Membership", "Primitives", "TopicBus"]),
        tests(
            "ClusterTests",
            uses: [
                "Cluster", "ClusterSimulator", "Conversations", "DBProxy", "Membership", "PostgresKit", "Presence",
                "Primitives", "TalkProtocol", "TopicBus",
            ]),
        tests("PresenceTests", uses: ["Membership", "Presence", "Primitives", "TalkProtocol"]),
        tests("TLSTests", uses: ["Primitives", "TLS", "TLSKit"]),
        tests("ReactorTests", uses: ["Reactor", "Primitives", "SocketKit", "TLS", "TLSKit", "WaitKit"]),
        tests("ProtobufTests", uses: ["Protobuf", "Primitives"]),
        tests("ProtoGenTests", uses: ["proto-gen"]),
        tests(
            "LoadBenchTests",
            uses: [
                "Crypto", "LoadBench", "Primitives", "Protobuf", "Reactor", "Settings", "StandIn", "TalkProtocol",
                "WaitKit", "load-bench",
            ]),
        tests(
            "HTTPServerTests",
            uses: ["HTTPCore", "HTTPServer", "Primitives", "Reactor", "SocketKit", "TLS", "TLSKit", "WaitKit"]),
        tests(
            "ReplicationTests",
            uses: [
                "Blobs", "Crypto", "DBProxy", "PostgresKit", "Primitives", "Reactor", "Replication", "S3", "S3Kit",
                "TLS", "TalkProtocol", "WaitKit",
            ]),
        tests("FileGatewayTests", uses: ["Blobs", "Crypto", "FileGateway", "Primitives", "Reactor", "TalkProtocol"]),
        tests("BlobsTests", uses: ["Blobs", "Crypto", "Primitives", "Reactor", "WaitKit"]),
        tests(
            "S3Tests", uses: ["Blobs", "HTTPCore", "Primitives", "Reactor", "S3", "S3Kit", "TLS", "WaitKit"]),
        tests("WebSocketTests", uses: ["HTTPCore", "Primitives", "WebSocket"]),
        tests("BarcodeTests", uses: ["Barcode"]),
        tests("LongPollTests", uses: ["HTTPCore", "LongPoll", "Primitives"]),
        tests("HTTPClientTests", uses: ["HTTPClient", "HTTPCore", "HTTPServer", "Primitives", "Reactor"]),
        tests(
            "DBProxyTests",
            uses: [
                "Blobs", "Crypto", "DBProxy", "PostgresKit", "Primitives", "Reactor", "TLS", "TLSKit", "TalkProtocol",
                "WaitKit",
            ]),
        tests("ConversationsTests", uses: ["Conversations", "DBProxy", "Primitives", "TalkProtocol"]),
        tests(
            "ClientGatewayTests",
            uses: [
                "ClientGateway", "Conversations", "DBProxy", "Membership", "Presence", "Primitives", "Protobuf",
                "Reactor", "TalkProtocol", "TopicBus", "WebSocket",
            ]),
        tests("DirectoryTests", uses: ["DBProxy", "Directory", "TalkProtocol"]),
        tests("OutboxTests", uses: ["Crypto", "DBProxy", "Outbox", "Primitives", "Reactor", "TalkProtocol"]),
        tests(
            "AccountsTests",
            uses: ["Accounts", "DBProxy", "PostgresKit", "Primitives", "Reactor", "TalkProtocol", "WaitKit"]),
        tests(
            "AdministrationTests",
            uses: ["Accounts", "Administration", "Crypto", "DBProxy", "PostgresKit", "Primitives", "TalkProtocol"]),
        tests(
            "TalkctlTests",
            uses: [
                "ClientGateway", "Crypto", "Node", "PostgresKit", "Primitives", "Program", "Reactor", "S3Kit",
                "Settings", "SocketKit", "TLS", "TLSKit", "TalkProtocol", "WaitKit", "WireKit", "talkctl",
            ]),
        tests(
            "TalkTests",
            uses: [
                "Crypto", "Node", "Primitives", "Protobuf", "Reactor", "ServerLookup", "Settings", "TLS",
                "TLSKit", "TalkProtocol", "WaitKit", "WireKit", "talk",
            ]),
        tests(
            "NodeTests",
            uses: [
                "Accounts", "Administration", "ClientGateway", "Cluster", "Conversations", "Crypto", "DBProxy",
                "HTTPClient", "HTTPCore", "LoadBench", "Log", "Membership", "Metrics", "Node", "NodeAdmin",
                "PostgresKit", "Primitives", "Program", "Protobuf", "Reactor", "S3Kit", "Settings", "SocketKit", "TLS",
                "TLSKit", "TalkProtocol", "WaitKit", "WebSocket", "WireKit",
            ]),
        tests(
            "NodeAdminTests",
            uses: ["DBProxy", "HTTPCore", "Log", "NodeAdmin", "Primitives", "Reactor", "TalkProtocol"]),
        tests(
            "PushServerTests",
            uses: [
                "DBProxy", "HTTPClient", "HTTPCore", "Log", "Metrics", "Node", "Outbox", "PostgresKit", "Primitives",
                "Program", "Reactor", "Settings", "SocketKit", "TLS", "TalkProtocol", "WaitKit", "WireKit",
                "push-server",
            ]),
        tests("MsgServerTests", uses: ["PostgresKit", "Reactor", "SocketKit", "msg-server"]),
        tests("TalkProtocolTests", uses: ["Crypto", "Primitives", "Protobuf", "TalkProtocol"]),
    ]
)
