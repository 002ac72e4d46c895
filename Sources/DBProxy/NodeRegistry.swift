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

    public init(_ address: PostgresAddress) {
        self.address = address
    }

    /// Which database it is, and of which timeline: what nodes of one cluster have in common.
    public func server() throws(Migrator.Failure) -> DatabaseServer {
        let row = try BlockingSession(address).row(DatabaseServer.description, [])
        if row[2] == "t" { throw .unusable(.standby) }
        switch DatabaseServer.make(identity: row[0], id: row[3], timeline: row[4]) {
        case .success(let server): return server
        case .failure(let refusal): throw .unusable(refusal)
        }
    }

    /// The next life of the node of this name.
    public func enlist(_ name: String) throws(Migrator.Failure) -> Life {
        let session = try BlockingSession(address)
        // Fifty new nodes that start at once on a slow disk wait for each other longer than a query may.
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
