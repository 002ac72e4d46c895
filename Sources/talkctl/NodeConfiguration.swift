import DBProxy
import Node
import Primitives
import Program
import Settings
import TLS

/// The configuration of one of the nodes: it says where their database is, and where the node itself answers.
struct NodeConfiguration {
    private static let standardPath = ".local/node1.conf"

    let path: String
    private let configuration: Configuration

    init(file: String?, environment: [String: String]) throws {
        path = file ?? environment[NodeSettings.fileVariable] ?? Self.standardPath
        let settings = environment.filter { $0.key != NodeSettings.fileVariable }
        do {
            configuration = try NodeSettings.schema.load(
                file: (path, TextFile.read(path)), environment: settings, arguments: [],
                readSecret: TextFile.readSecret)
        } catch let error as TextFile.Unreadable {
            let hint = path == Self.standardPath ? "start a cluster here with deploy/local up, or give" : "give"
            throw Failure(.usage, "\(error); \(hint) --config FILE of a node")
        } catch let error as ConfigurationError {
            throw Failure(.usage, error.description)
        }
    }

    func postgres() throws -> PostgresAddress {
        do {
            return try PostgresAddress(configuration[NodeSettings.postgres])
        } catch {
            throw Failure(.usage, "\(path): postgres.dsn is no connection string that libpq understands")
        }
    }

    /// `nil`: there is none.
    func redis() throws(TLSError) -> RedisPlace? { try RedisPlace(configuration) }

    /// What is wrong with the certificates of listeners.
    func certificateAdvice(at now: UnixTime) throws(Node.Failure) -> [CertificateAdvice] {
        try CertificateAdvice.all(configuration, at: now)
    }

    /// Whether a node could start with it here.
    func check() throws {
        do {
            try Node.check(configuration)
        } catch {
            throw Failure(.usage, "\(path): \(error)")
        }
    }

    subscript<Value>(setting: Setting<Value>) -> Value { configuration[setting] }

    /// Every setting, with where it comes from.
    var entries: [Configuration.Entry] { configuration.entries }

    var admin: HostPort { configuration[NodeSettings.adminListen] }

    /// `nil`: the node has none.
    var adminToken: String? {
        let token = configuration[NodeSettings.adminToken]
        return token.isEmpty ? nil : token
    }
}
