import DBProxy
import FoundationEssentials
import Node
import Settings

/// The database that the nodes use, from the configuration of one of them.
enum NodeConfiguration {
    private static let variable = "GRAPEVINE_CONFIG"
    private static let standardPath = ".local/node1.conf"

    static func postgres(file: String?, environment: [String: String]) throws -> PostgresAddress {
        let path = file ?? environment[variable] ?? standardPath
        guard let contents = try? String(contentsOfFile: path, encoding: .utf8) else {
            let hint = path == standardPath ? "start a cluster here with deploy/local up, or give" : "give"
            throw Failure(.usage, "cannot read \(path); \(hint) --config FILE of a node")
        }
        // The variable is ours, not a setting.
        let settings = environment.filter { $0.key != variable }
        do {
            let configuration = try NodeSettings.schema.load(
                file: (path, contents), environment: settings, arguments: [], readSecret: secretOfSettings)
            return try PostgresAddress(configuration[NodeSettings.postgres])
        } catch let error as ConfigurationError {
            throw Failure(.usage, error.description)
        } catch {
            throw Failure(.usage, "\(path): postgres.dsn is no connection string that libpq understands")
        }
    }

    /// The contents of a file that nobody but its owner can read.
    static func secret(_ path: String) throws -> String {
        do {
            return try secretOfSettings(path)
        } catch {
            throw Failure(.usage, "cannot read \(path): \(error.reason)")
        }
    }

    private static func secretOfSettings(_ path: String) throws(SecretFileError) -> String {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { throw SecretFileError(reason: "no such file, or it may not be read") }
        let mode = attributes[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 == 0 else { throw SecretFileError(reason: "others may read it; run: chmod 600 \(path)") }
        return text
    }
}
