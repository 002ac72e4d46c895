import Primitives
import Synchronization
import TalkProtocol

/// Sessions that a later login of the same user and class took the place of. Shared by the loops of a node.
///
/// Some clients log in again whenever their socket closes, and two of them would take turns for ever. So a displaced
/// connection stays open without effect, for longer each time, and logins wait once it has happened often.
public final class Displacements: Sendable {
    private let counts = Mutex(DisplacementCounts())

    public init() {}

    /// A session was displaced; returns for how long its connection stays open.
    func note(_ user: UserID, _ device: DeviceClass, at now: Instant) -> Duration {
        counts.withLock { $0.note(user, device, at: now) }
    }

    /// How long the next login of this user and class waits before it takes effect.
    func delay(_ user: UserID, _ device: DeviceClass, at now: Instant) -> Duration {
        counts.withLock { $0.delay(user, device, at: now) }
    }
}
