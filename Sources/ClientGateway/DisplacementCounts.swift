import Primitives
import TalkProtocol

/// How often each user and class was displaced of late. A core.
struct DisplacementCounts {
    /// From the last displacement until it is forgotten, and at most twice that.
    static let memory: Duration = .seconds(600)
    static let shortestSilence: Duration = .seconds(10)
    static let longestSilence: Duration = .seconds(300)
    /// A login waits when there were more.
    static let freeDisplacements = 3
    static let longestDelay: Duration = .seconds(4)
    /// Of a generation; users beyond it are forgotten early.
    static let capacity = 50_000

    private struct Key: Hashable {
        let user: UserID
        let device: DeviceClass
    }

    /// Two generations: when the younger one is old or full, the older one goes.
    private var young: [Key: Int] = [:]
    private var old: [Key: Int] = [:]
    private var turned = Instant(nanoseconds: 0)

    /// Users and classes that are remembered.
    var count: Int { young.count + old.count }

    mutating func note(_ user: UserID, _ device: DeviceClass, at now: Instant) -> Duration {
        turn(at: now)
        let key = Key(user: user, device: device)
        let count = (young[key] ?? old.removeValue(forKey: key) ?? 0) + 1
        young[key] = count
        return Self.doubled(Self.shortestSilence, count - 1, atMost: Self.longestSilence)
    }

    mutating func delay(_ user: UserID, _ device: DeviceClass, at now: Instant) -> Duration {
        turn(at: now)
        let key = Key(user: user, device: device)
        let count = young[key] ?? old[key] ?? 0
        guard count > Self.freeDisplacements else { return .zero }
        return Self.doubled(.seconds(1), count - Self.freeDisplacements - 1, atMost: Self.longestDelay)
    }

    private mutating func turn(at now: Instant) {
        guard now - turned >= Self.memory || young.count >= Self.capacity else { return }
        old = now - turned >= Self.memory * 2 ? [:] : young
        young = [:]
        turned = now
    }

    private static func doubled(_ duration: Duration, _ times: Int, atMost limit: Duration) -> Duration {
        min(duration * (1 << min(times, 10)), limit)
    }
}
