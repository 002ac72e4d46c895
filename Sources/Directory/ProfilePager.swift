public import DBProxy
public import TalkProtocol

/// Cuts the list of all users, as it is read from the database, into as few answers as clients can take.
///
/// Web, Dart, iOS and mac clients know only one answer to their question, so each is filled up to the size above which
/// Android drops the connection. What a client sends the next time is the stamp of the last users of whom none is
/// missing: an answer may end among users of one stamp, as after an import, and carries the stamp before them then.
/// A core.
public struct ProfilePager {
    public struct Page: Equatable {
        public let users: [Profile]
        /// The time that the client sends next time.
        public let stamp: Int64
        /// There is nothing behind it.
        public let isLast: Bool
    }

    public static let maxByteCount = 399_900
    /// Rows that are read at once.
    public static let rowsPerRead = 4_000

    private let byteCount: (Profile) -> Int
    private var waiting: ArraySlice<Profile> = []
    private var stamp: Int64
    private var hasReadAll = false
    /// Behind whom the next read begins.
    public private(set) var position: (stamp: Int64, user: UserID)

    /// - Parameters:
    ///   - stamp: what the client knows.
    ///   - byteCount: size of a user in an answer.
    public init(since stamp: Int64, byteCount: @escaping (Profile) -> Int) {
        self.stamp = stamp
        self.byteCount = byteCount
        position = (stamp, UserID(UInt32(Int32.max)))
    }

    /// - Parameter rows: what was read from `position` on, in the order of (stamp, id); fewer than `rowsPerRead` are
    ///   the last ones.
    public mutating func add(_ rows: [Profile]) {
        waiting += rows
        hasReadAll = rows.count < Self.rowsPerRead
        if let last = rows.last { position = (last.stamp, last.id) }
    }

    /// `nil`: more is to be read first.
    public mutating func next() -> Page? {
        var bytes = 0
        let end = waiting.firstIndex { user in
            bytes += byteCount(user)
            return bytes > Self.maxByteCount
        }
        guard end != nil || hasReadAll else { return nil }
        // One user always, or it would never end.
        let users = waiting.prefix(max(1, (end ?? waiting.endIndex) - waiting.startIndex))
        waiting = waiting.dropFirst(users.count)
        stamp = users.last { $0.stamp != waiting.first?.stamp }?.stamp ?? stamp
        return Page(users: Array(users), stamp: stamp, isLast: hasReadAll && waiting.isEmpty)
    }
}
