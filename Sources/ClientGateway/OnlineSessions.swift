public import Conversations
public import Primitives
import Synchronization
public import TalkProtocol

/// Where the users of this node are: at most one PC and one mobile session each. Shared by the loops.
///
/// Split by user, so that two loops seldom ask for the same lock; a lookup holds one for some 20 ns.
public final class OnlineSessions: Sendable {
    public struct Entry: Equatable, Sendable {
        public let address: SessionAddress
        /// Issued by PostgreSQL: of two sessions of one user and class the higher one counts.
        public let epoch: Int64
        public let clientType: ClientType
        /// As the client wants to be shown.
        public let status: UserStatType
        public let openedAt: Instant
        /// What transactions before it stored its client reads by itself.
        public let horizon: Int64

        public init(
            address: SessionAddress, epoch: Int64, clientType: ClientType, status: UserStatType, openedAt: Instant,
            horizon: Int64
        ) {
            self.address = address
            self.epoch = epoch
            self.clientType = clientType
            self.status = status
            self.openedAt = openedAt
            self.horizon = horizon
        }
    }

    /// The sessions of one user.
    public struct Presence: Equatable, Sendable {
        public internal(set) var pc: Entry?
        public internal(set) var mobile: Entry?

        /// What others see: a user is there when a PC is (P9).
        public var shownStatus: UserStatType { pc?.status ?? .offline }

        public internal(set) subscript(device: DeviceClass) -> Entry? {
            get { device == .pc ? pc : mobile }
            set { if device == .pc { pc = newValue } else { mobile = newValue } }
        }
    }

    public enum Insertion: Equatable, Sendable {
        /// The session is the user's; the one it took the place of must be told.
        case inserted(displaced: Entry?)
        /// A later login is here already: this session must go.
        case outdated
    }

    private final class Segment: Sendable {
        let users = Mutex<[UserID: Presence]>([:])
    }

    private static let segmentCount = 64
    private let segments = (0..<segmentCount).map { _ in Segment() }
    private let lastStatusAsked = Atomic<UInt64>(0)

    public init() {}

    public func presence(of user: UserID) -> Presence {
        segment(user).users.withLock { $0[user] } ?? Presence()
    }

    /// What transactions before it stored, all sessions of these users read by themselves; `nil` if there are none.
    public func horizon(of users: [UserID]) -> Int64? {
        users.compactMap { user in
            let presence = presence(of: user)
            return [presence.pc?.horizon, presence.mobile?.horizon].compactMap(\.self).min()
        }.min()
    }

    /// Whether a session of one of these users has been here since before `instant`.
    public func hasSession(of users: [UserID], openedBefore instant: Instant) -> Bool {
        users.contains { user in
            let presence = presence(of: user)
            return [presence.pc, presence.mobile].contains { $0.map { $0.openedAt < instant } ?? false }
        }
    }

    public func insert(_ entry: Entry, of user: UserID) -> Insertion {
        segment(user).users.withLock { users in
            let device = entry.clientType.deviceClass
            let displaced = users[user]?[device]
            if let displaced, displaced.epoch > entry.epoch { return .outdated }
            users[user, default: Presence()][device] = entry
            return .inserted(displaced: displaced)
        }
    }

    /// Takes the session out if it is still the user's; `false` if it was not.
    public func remove(_ address: SessionAddress, _ device: DeviceClass, of user: UserID) -> Bool {
        segment(user).users.withLock { users in
            guard var presence = users[user], presence[device]?.address == address else { return false }
            presence[device] = nil
            users[user] = presence == Presence() ? nil : presence
            return true
        }
    }

    /// The next users with sessions, by number.
    public func users(after user: UserID, limit: Int) -> [(user: UserID, presence: Presence)] {
        // Those that belong to the page are few among many.
        var page: [(user: UserID, presence: Presence)] = []
        for segment in segments {
            let last = page.count == limit ? page.last?.user : nil
            segment.users.withLock { users in
                for (key, value) in users where key > user && last.map({ key < $0 }) != false {
                    page.append((key, value))
                }
            }
            page.sort { $0.user < $1.user }
            if page.count > limit { page.removeLast(page.count - limit) }
        }
        return page
    }

    /// When a client of this node last asked who is online.
    public var statusAsked: Instant { Instant(nanoseconds: lastStatusAsked.load(ordering: .relaxed)) }

    func noteStatusAsked(at now: Instant) {
        lastStatusAsked.store(now.nanoseconds, ordering: .relaxed)
    }

    /// Sessions of all users.
    public var count: Int {
        segments.reduce(0) { sum, segment in
            sum + segment.users.withLock { users in
                users.values.reduce(0) { $0 + ($1.pc == nil ? 0 : 1) + ($1.mobile == nil ? 0 : 1) }
            }
        }
    }

    private func segment(_ user: UserID) -> Segment {
        segments[Int(mix64(UInt64(user.rawValue)) % UInt64(Self.segmentCount))]
    }
}
