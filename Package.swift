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

func tests(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
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

        // Runtime: the machine.
        module("Primitives"),
        module("Crypto", uses: ["COpenSSL", "Primitives"]),

        // Wire: bytes.
        module("Protobuf", uses: ["Primitives"]),
        module("TalkProtocol", uses: ["Crypto", "Primitives", "Protobuf"]),

        // Programs.
        .executableTarget(name: "proto-gen", dependencies: ["Protobuf"], swiftSettings: settings),

        // Answers the protobuf conformance runner; see deploy/conformance.
        .executableTarget(
            name: "protobuf-conformance", dependencies: ["Primitives", "Protobuf"], path: "Tests/ProtobufConformance",
            exclude: ["failures.txt"], swiftSettings: settings),

        tests("PrimitivesTests", uses: ["Primitives"]),
        tests("CryptoTests", uses: ["Crypto", "Primitives"]),
        tests("ProtobufTests", uses: ["Protobuf", "Primitives"]),
        tests("ProtoGenTests", uses: ["proto-gen"]),
        tests("TalkProtocolTests", uses: ["Crypto", "Primitives", "Protobuf", "TalkProtocol"]),
    ]
)
