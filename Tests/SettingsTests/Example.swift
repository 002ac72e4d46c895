import Settings

enum Format: String, CaseIterable, SettingValue {
    case json, text
}

/// A small schema that has each kind of setting.
enum Example {
    static let listen = Setting(
        "listen", default: HostPort(host: "0.0.0.0", port: 8_000), help: "Where clients connect.")
    static let limit = Setting("limit.message", default: ByteSize(bytes: 65_536), help: "Longest message.")
    static let poolSize = Setting("postgres.pool_size", default: 4, in: 1...64, help: "Connections to PostgreSQL.")
    static let password = Setting(
        "postgres.password", default: "", help: "Password for PostgreSQL.", isSecret: true,
        complaint: { $0.utf8.contains(0x20) ? "must not contain blanks" : nil })
    static let timeout = Setting("timeout", default: Duration.seconds(3), help: "Longest wait.", reloads: true)
    static let format = Setting("log.format", default: Format.json, help: "How log lines look.")
    static let seeds = Setting("join", default: [HostPort](), help: "Nodes to ask first.")
    static let advertise = Setting("advertise", default: HostPort?.none, help: "What clients are told.")
    static let drain = Setting("drain", default: true, help: "Drain on SIGTERM.")

    static let schema = Schema([listen, limit, poolSize, password, timeout, format, seeds, advertise, drain])

    static func load(
        file: String? = nil, environment: [String: String] = [:], arguments: [String] = [],
        readSecret: Schema.SecretReader = { _ throws(SecretFileError) in throw SecretFileError(reason: "no such file") }
    ) throws(ConfigurationError) -> Configuration {
        try schema.load(
            file: file.map { ("g.conf", $0) }, environment: environment, arguments: arguments, readSecret: readSecret)
    }

    /// What is wrong with the given layers, as the operator reads it.
    static func complaints(
        file: String? = nil, environment: [String: String] = [:], arguments: [String] = []
    ) -> String {
        do throws(ConfigurationError) {
            _ = try load(file: file, environment: environment, arguments: arguments)
            return ""
        } catch {
            return error.description
        }
    }
}
