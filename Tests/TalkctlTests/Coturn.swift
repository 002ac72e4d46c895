import Foundation
import TLS
import WaitKit

/// A coturn of its own, on a free port of this machine.
final class Coturn: Sendable {
    static let secret = "3d9f0c5a71be4286a0f7c61d2e8b9543"

    let port: UInt16
    private let folder: String
    private let process: Process

    /// - Parameters:
    ///   - more: lines for its configuration.
    ///   - identity: it speaks TLS, on the next port.
    init(
        _ more: [String] = [], relays: ClosedRange<Int> = 27_100...27_139, sealedBy identity: TLSContext.Identity? = nil
    ) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "coturn-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = UInt16.random(in: 21_000...27_000)
        let lines = [
            "listening-ip=127.0.0.1", "listening-port=\(port)", "relay-ip=127.0.0.1", "min-port=\(relays.lowerBound)",
            "max-port=\(relays.upperBound)", "realm=test", "no-cli", "no-dtls", "no-tcp-relay",
            "allow-loopback-peers", "log-file=\(folder)/log", "simple-log", "pidfile=\(folder)/pid",
            "userdb=\(folder)/db",
        ]
        let sealing = identity.map { [port] in
            ["tls-listening-port=\(port + 1)", "cert=\($0.certificate)", "pkey=\($0.key)"]
        }
        let text = (lines + (sealing ?? ["no-tls"]) + more).joined(separator: "\n") + "\n"
        try text.write(toFile: "\(folder)/conf", atomically: false, encoding: .utf8)
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/turnserver")
        process.arguments = ["-c", "\(folder)/conf"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let log = "\(folder)/log"
        try blockUntil {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return said.contains("SQLite DB connection success")
        }
    }

    deinit {
        // Not asked to end: a thread of a test may have blocked the signal for it.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
