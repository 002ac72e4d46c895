public import Primitives

/// A bearer token of the administration API, without the token.
public struct AdminTokenRecord: Sendable, Equatable {
    public let name: String
    public let scopes: [String]
    public let createdAt: UnixTime
    /// `2026-01-31`; `nil`: never.
    public let lastUsedOn: String?
    public let revokedAt: UnixTime?
}

extension Database {
    private static let columns = """
        name, array_to_string(scopes, ' '), (extract(epoch from created_at) * 1000)::bigint, last_used_on::text,
            (extract(epoch from revoked_at) * 1000)::bigint
        """

    // The day of the last use is written once a day.
    private static let useAdminToken = Statement(
        "use_admin_token",
        """
        with used as (
            update admin_token set last_used_on = current_date
            where hash = $1::bytea and revoked_at is null and last_used_on is distinct from current_date
        )
        select \(columns) from admin_token where hash = $1::bytea and revoked_at is null
        """)

    /// The token of this digest; `nil` if there is none or it was revoked.
    public func useAdminToken(_ hash: [UInt8], _ completion: @escaping Completion<AdminTokenRecord?>) {
        var parameters = Parameters()
        parameters.add(hash)
        query(Self.useAdminToken, parameters, completion) { rows in
            if rows.count == 0 { return .some(nil) }
            return AdminTokenRecord(rows[0]).map { .some($0) }
        }
    }

    private static let addAdminToken = Statement(
        "add_admin_token",
        """
        insert into admin_token (name, hash, scopes) values ($1::text, $2::bytea, $3::text[])
        on conflict (name) do nothing returning 1
        """)

    /// Returns whether the name was free; those of revoked tokens are not.
    public func addAdminToken(
        _ name: String, hash: [UInt8], scopes: [String], _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(hash)
        parameters.add(scopes)
        query(Self.addAdminToken, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let revokeAdminToken = Statement(
        "revoke_admin_token",
        "update admin_token set revoked_at = coalesce(revoked_at, now()) where name = $1::text returning 1")

    /// Returns whether there is such a token.
    public func revokeAdminToken(_ name: String, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(name)
        query(Self.revokeAdminToken, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let adminTokens = Statement("admin_tokens", "select \(columns) from admin_token order by name")

    public func adminTokens(_ completion: @escaping Completion<[AdminTokenRecord]>) {
        query(Self.adminTokens, Parameters(), completion) { rows in
            var tokens: [AdminTokenRecord] = []
            for index in 0..<rows.count {
                guard let token = AdminTokenRecord(rows[index]) else { return nil }
                tokens.append(token)
            }
            return tokens
        }
    }
}

extension AdminTokenRecord {
    fileprivate init?(_ row: Row) {
        guard let name = row.text(0), let scopes = row.text(1), let created = row.int64(2) else { return nil }
        self.init(
            name: name, scopes: scopes.split(separator: " ").map(String.init),
            createdAt: UnixTime(milliseconds: created), lastUsedOn: row.text(3),
            revokedAt: row.int64(4).map { UnixTime(milliseconds: $0) })
    }
}
