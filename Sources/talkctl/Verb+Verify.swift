import Administration
import Primitives

extension Verb {
    static let verify = [
        Verb(
            "verify", nil, nil, "Holds what is stored against itself; the cluster may work meanwhile.",
            [Option("--heal", nil, "repair what takes nothing from anybody; messages are never deleted")],
            run: verifyAll).audited()
    ]

    private static func verifyAll(_ call: Invocation) throws -> Report {
        report(of: try verification(call, heals: call.has("--heal")))
    }

    static func verification(_ call: Invocation, heals: Bool) throws -> Verification {
        let show = call.console.showProgress
        return try call.administrator().verify(heals: heals) { found in
            show(
                "\(found.conversations) conversations, \(found.messages) messages, \(found.members) members, "
                    + "\(found.users) users looked at; \(found.findings.count) kinds of flaws")
        }
    }

    static func report(of found: Verification) -> Report {
        let sizes = """
            \(found.conversations) conversations with \(found.messages) messages and \(found.members) members, \
            \(found.groups) groups, \(found.users) users, \(found.departments) departments, \(found.logins) logins.
            """
        return Report(
            ([sizes] + found.findings.map(text) + [verdict(on: found)]).joined(separator: "\n"), json(found),
            isUnhealthy: !found.isClean)
    }

    private static func text(_ finding: Verification.Finding) -> String {
        let fate =
            if finding.remaining == 0 {
                "healed"
            } else if finding.healed > 0 {
                "\(finding.healed) healed"
            } else if finding.flaw.isHealable {
                "talkctl verify --heal repairs it"
            } else {
                "cannot be repaired from what is stored"
            }
        let examples = finding.examples.joined(separator: "; ")
        return "\(finding.flaw.rawValue): \(finding.count) \(finding.flaw.meaning) (\(fate))\n    \(examples)"
    }

    private static func verdict(on found: Verification) -> String {
        found.isClean
            ? "All is as it should be. Unread counts are computed from messages and read marks, and so are right too."
            : "Not all is as it should be. Keep a backup of the database as it is before you change it by hand."
    }

    private static func json(_ found: Verification) -> JSON {
        .object([
            ("clean", .bool(found.isClean)), ("conversations", .number(found.conversations)),
            ("messages", .number(found.messages)), ("members", .number(found.members)),
            ("groups", .number(found.groups)), ("users", .number(found.users)),
            ("departments", .number(found.departments)), ("logins", .number(found.logins)),
            ("findings", .array(found.findings.map { finding in
                .object([
                    ("code", .string(finding.flaw.rawValue)), ("text", .string(finding.flaw.meaning)),
                    ("count", .number(finding.count)), ("healed", .number(finding.healed)),
                    ("healable", .bool(finding.flaw.isHealable)),
                    ("examples", .array(finding.examples.map(JSON.string))),
                ])
            })),
        ])
    }
}
