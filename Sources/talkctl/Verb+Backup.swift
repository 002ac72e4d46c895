import DBProxy
import Primitives
import Program

extension Verb {
    static let backup = [
        Verb(
            "backup", nil, "FILE", "Saves the database in a file, as of one moment, while the cluster works.",
            run: saveDatabase),
        Verb(
            "restore", nil, "FILE", "Puts a saved database in place, as a whole or not at all; no node may run.",
            [
                Option("--replace", nil, "in place of what is in the database now"),
                Option("--end-sessions", nil, "ends what is left of nodes that are stopped or lost"),
                Option("--yes", nil, "do not ask"),
            ], run: restoreDatabase),
    ]

    private static func saveDatabase(_ call: Invocation) throws -> Report {
        let address = try call.address()
        let start = call.console.now()
        let snapshot = try DatabaseSnapshot(address)
        let file = try PrivateFile(call.subject)
        let size: Int
        do {
            let arguments = [
                "--format=custom", "--no-owner", "--no-privileges", "--no-password", "--snapshot=\(snapshot.name)",
                "--file=\(file.partPath)",
            ]
            try PostgresTools(address, call.console).run("pg_dump", arguments) {
                call.console.showProgress("\(byteText(file.partSize())) written")
            }
            size = file.partSize()
            try file.finish()
        } catch {
            file.discard()
            throw error
        }
        let milliseconds = call.console.now().milliseconds - start.milliseconds
        return Report(
            "\(call.subject): \(byteText(size)) in \(seconds(milliseconds)), \(text(snapshot.counts)).\n"
                + remark(on: snapshot.counts) + "To put it back: talkctl restore \(call.subject)",
            .object(
                [
                    ("file", .string(call.subject)), ("bytes", .number(size)), ("ms", .number(Int(milliseconds))),
                ] + members(snapshot.counts)))
    }

    private static func restoreDatabase(_ call: Invocation) throws -> Report {
        let address = try call.address()
        let tools = PostgresTools(address, call.console)
        let saved = try savedTables(tools.run("pg_restore", ["--list", "--", call.subject]))
        guard saved.contains("schema_migration"), saved.contains("conversation") else {
            throw Failure(.usage, "\(call.subject) is a backup of something else: it has no tables of Grapevine")
        }
        let present = try checkTarget(RestoreTarget(address), call, saved)
        if !present.isEmpty {
            try call.confirm("All that is in the database \(address.summary) now will be replaced for ever.")
            // Somebody may have thought about it while a node came back.
            _ = try checkTarget(RestoreTarget(address), call, saved)
        }
        let start = call.console.now()
        try tools.restore(call.subject, after: RestoreTarget.emptying) {
            call.console.showProgress("restoring for \(seconds(call.console.now().milliseconds - start.milliseconds))")
        }
        call.console.showProgress("gathering statistics")
        let target = try RestoreTarget(address)
        try target.finishRestore()
        let milliseconds = call.console.now().milliseconds - start.milliseconds
        return try reportRestored(
            call, target.counts(), Migrator(address).schema(), milliseconds: milliseconds)
    }

    /// The names of the tables and views that a table of contents lists: `214; 1259 16400 TABLE public account owner`.
    private static func savedTables(_ contents: String) -> Set<String> {
        Set(contents.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            let isOne = words.count > 5 && ["TABLE", "VIEW"].contains(words[3]) && words[4] != "DATA"
            return isOne ? String(words[5]) : nil
        })
    }

    /// What is in the database now; throws if that must stay.
    private static func checkTarget(
        _ target: RestoreTarget, _ call: Invocation, _ saved: Set<String>
    ) throws -> [String] {
        try checkNodes(target, call)
        let present = try target.tables()
        if present.isEmpty { return [] }
        guard call.has("--replace") else {
            throw Failure(
                .failed, "the database is not empty; to lose what is in it: --replace. Or make a new one: "
                    + "createdb NAME, and put its name into postgres.dsn. Nothing was changed.")
        }
        let strangers = present.filter { !saved.contains($0) }
        guard strangers.isEmpty else {
            throw Failure(
                .failed, "the database has what the backup has not: \(strangers.prefix(5).joined(separator: ", "))\n"
                    + "Only a new database is sure to be like the backup: createdb NAME. Nothing was changed.")
        }
        return present
    }

    private static func checkNodes(_ target: RestoreTarget, _ call: Invocation) throws {
        let running = try target.runningNodes()
        let sessions = try target.nodeSessions()
        if running.isEmpty, call.has("--end-sessions") { return try target.end(sessions) }
        let nodes = Set(running + sessions.map(\.node)).sorted()
        if nodes.isEmpty { return }
        var text = "nodes work with this database: \(nodes.joined(separator: ", "))\n"
        if !sessions.isEmpty {
            let processes = Set(sessions.map(\.node)).sorted().map { node in
                "\(node) \(sessions.filter { $0.node == node }.map { "\($0.process)" }.joined(separator: " "))"
            }
            text += "Their sessions, by process of PostgreSQL: \(processes.joined(separator: ", "))\n"
        }
        text +=
            running.isEmpty
            ? "None has given a sign of life for a minute: if they are stopped or lost, --end-sessions ends these. "
            : "Stop all of them; a minute after the last one it is taken for stopped. "
        throw Failure(.failed, text + "Nothing was changed.")
    }

    private static func reportRestored(
        _ call: Invocation, _ counts: DatabaseCounts, _ schema: SchemaVersion, milliseconds: Int64
    ) throws -> Report {
        let head = "Restored in \(seconds(milliseconds)): \(text(counts)), tables of version \(schema.number)."
        // All nodes are stopped: who remembers a later life of one of them is not there any more.
        let advice = """
            Now start the nodes. Their epochs go on from those of the backup. Nothing is to be done about that as long
            as all of them were stopped: one that was not ends the next start of its name, once; the start after that
            works. Some clients may have to give their passwords again. Clients that have seen messages from after the
            backup may take new ones under the same numbers for known.
            """
        let facts: [(String, JSON)] =
            [("version", .number(Int(schema.number))), ("ms", .number(Int(milliseconds)))] + members(counts)
        guard !schema.isTooOld, !schema.isTooNew else {
            let next =
                schema.isTooOld
                ? "Run: talkctl migrate up, then: talkctl verify" : "This talkctl is too old for them; use a newer one."
            return Report("\(head)\n\(next)\n\(advice)", .object(facts + [("verified", .null)]))
        }
        let remark = call.noteDone()
        let verified = report(of: try verification(call, heals: false))
        return Report(
            "\(head)\(remark)\n\(verified.text)\n\(advice)", .object(facts + [("verified", verified.json)]),
            isUnhealthy: verified.code != 0)
    }

    private static func text(_ counts: DatabaseCounts) -> String {
        "\(counts.users) users, \(counts.groups) groups, \(counts.messages) messages"
    }

    /// What is not in it.
    private static func remark(on counts: DatabaseCounts) -> String {
        if counts.blobs == 0 { return "" }
        return "Not in it: \(counts.blobs) pictures and files, \(byteText(counts.blobBytes)), which lie in the "
            + "media.folder of the nodes. Save these folders, too, after the database.\n"
    }

    private static func members(_ counts: DatabaseCounts) -> [(String, JSON)] {
        [
            ("users", .number(counts.users)), ("groups", .number(counts.groups)),
            ("messages", .number(counts.messages)), ("files_elsewhere", .number(counts.blobs)),
        ]
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
    }
}
