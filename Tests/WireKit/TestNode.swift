import Accounts
import Crypto
import DBProxy
import Glibc
import Log
public import Node
public import PostgresKit
import Primitives
import Settings
import Synchronization
import WaitKit

/// A node in this process on ports that the kernel chose, with a database of its own.
public final class TestNode: Sendable {
    /// Of each node, for everything on its administration port.
    public static let adminToken = "4f1d8a0c6be29375e8d04c7ab6f19352"

    public let node: Node
    public let database: TestDatabase
    private let settings: [String: String]
    private let sink: LogSink
    private let later = LaterLife()

    /// - Parameter settings: as in a configuration file, over what tests need.
    public init(_ database: TestDatabase? = nil, _ settings: [String: String] = [:]) throws {
        let database = try database ?? TestDatabase()
        self.database = database
        self.settings = settings
        let configuration = try Self.configuration(database, settings)
        sink = LogSink(
            descriptor: unsafe open("/dev/null", O_WRONLY), origin: LogOrigin(node: "test", boot: "0"), format: .json,
            level: .info, clock: TestNode.wallClock)
        let later = later
        node = try Node(configuration, log: Logger(sink), wallClock: TestNode.wallClock) { epoch in
            later.value.withLock { $0 = epoch }
        }
        try blockUntil { node.isReady }
    }

    private static func configuration(
        _ database: TestDatabase, _ settings: [String: String]
    ) throws -> Configuration {
        var values = [
            "postgres.dsn": database.connectionString, "cluster.secret": "b9c1f0d6a83e4752b9c1f0d6a83e4751",
            "client.listen": "127.0.0.1:0", "http.listen": "127.0.0.1:0", "admin.listen": "127.0.0.1:0",
            "gossip.listen": "127.0.0.1:0", "bus.listen": "127.0.0.1:0",
            "node.loops": "2", "load_test": "on", "limits.newcomers_per_address": "1000",
            "postgres.query_connections": "1", "limits.failed_logins_per_address": "1000",
            "limits.login_retry_delay": "0s", "limits.group_changes_per_second": "1000",
            "admin.token": TestNode.adminToken,
        ]
        values.merge(settings) { $1 }
        let file = values.map { "\($0.key) = \"\($0.value)\"" }.joined(separator: "\n")
        return try NodeSettings.schema.load(
            file: (path: "test", contents: file), environment: [:], arguments: [],
            readSecret: { _ throws(SecretFileError) in throw SecretFileError(reason: "no files in tests") })
    }

    /// The fields of the last lines with this event.
    public func logged(_ event: String) -> [[String: String]] {
        Logger(sink).records(after: 0).filter { $0.event == event }.map { record in
            let fields = record.fields.map { name, value in
                switch value {
                case .string(let text): (name, text)
                case .integer(let number): (name, String(number))
                default: (name, "\(value)")
                }
            }
            return Dictionary(fields) { $1 }
        }
    }

    /// As if these had been added to its configuration, and it was told to read it again.
    public func reload(_ more: [String: String]) throws {
        try node.reload(try Self.configuration(database, settings.merging(more) { $1 }))
    }

    deinit {
        node.stop()
    }

    /// Adds users with these names and the password `grapevine`; their ids start at 1.
    public func addUsers(_ names: String...) throws {
        let secret = try MD5.hex([UInt8]("grapevine".utf8).rawBytes)
        let password = try PasswordHash(of: secret, cost: .loadTest).stored
        for name in names {
            try database.execute(
                """
                insert into account (name, nick, password, stamp)
                values ('\(name)', '\(name)', '\(password)', next_stamp())
                """)
        }
    }

    /// The epoch of a later life of this node that is in the cluster.
    public var laterEpoch: UInt64? { later.value.withLock { $0 } }

    /// The value of a metric, its labels as they are printed.
    public func metric(_ name: String) throws -> Int {
        for line in node.metrics().split(separator: "\n") where line.hasPrefix(name + " ") {
            if let value = Double(line.dropFirst(name.utf8.count + 1)) { return Int(value) }
        }
        throw TalkClient.Unexpected(description: "there is no metric \(name)")
    }

    @Sendable private static func wallClock() -> UnixTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

private final class LaterLife: Sendable {
    let value = Mutex<UInt64?>(nil)
}
