import Synchronization
import TalkProtocol

/// Users with a device that is told of messages while they are away, as far as this node knows. Any thread may use it.
///
/// Nobody leaves it in the life of a node: for whoever has no device any more the database is asked once per message,
/// and finds nothing.
public final class DeviceHolders: Sendable {
    private let isEmpty = Atomic<Bool>(true)
    private let isWhole = Atomic<Bool>(false)
    private let users = Mutex<Set<UserID>>([])

    init() {}

    /// All are known that the database has. Until then nobody can say of a message that all are named whom it concerns.
    var isComplete: Bool {
        get { isWhole.load(ordering: .acquiring) }
        set { isWhole.store(newValue, ordering: .releasing) }
    }

    /// Many clusters have none, and then nothing more is looked at.
    var areThere: Bool { !isEmpty.load(ordering: .acquiring) }

    func add(_ new: some Sequence<UserID>) {
        users.withLock { users in
            users.formUnion(new)
            isEmpty.store(users.isEmpty, ordering: .releasing)
        }
    }

    /// Those of `candidates` who have one, but `sender`.
    func among(_ candidates: [UserID], except sender: UserID) -> [UserID] {
        guard areThere else { return [] }
        return users.withLock { users in candidates.filter { $0 != sender && users.contains($0) } }
    }
}
