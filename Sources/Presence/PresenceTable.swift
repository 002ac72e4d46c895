public import Membership
import Synchronization
public import TalkProtocol

/// Where the sessions of all users are, as this node knows it. Shared by all threads of the process.
///
/// Any thread may read. One thread writes: the one that drives `PresenceReplication`. A user lies in one of 4,096
/// segments, each with a lock of its own that is held for one probe. Which node an entry belongs to is a slot number
/// in it, and whether the node is to be seen is one bit per slot: hiding a dead node does not touch its entries.
public final class PresenceTable: Sendable {
    /// This node.
    public let own: Peer
    let origins: OriginSlots
    private let segments = FixedRun(count: PresenceLimits.segments) { _ in Mutex(Segment()) }

    public init(own: Peer) {
        self.own = own
        origins = OriginSlots(own: own)
    }

    /// The sessions of a user on nodes that are to be seen, this one among them. `body` runs under a lock: it must be
    /// short and must not use the table.
    public func forEachSession(of user: UserID, _ body: (PresentSession) -> Void) {
        let hash = UserHash(user.rawValue)
        segments[hash.bucket].withLock { segment in
            segment.forEachWord(of: user.rawValue, hash) { word in
                guard let peer = origins.visiblePeer(OriginSlot(word: word)) else { return }
                body(PresentSession(content: SessionContent(word: word), peer: peer))
            }
        }
    }

    /// The nodes to be seen that hold a session of the user, each once. The rules of `forEachSession` hold.
    public func forEachPeer(of user: UserID, _ body: (Peer) -> Void) {
        let hash = UserHash(user.rawValue)
        segments[hash.bucket].withLock { segment in
            segment.forEachWord(of: user.rawValue, hash) { word in
                guard let peer = origins.visiblePeer(OriginSlot(word: word)) else { return }
                // Of two sessions on one node, one of each class, the PC's stands for both.
                let pc = word & ~SessionContent.classBit
                if word != pc, segment.contains(user.rawValue, hash, pc) { return }
                body(peer)
            }
        }
    }

    /// Users lie in so many buckets, for who looks at all of them a few at a time.
    public static let bucketCount = PresenceLimits.segments

    public static func bucket(of user: UserID) -> Int { UserHash(user.rawValue).bucket }

    /// The sessions of all users of a bucket on nodes that are to be seen. The rules of the same for one user hold.
    public func forEachSession(inBucket bucket: Int, _ body: (UserID, PresentSession) -> Void) {
        segments[bucket].withLock { segment in
            segment.forEach { user, word in
                guard let peer = origins.visiblePeer(OriginSlot(word: word)) else { return }
                body(UserID(user), PresentSession(content: SessionContent(word: word), peer: peer))
            }
        }
    }

    /// The sessions that can be seen.
    public var sessionCount: Int { origins.visibleSessionCount }

    /// The sessions of one life of a node, hidden or not.
    public func sessionCount(of peer: Peer) -> Int {
        guard let slot = origins.slot(of: peer) else { return 0 }
        return origins.sessionCount(slot)
    }

    /// Lives of nodes in the table, those that wait to be swept included.
    public var originCount: Int { origins.count }

    /// What the sessions take, in bytes of allocations.
    public var byteCount: Int {
        (0..<segments.count).reduce(0) { sum, index in
            sum + segments[index].withLock { $0.byteCount }
        }
    }
}

/// For the writer, one thread.
extension PresenceTable {
    enum Upsert: Equatable {
        /// `previous` is the entry that it took the place of, `own` the session of the same user and class here.
        case written(previous: SessionContent?, own: SessionContent?)
        /// The segment holds all that is allowed.
        case full
    }

    func upsert(_ user: UInt32, _ hash: UserHash, _ content: SessionContent, of slot: OriginSlot) -> Upsert {
        let word = slot.word(content)
        let upsert: Upsert = segments[hash.bucket].withLock { segment in
            if segment.count >= PresenceLimits.sessionsPerSegment { return .full }
            let previous = segment.upsert(user, hash, word)
            let own = segment.word(of: user, hash, identity: OriginSlot.own.word(content))
            return .written(
                previous: previous.map { SessionContent(word: $0) }, own: own.map { SessionContent(word: $0) })
        }
        if case .written(previous: nil, own: _) = upsert { origins.count(1, in: slot) }
        return upsert
    }

    func remove(_ user: UInt32, _ hash: UserHash, _ device: DeviceClass, of slot: OriginSlot) -> SessionContent? {
        let previous = segments[hash.bucket].withLock { $0.remove(user, hash, slot.identity(device)) }
        if previous != nil { origins.count(-1, in: slot) }
        return previous.map { SessionContent(word: $0) }
    }

    func content(_ user: UInt32, _ hash: UserHash, _ device: DeviceClass, of slot: OriginSlot) -> SessionContent? {
        let word = segments[hash.bucket].withLock { $0.word(of: user, hash, identity: slot.identity(device)) }
        return word.map { SessionContent(word: $0) }
    }

    /// All entries of a user, hidden ones included.
    func forEachEntry(of user: UInt32, _ hash: UserHash, _ body: (OriginSlot, SessionContent) -> Void) {
        segments[hash.bucket].withLock { segment in
            segment.forEachWord(of: user, hash) { body(OriginSlot(word: $0), SessionContent(word: $0)) }
        }
    }

    /// What an origin has in a bucket. Reads a whole segment.
    func forEachEntry(in bucket: Int, of slot: OriginSlot, _ body: (UInt32, SessionContent) -> Void) {
        segments[bucket].withLock { segment in
            segment.forEach { user, word in
                if OriginSlot(word: word) == slot { body(user, SessionContent(word: word)) }
            }
        }
    }

    /// Who has a session of a class at an origin, of the users in some buckets.
    func users(of slot: OriginSlot, on device: DeviceClass, in buckets: Range<Int>) -> [UserID] {
        var users: [UserID] = []
        for bucket in buckets {
            forEachEntry(in: bucket, of: slot) { user, content in
                if content.device == device { users.append(UserID(user)) }
            }
        }
        return users
    }

    /// Takes the entries of all `condemned` slots out of one segment.
    func sweep(_ bucket: Int, of condemned: borrowing Set4096) {
        segments[bucket].withLock { segment in
            segment.removeAll { word in
                let slot = OriginSlot(word: word)
                guard condemned.contains(slot.index) else { return false }
                origins.count(-1, in: slot)
                return true
            }
        }
    }
}
