public import Settings

/// Where the configuration of this process comes from; it is read again on SIGHUP.
public struct ConfigurationSources {
    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let schema: Schema
    private let file: String?
    private let flagWithoutFile: String?
    private let environment: [String: String]
    private let arguments: [String]

    /// What is left of the arguments are settings.
    ///
    /// - Parameter variable: of the environment: names the file, if no flag does.
    public init(_ schema: Schema, fileVariable variable: String, _ arguments: inout [String]) {
        self.schema = schema
        var environment = Environment.all
        let named = environment.removeValue(forKey: variable)
        var given: String?
        var incomplete: String?
        for flag in ["--config", "-c"] {
            guard let index = arguments.firstIndex(of: flag) else { continue }
            arguments.remove(at: index)
            if index < arguments.count { given = arguments.remove(at: index) } else { incomplete = flag }
        }
        file = given ?? named
        flagWithoutFile = incomplete
        self.environment = environment
        self.arguments = arguments
    }

    public func read() throws -> Configuration {
        if let flagWithoutFile { throw Missing(description: "\(flagWithoutFile) needs a value") }
        let contents = try file.map { (path: $0, contents: try TextFile.read($0)) }
        return try schema.load(
            file: contents, environment: environment, arguments: arguments, readSecret: TextFile.readSecret)
    }

    public static func take(_ flag: String, from arguments: inout [String]) -> Bool {
        guard let index = arguments.firstIndex(of: flag) else { return false }
        arguments.remove(at: index)
        return true
    }
}
