import Administration
import DBProxy
import Primitives
import Settings

extension Verb {
    /// Younger ones may still be on their way to somebody.
    private static let minAge: Duration = .seconds(86_400)

    static let retention = [
        Verb(
            "retention", nil, nil, "Deletes old messages, in steps that a working cluster does not notice.",
            [
                Option("--older-than", "AGE", "messages of at least this age go, such as 365d"),
                Option(
                    "--audit-older-than", "AGE",
                    "also the audit, idempotency keys, failed logins, expired session tokens and the log of calls of "
                        + "this age"),
                Option(
                    "--files-older-than", "AGE",
                    "also pictures and files of this age, without the faces of people and groups"),
                Option("--dry-run", nil, "only say how much that is"),
                Option("--yes", nil, "do not ask"),
            ], run: retain).audited()
    ]

    private static func retain(_ call: Invocation) throws -> Report {
        let now = call.console.now().milliseconds / 1000
        let messageAge = try age(call, "--older-than", call.required("--older-than"))
        let restAge = try call.value("--audit-older-than").map { try age(call, "--audit-older-than", $0) }
        let blobAge = try call.value("--files-older-than").map { try age(call, "--files-older-than", $0) }
        let rule = RetentionRule(
            messagesBefore: now - messageAge, restBefore: restAge.map { now - $0 },
            blobsBefore: blobAge.map { now - $0 })
        let administrator = try call.administrator()
        let progress = { (sum: RetentionSum) in
            call.console.showProgress("\(sum.messages) messages of \(sum.conversations) conversations")
        }
        if call.has("--dry-run") {
            let sum = try administrator.retain(rule, isTrial: true, progress: progress)
            return report(sum, "would go", isTrial: true)
        }
        if !call.has("--yes") {
            let sum = try administrator.retain(rule, isTrial: true, progress: progress)
            try call.confirm(report(sum, "will be deleted for ever.", isTrial: true).text)
        }
        let sum = try administrator.retain(rule, isTrial: false, progress: progress)
        return report(sum, "deleted. PostgreSQL uses their place again; the files do not shrink.", isTrial: false)
    }

    /// In seconds.
    private static func age(_ call: Invocation, _ option: String, _ text: String) throws -> Int64 {
        guard let age = Duration(setting: text), age >= minAge else {
            throw call.verb.misuse("\(option) \(text): expected an age from \(minAge.settingText) on, such as 365d")
        }
        return age.components.seconds
    }

    private static func report(_ sum: RetentionSum, _ fate: String, isTrial: Bool) -> Report {
        let rows = AgedTable.allCases.compactMap { table in sum.rows[table].map { (table, $0) } }
        let rest = rows.map { ", \($0.1) \(words(for: $0.0))" }.joined()
        let blobs = sum.blobs > 0 ? ", \(sum.blobs) pictures and files, \(byteText(sum.blobBytes))" : ""
        let messages = "\(sum.messages) messages of \(sum.conversations) conversations, \(byteText(sum.bytes))"
        return Report(
            "\(messages)\(blobs)\(rest) \(fate)",
            .object(
                [
                    ("dry_run", .bool(isTrial)), ("messages", .number(sum.messages)),
                    ("conversations", .number(sum.conversations)), ("bytes", .number(sum.bytes)),
                    ("files", .number(sum.blobs)), ("file_bytes", .number(sum.blobBytes)),
                ] + rows.map { ($0.0.rawValue, .number($0.1)) }))
    }

    private static func words(for table: AgedTable) -> String {
        switch table {
        case .audit: "audit entries"
        case .answers: "idempotency keys"
        case .failedLogins: "failed logins"
        case .expiredTokens: "expired tokens"
        case .calls: "calls"
        }
    }
}

/// In the largest unit of which there are at least ten.
func byteText(_ count: Int) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)]
    guard let unit = units.first(where: { count >= 10 << $0.1 }) else { return "\(count) bytes" }
    return "\(count >> unit.1) \(unit.0)"
}

extension Invocation {
    /// Goes on if `--yes` was given or somebody says so.
    func confirm(_ question: String) throws {
        if has("--yes") { return }
        guard let answer = console.confirm(question) else {
            throw verb.misuse("there is no terminal to ask whether to go on: give --yes")
        }
        if !answer { throw Failure(.failed, "nothing was changed") }
    }
}
