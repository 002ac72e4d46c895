import DBProxy
import Node
import Program
import Settings

/// The database that the nodes use, from the configuration of one of them.
enum NodeConfiguration {
    private static let variable = "GRAPEVINE_CONFIG"
    private static let standardPath = ".local/node1.conf"

    static func postgres(file: String?, environment: [String: String]) throws -> PostgresAddress {
        let path = file ?? environment[variable] ?? standardPath
        // The variable is ours, not a setting.
        let settings = environment.filter { $0.key != variable }
        do {
            let configuration = try NodeSettings.schema.load(
                file: (path, TextFile.read(path)), environment: settings, arguments: [],
                readSecret: TextFile.readSecret)
            return try PostgresAddress(configuration[NodeSettings.postgres])
        } catch let error as TextFile.Unreadable {
            let hint = path == standardPath ? "start a cluster here with deploy/local up, or give" : "give"
            throw Failure(.usage, "\(error); \(hint) --config FILE of a node")
        } catch let error as ConfigurationError {
            throw Failure(.usage, error.description)
        } catch {
            throw Failure(.usage, "\(path): postgres.dsn is no connection string that libpq understands")
        }
    }
}
