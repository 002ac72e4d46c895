import Node
import Program
import Settings

/// Whether secrets are secret. The strength of those that all nodes share is checked when a configuration is read:
/// without it nothing starts, this program neither.
enum SecretCheck {
    static func symptoms(of configuration: NodeConfiguration) -> [Symptom] {
        [file(configuration), strength(configuration)] + loadTest(configuration)
    }

    /// Files that secrets are read from by name must be their owner's only, or nothing starts.
    private static func file(_ configuration: NodeConfiguration) -> Symptom {
        let lines = (try? TextFile.read(configuration.path))?.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline) ?? []
        let secrets = configuration.entries.filter { entry in
            guard entry.text == nil, case .file(_, let line) = entry.source, lines.indices.contains(line - 1) else {
                return false
            }
            // Where the secret is, or only the name of the file with it.
            return !(lines[line - 1].prefix { $0 != "=" }).contains("_file")
        }
        guard !secrets.isEmpty, FileFacts(configuration.path)?.isOpenToAll == true else {
            return .ok("secret_files", "nobody else can read the secrets")
        }
        return .bad(
            "secret_files",
            "everybody can read \(secrets.map(\.name).joined(separator: ", ")) in \(configuration.path)",
            fix: "chmod 600 \(configuration.path)")
    }

    private static func strength(_ configuration: NodeConfiguration) -> Symptom {
        let key = configuration[NodeSettings.appKey]
        if !key.isEmpty, let complaint = SecretStrength.complaint(key) {
            return .warn("secret_strength", "http.app_key \(complaint)", fix: "openssl rand -hex 32")
        }
        let secrets = [
            configuration[NodeSettings.clusterSecret], configuration[NodeSettings.adminToken], key,
        ].filter { !$0.isEmpty }
        return Set(secrets).count == secrets.count
            ? .ok("secret_strength", "the secrets cannot be guessed")
            : .bad(
                "secret_strength", "cluster.secret, admin.token and http.app_key are not all different",
                fix: "give each its own: openssl rand -hex 32")
    }

    private static func loadTest(_ configuration: NodeConfiguration) -> [Symptom] {
        guard configuration[NodeSettings.loadTest] else { return [] }
        return [
            .warn(
                "load_test", "the node takes the cheap passwords of load tests",
                fix: "load_test = off, where there are real users")
        ]
    }
}
