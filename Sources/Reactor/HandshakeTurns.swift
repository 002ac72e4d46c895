import Primitives

/// Whose step of a handshake is next, of those that wait for one. A core.
///
/// What was begun is finished first: its second step is cheap, and completes what the first one has cost. Of those that
/// begin, the newest is first: where more come than can be served, who has waited for long is about to give up, and in
/// the order of their coming everybody would be served too late (B. Maurer, Fail at Scale, ACM Queue 13(8), 2015).
struct HandshakeTurns<Connection> {
    /// Of those that begin. Who has gone leaves its place to nobody, so there may be more of these than connections.
    static var maxBeginning: Int { 4_096 }

    private var begun = Fifo<Connection>()
    /// The newest is the last.
    private var beginning: [Connection] = []

    var count: Int { begun.count + beginning.count }
    var isEmpty: Bool { count == 0 }

    /// Each connection waits once.
    ///
    /// - Returns: who has waited for longest, and gives way as there are too many.
    mutating func wait(_ connection: Connection, hasBegun: Bool) -> Connection? {
        if hasBegun {
            begun.append(connection)
            return nil
        }
        beginning.append(connection)
        return beginning.count > Self.maxBeginning ? beginning.removeFirst() : nil
    }

    mutating func next() -> Connection? { begun.popFirst() ?? beginning.popLast() }
}
