/// Where a node gets its number and its epoch, before it says a word to anyone.
///
/// Blocks: for start-up, never on a loop.
public struct NodeRegistry: Sendable {
    /// One life of a node.
    public struct Life: Sendable {
        /// 1 to 65,534.
        public let number: UInt16
        /// Rises with every start.
        public let epoch: UInt64
    }

    private let address: PostgresAddress
    /// Where the server is that nodes use, of all that the address names.
    private let place: PostgresAddress
    /// Which one that is.
    public let server: DatabaseServer

    /// Looks at all servers that the address names: one that was replaced takes writes as well, and is known by its
    /// lower timeline only.
    public init(_ address: PostgresAddress) throws(Migrator.Failure) {
        var best: (place: PostgresAddress, server: DatabaseServer)?
        var failure = Migrator.Failure.unreachable("the connection string names no server")
        for place in address.places {
            do throws(Migrator.Failure) {
                let server = try Self.server(at: place)
                if best.map({ server.timeline > $0.server.timeline }) ?? true { best = (place, server) }
            } catch {
                failure = error
            }
        }
        guard let best else { throw failure }
        self.address = address
        (place, server) = best
    }

    private static func server(at place: PostgresAddress) throws(Migrator.Failure) -> DatabaseServer {
        let row = try BlockingSession(place).row(DatabaseServer.description, [])
        if row[2] == "t" { throw .unusable(.standby) }
        switch DatabaseServer.make([row[0], row[3], row[4], row[5]]) {
        case .success(let server): return server
        case .failure(let refusal): throw .unusable(refusal)
        }
    }

    /// The next life of the node of this name.
    public func enlist(_ name: String) throws(Migrator.Failure) -> Life {
        let session = try BlockingSession(place)
        // Fifty new nodes that start at once on a slow disk wait for each other longer than a query may.
        try session.allowLongStatements()
        try session.execute("set statement_timeout = '60s'; set lock_timeout = 0", step: 0)
        let row = try session.row("select node_id, node_epoch from enlist_node($1)", [name])
        guard row.count == 2, let number = UInt16(row[0]), let epoch = UInt64(row[1]) else {
            throw .failed(step: 0, "no number was issued for node \(name)")
        }
        return Life(number: number, epoch: epoch)
    }

    /// Other nodes know of this life of the node: should the database not, as one that was restored from a backup, the
    /// next life would be over before it began.
    public func remember(_ name: String, _ epoch: UInt64) throws(Migrator.Failure) {
        let session = try BlockingSession(address)
        _ = try session.row(
            "update cluster_node set epoch = greatest(epoch, $2::bigint) where name = $1 returning epoch",
            [name, "\(epoch)"])
    }
}
