import Synchronization

/// Which servers a node uses: those of its own database, on the highest timeline that any node of the cluster has seen.
///
/// A primary that was replaced and comes back would be a second history; another cluster's database would be another
/// world. One for all loops of a node.
public final class DatabaseAdmission: Sendable {
    /// What nodes tell each other.
    public struct Known: Hashable, Sendable {
        public let database: UInt64
        public let timeline: UInt32

        public init(database: UInt64, timeline: UInt32) {
            self.database = database
            self.timeline = timeline
        }
    }

    private let state = Mutex<Known?>(nil)
    /// The life of the database that the node has held its knowledge against; `nil` for programs without any.
    private let settled = Mutex<DatabaseIdentity?>(nil)

    /// For programs that keep nothing: the first server that is reached is the one.
    public init() {}

    /// - Parameter server: where a node was enlisted; it knows nothing yet that could be gone.
    public init(_ server: DatabaseServer) {
        state.withLock { $0 = Known(database: server.database, timeline: server.timeline) }
        settled.withLock { $0 = server.identity }
    }

    /// Nodes write to a life of the database only after they have put back what they know and it does not.
    public func settle(_ life: DatabaseIdentity) { settled.withLock { $0 = life } }

    public func isSettled(_ life: DatabaseIdentity) -> Bool { settled.withLock { $0.map { $0 == life } ?? true } }

    public var known: Known? { state.withLock { $0 } }

    /// A server was reached. `nil`: it may be used.
    func admit(_ server: DatabaseServer) -> ServerRefusal? {
        state.withLock { known in
            if let known {
                if server.database != known.database { return .foreign }
                if server.timeline < known.timeline { return .outdated(server.timeline) }
            }
            known = Known(database: server.database, timeline: server.timeline)
            return nil
        }
    }

    /// Whether a server that was admitted may still be used.
    func accepts(_ server: DatabaseServer) -> Bool {
        state.withLock { known in known.map { server.timeline >= $0.timeline } ?? true }
    }

    /// Another node has seen this. Returns whether it is of the same database.
    public func heard(_ other: Known) -> Bool {
        state.withLock { known in
            guard let own = known else { return true }
            guard own.database == other.database else { return false }
            if other.timeline > own.timeline { known = other }
            return true
        }
    }
}
