public import DBProxy

/// Cuts the list of all users into answers that every client takes (reference/protocol.md 4.7).
///
/// An answer must stay below the size at which Android drops the connection, and each must carry a higher time than the
/// one before: so a cut is made only between two different stamps, and the answer carries the stamp of its last user.
/// Stamps come from a clock that never gives the same one twice to different changes, except for imports, which take
/// one for many users.
public struct ProfilePager {
    public static let maxByteCount = 380_000
    /// Rows that are read at once: a little more than fit into one answer.
    public static let rowsPerRead = 4_000

    public struct Page: Equatable {
        /// How many of the rows belong to this answer.
        public let count: Int
        /// The time that the client sends next time.
        public let stamp: Int64
        /// There is more behind it.
        public let isLast: Bool
    }

    /// - Parameters:
    ///   - rows: in the order of their stamps.
    ///   - readAll: whether there were no more rows than these.
    ///   - byteCount: size of a row in the answer.
    public static func cut(_ rows: [Profile], readAll: Bool, byteCount: (Profile) -> Int) -> Page? {
        guard let first = rows.first else { return nil }
        var total = 0
        // The place behind the last row whose stamp differs from that of the next.
        var boundary = 0
        for (index, row) in rows.enumerated() {
            if index > 0, row.stamp != rows[index - 1].stamp { boundary = index }
            total += byteCount(row)
            if total > maxByteCount {
                // Users of one stamp that do not fit into one answer together: no cut between them is allowed, and
                // a little too large is better than never.
                let count = boundary > 0 ? boundary : index
                return Page(count: count, stamp: rows[count - 1].stamp, isLast: false)
            }
        }
        if readAll { return Page(count: rows.count, stamp: rows[rows.count - 1].stamp, isLast: true) }
        let count = boundary > 0 ? boundary : rows.count
        return Page(count: count, stamp: boundary > 0 ? rows[count - 1].stamp : first.stamp, isLast: false)
    }
}
