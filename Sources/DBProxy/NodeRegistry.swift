/// Where a node gets its number and its epoch, before it says a word to anyone.
///
/// Blocks: for start-up, never on a loop.
public struct NodeRegistry {
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

    /// The next life of the node of this name.
    /// - Parameter floor: an epoch that others know of; the one issued is higher.
    public func enlist(_ name: String, above floor: UInt64 = 0) throws(Migrator.Failure) -> Life {
        let session = try BlockingSession(address)
        // Fifty new nodes that start at once on a slow disk wait for each other longer than a query may.
        try session.execute("set statement_timeout = '60s'; set lock_timeout = 0", step: 0)
        let row = try session.row("select node_id, node_epoch from enlist_node($1, $2)", [name, "\(floor)"])
        guard row.count == 2, let number = UInt16(row[0]), let epoch = UInt64(row[1]) else {
            throw .failed(step: 0, "no number was issued for node \(name)")
        }
        return Life(number: number, epoch: epoch)
    }
}
