import Administration
import DBProxy
import Primitives

extension Verb {
    static let migrate = [
        Verb("migrate", "status", nil, "Says which version the tables have.", run: showVersion),
        Verb(
            "migrate", "up", nil, "Brings the tables to the version of this program, as a node does when it starts.",
            run: migrateUp),
    ]

    private static func showVersion(_ call: Invocation) throws -> Report {
        let version = try Migrator(call.address()).currentVersion()
        let advice =
            if version < Migrator.latest {
                "run: talkctl migrate up"
            } else if version > Migrator.latest {
                "this talkctl is too old for it"
            } else {
                "nothing to do"
            }
        return Report(
            "The tables have version \(version), this program knows \(Migrator.latest): \(advice).",
            answer(version))
    }

    private static func migrateUp(_ call: Invocation) throws -> Report {
        let steps = try Migrator(call.address()).run()
        let done = steps.isEmpty ? "nothing to do" : "applied \(steps.map { String($0) }.joined(separator: ", "))"
        return Report(
            "The tables have version \(Migrator.latest): \(done).",
            answer(Migrator.latest))
    }

    private static func answer(_ version: Int32) -> JSON {
        .object([("version", .number(Int(version))), ("needed", .number(Int(Migrator.latest)))])
    }
}
