import Node
import Program
import Settings

/// Where the configuration of this process comes from; it is read again on SIGHUP.
struct Sources {
    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let file: String?
    private let flagWithoutFile: String?
    private let environment: [String: String]
    private let arguments: [String]

    /// What is left of the arguments are settings.
    init(_ arguments: inout [String]) {
        var environment = Environment.all
        let variable = environment.removeValue(forKey: NodeSettings.fileVariable)
        var given: String?
        var incomplete: String?
        for flag in ["--config", "-c"] {
            guard let index = arguments.firstIndex(of: flag) else { continue }
            arguments.remove(at: index)
            if index < arguments.count { given = arguments.remove(at: index) } else { incomplete = flag }
        }
        file = given ?? variable
        flagWithoutFile = incomplete
        self.environment = environment
        self.arguments = arguments
    }

    func read() throws -> Configuration {
        if let flagWithoutFile { throw Missing(description: "\(flagWithoutFile) needs a value") }
        let contents = try file.map { (path: $0, contents: try TextFile.read($0)) }
        return try NodeSettings.schema.load(
            file: contents, environment: environment, arguments: arguments, readSecret: TextFile.readSecret)
    }

    static func take(_ flag: String, from arguments: inout [String]) -> Bool {
        guard let index = arguments.firstIndex(of: flag) else { return false }
        arguments.remove(at: index)
        return true
    }
}
