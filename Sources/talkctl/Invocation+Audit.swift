import Administration
import DBProxy
import Primitives

/// What is done without a node stands in the audit as well.
extension Invocation {
    /// Never written down.
    private static let secrets: Set<String> = ["--password"]

    /// Runs the verb; notes it before, and how it ended.
    func run() throws -> Report {
        // Some verbs only look, if they are told so.
        let onlyLooks = has("--dry-run") || verb.noun == "verify" && !has("--heal")
        guard verb.isAudited, !onlyLooks else { return try verb.run(self) }
        let administrator = try administrator()
        let note = try administrator.note(
            verb.usage, by: console.environment["SUDO_USER"] ?? console.environment["USER"] ?? "", request)
        do {
            let report = try verb.run(self)
            administrator.close(note, status: 200)
            return report
        } catch {
            administrator.close(note, status: 409)
            throw error
        }
    }

    private var request: JSON {
        let given = verb.options.compactMap { option -> (String, JSON)? in
            guard let value = value(option.name) else { return nil }
            let name = String(option.name.dropFirst(2))
            if option.placeholder == nil { return (name, .bool(true)) }
            return (name, .string(Self.secrets.contains(option.name) ? "***" : value))
        }
        return .object((verb.operand == nil ? [] : [("subject", .string(subject))]) + given)
    }
}
