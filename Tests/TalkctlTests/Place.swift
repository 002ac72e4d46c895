import FoundationEssentials
import PostgresKit
import Primitives
import WireKit

@testable import talkctl

/// A database, and the configuration of a node that uses it.
final class Place: Sendable {
    let database: TestDatabase
    let file: String

    /// - Parameter admin: where the node answers; 1 is a port on which nobody listens.
    init(_ database: TestDatabase? = nil, admin: String = "127.0.0.1:1") throws {
        let database = try database ?? TestDatabase()
        self.database = database
        file = FileManager.default.temporaryDirectory.appending(path: "talkctl-\(database.name).conf").path
        try configure(
            """
            postgres.dsn = "\(database.connectionString)"
            admin.listen = \(admin)
            admin.token = \(TestNode.adminToken)
            """)
    }

    /// Writes the configuration; the secret of the cluster is in it in any case.
    func configure(_ settings: String) throws {
        try (settings + "\ncluster.secret = b9c1f0d6a83e4752b9c1f0d6a83e4751\n")
            .write(toFile: file, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: file)
    }

    /// Adds lines to the configuration.
    func append(_ lines: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try (text + "\n" + lines).write(toFile: file, atomically: false, encoding: .utf8)
    }

    /// - Parameters:
    ///   - answer: to the question whether to go on; `nil` where there is no terminal.
    ///   - path: where programs are.
    ///   - ahead: by how much the clock of this machine is.
    func run(
        _ line: String, typing: [String] = [], confirming answer: Bool? = nil, path: String = "/usr/bin:/bin",
        ahead: Duration = .zero
    ) -> Talkctl.Result {
        var typed = typing
        var console = Console(environment: ["GRAPEVINE_CONFIG": file, "PATH": path])
        console.confirm = { _ in answer }
        let clock = console.now
        console.now = { UnixTime(milliseconds: clock().milliseconds + ahead.milliseconds) }
        console.readLine = { typed.isEmpty ? nil : typed.removeFirst() }
        if !typing.isEmpty { console.ask = { _ in typed.isEmpty ? nil : typed.removeFirst() } }
        return Talkctl.run(line.split(separator: " ").map(String.init), console)
    }
}
