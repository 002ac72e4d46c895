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
        let schema = try Migrator(call.address()).schema()
        let advice =
            if schema.isTooOld {
                "run: talkctl migrate up"
            } else if schema.isTooNew {
                "this talkctl is too old for it"
            } else if schema.number > Migrator.latest {
                "it works with them"
            } else {
                "nothing to do"
            }
        return Report(
            "The tables have version \(schema.number), this program knows \(Migrator.latest): \(advice).",
            answer(schema))
    }

    private static func migrateUp(_ call: Invocation) throws -> Report {
        let migrator = Migrator(try call.address())
        let steps = try migrator.run {
            call.console.showProgress("waiting for process \($0) of PostgreSQL, which migrates or holds the lock")
        }
        let schema = try migrator.schema()
        let done = steps.isEmpty ? "nothing to do" : "applied \(steps.map { String($0) }.joined(separator: ", "))"
        let remark = steps.isEmpty ? "" : call.noteDone()
        return Report("The tables have version \(schema.number): \(done).\(remark)", answer(schema))
    }

    private static func answer(_ schema: SchemaVersion) -> JSON {
        .object([("version", .number(Int(schema.number))), ("needed", .number(Int(Migrator.latest)))])
    }
}
