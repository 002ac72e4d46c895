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
        let note = try administrator.note(verb.usage, by: user, request)
        do {
            let report = try verb.run(self)
            administrator.close(note, status: 200)
            return report
        } catch {
            administrator.close(note, status: 409)
            throw error
        }
    }

    /// Of what makes or replaces the audit itself there can be no note before. Returns what to say if there is none.
    func noteDone() -> String {
        do {
            let administrator = try administrator()
            administrator.close(try administrator.note(verb.usage, by: user, request), status: 200)
            return ""
        } catch {
            return "\nIt is done, but does not stand in the audit: \(Failure(of: error).text)"
        }
    }

    private var user: String { console.environment["SUDO_USER"] ?? console.environment["USER"] ?? "" }

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
