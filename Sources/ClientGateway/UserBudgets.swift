import Primitives
import Synchronization
import TalkProtocol

/// What users may still do, by user: whoever logs in again, or with another device, does not begin anew. Shared by the
/// loops of a node; a user who goes from node to node has a budget on each.
///
/// A budget that has had time to fill says no more than none, so who did nothing for a while is forgotten.
public final class UserBudgets: Sendable {
    /// What a user does that costs others something.
    enum Kind {
        case message
        case request
        /// The list of all users, or of all departments.
        case directory
        /// Of what others see of the user: it is told to everybody.
        case profileChange
        /// Making a group, or changing its members.
        case groupChange
        /// Letting another user's devices ring.
        case call
        /// A password for the TURN servers.
        case relayPass
    }

    private struct Budget {
        var messages = TokenBucket()
        var messageBytes = TokenBucket()
        var requests = TokenBucket()
        var directories = TokenBucket()
        var profileChanges = TokenBucket()
        var groupChanges = TokenBucket()
        var calls = TokenBucket()
        var relayPasses = TokenBucket()
        /// Of long answers.
        var bytes = TokenBucket()
    }

    /// Two generations: when the younger one is old or full, the older one goes.
    private struct Generations {
        var young: [UserID: Budget] = [:]
        var old: [UserID: Budget] = [:]
        var turned = Instant(nanoseconds: 0)
    }

    private final class Segment: Sendable {
        let budgets = Mutex(Generations())
    }

    /// Longer than any budget takes to fill.
    private static let memory: Duration = .seconds(120)
    private static let segmentCount = 64
    /// Of a generation of a segment.
    private static let capacity = 4_000

    private let segments = (0..<segmentCount).map { _ in Segment() }

    public init() {}

    /// Takes one; otherwise how long until there is one. Who has been sent more than his share waits with requests.
    ///
    /// - Parameter byteCount: of a message.
    func take(
        _ kind: Kind, byteCount: Int = 0, of user: UserID, _ limits: GatewayLimits, at now: Instant
    ) -> Duration? {
        change(user, at: now) { budget in
            if kind != .message, let wait = budget.bytes.wait(limits.answerBytes, at: now) { return wait }
            switch kind {
            case .message:
                // Sent on when there is room: nobody is closed for one long message behind another.
                if let wait = budget.messageBytes.wait(limits.messageBytes, at: now) {
                    return min(wait, limits.maxThrottle)
                }
                let wait = budget.messages.take(limits.messages, at: now)
                if wait == nil { budget.messageBytes.charge(byteCount, limits.messageBytes, at: now) }
                return wait
            case .request: return budget.requests.take(limits.requests, at: now)
            case .directory: return budget.directories.take(limits.directories, at: now)
            case .profileChange: return budget.profileChanges.take(limits.profileChanges, at: now)
            case .groupChange: return budget.groupChanges.take(limits.groupChanges, at: now)
            case .call: return budget.calls.take(limits.calls, at: now)
            case .relayPass: return budget.relayPasses.take(limits.relayPasses, at: now)
            }
        }
    }

    /// The user was sent an answer of so many bytes.
    func charge(_ byteCount: Int, to user: UserID, _ limits: GatewayLimits, at now: Instant) {
        change(user, at: now) { $0.bytes.charge(byteCount, limits.answerBytes, at: now) }
    }

    private func change<Value>(_ user: UserID, at now: Instant, _ body: (inout Budget) -> Value) -> Value {
        let segment = segments[Int(mix64(UInt64(user.rawValue)) % UInt64(Self.segmentCount))]
        return segment.budgets.withLock { generations in
            if now - generations.turned >= Self.memory || generations.young.count >= Self.capacity {
                generations.old = generations.young
                generations.young = [:]
                generations.turned = now
            }
            var budget = generations.young[user] ?? generations.old.removeValue(forKey: user) ?? Budget()
            defer { generations.young[user] = budget }
            return body(&budget)
        }
    }
}
