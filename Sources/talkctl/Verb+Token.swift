import Administration
import DBProxy
import Primitives

extension Verb {
    static let token = [
        Verb(
            "token", "create", "NAME", "Makes a token of the administration API and shows it, this once.",
            [
                Option(
                    "--scope", "SCOPES",
                    "what it may do, with commas: read, write (users, groups …), ops (the nodes), "
                        + "messages (what users wrote)")
            ], run: createToken).audited(),
        Verb("token", "list", nil, "Lists tokens by name, without the tokens themselves.", run: listTokens),
        Verb(
            "token", "revoke", "NAME", "Makes a token worthless; nodes notice within seconds.", run: revokeToken
        ).audited(),
    ]

    private static func createToken(_ call: Invocation) throws -> Report {
        let scopes = try call.required("--scope").split(separator: ",").map(String.init)
        if let stranger = scopes.first(where: { !AdminToken.scopes.contains($0) }) {
            throw call.verb.misuse("--scope \(stranger): expected \(AdminToken.scopes.joined(separator: ", "))")
        }
        if scopes.isEmpty { throw call.verb.misuse("--scope is empty") }
        let token = try call.administrator().createToken(call.subject, scopes: Set(scopes).sorted())
        return Report(
            token,
            .object([
                ("name", .string(call.subject)), ("scopes", .array(scopes.map(JSON.string))), ("token", .string(token)),
            ]))
    }

    private static func listTokens(_ call: Invocation) throws -> Report {
        .list(
            ["NAME", "SCOPES", "CREATED", "LAST_USED", "REVOKED"],
            try call.administrator().tokens().map { token in
                [
                    .string(token.name), .string(token.scopes.joined(separator: ",")), .string(token.createdAt.rfc3339),
                    .string(token.lastUsedOn ?? ""), .string(token.revokedAt?.rfc3339 ?? ""),
                ]
            })
    }

    private static func revokeToken(_ call: Invocation) throws -> Report {
        try call.administrator().revokeToken(call.subject)
        return Report("Token \(call.subject) is revoked.", .object([("name", .string(call.subject))]))
    }
}
