/// Which database a connection reached, and in which of its lives.
///
/// What is remembered outside of the database is worth nothing once that has been emptied, restored or replaced: its
/// numbers and versions start again, and mean something else. So everything remembered stands under this.
public struct DatabaseIdentity: Hashable, Sendable {
    public let text: String

    public init(text: String) {
        self.text = text
    }
}

/// The name of a value in the cache. Only a database gives one (`Database.cacheKey`), so none is without its identity.
public struct CacheKey: Sendable {
    let text: String
}

extension DatabaseIdentity {
    /// A random number made with the schema, and what changes although that is copied: the row's own transaction with
    /// a dump that is read back, the database's number with a copy on the same server, the start of the server with a
    /// disk that is set back. That a restart empties the cache as well is the price.
    static let expression = """
        concat_ws('-', i.id, i.xmin, d.oid, (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint)
        """
}

extension Database {
    /// What all connections say that have said something; `nil` while there is none, or while they differ because some
    /// still hold on to what was there before.
    public var identity: DatabaseIdentity? {
        var common: DatabaseIdentity?
        for connection in connections {
            guard let identity = connection.server?.identity else { continue }
            if let common, common != identity { return nil }
            common = identity
        }
        return common
    }

    /// The name under which the cache keeps something that was derived from this database. `nil`: the cache must not
    /// be used now.
    public func cacheKey(_ subject: String) -> CacheKey? {
        identity.map { CacheKey(text: "grapevine:\($0.text):\(subject)") }
    }
}
