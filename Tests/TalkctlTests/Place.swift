import FoundationEssentials
import PostgresKit
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
        try """
            postgres.dsn = "\(database.connectionString)"
            cluster.secret = b9c1f0d6a83e4752b9c1f0d6a83e4751
            admin.listen = \(admin)
            admin.token = \(TestNode.adminToken)
            """.write(toFile: file, atomically: false, encoding: .utf8)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: file)
    }

    /// Adds lines to the configuration.
    func append(_ lines: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try (text + "\n" + lines).write(toFile: file, atomically: false, encoding: .utf8)
    }

    func run(_ line: String, typing: [String] = []) -> Talkctl.Result {
        var typed = typing
        var console = Console(environment: ["GRAPEVINE_CONFIG": file])
        console.readLine = { typed.isEmpty ? nil : typed.removeFirst() }
        if !typing.isEmpty { console.ask = { _ in typed.isEmpty ? nil : typed.removeFirst() } }
        return Talkctl.run(line.split(separator: " ").map(String.init), console)
    }
}
