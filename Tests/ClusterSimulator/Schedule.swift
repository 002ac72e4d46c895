import Primitives
import TalkProtocol

/// A random life of a cluster: users come, go and write, while the machine room burns; then it is mended, and
/// everything must be right again.
public enum Schedule {
    /// The world of a seed, before anything happens in it.
    public static func world(seed: UInt64) -> ClusterWorld {
        var options = ClusterWorld.Options()
        options.isSealed = seed % 8 == 0
        return ClusterWorld(seed: seed, options: options)
    }

    /// Returns what was wrong.
    @discardableResult
    public static func run(_ world: ClusterWorld, steps: Int = 60) -> [Violation] {
        world.openChat(users: 4, groups: 2)
        let isLarge = Int.random(in: 0..<12, using: &world.random) == 0
        world.start(isLarge ? Int.random(in: 6...9, using: &world.random) : Int.random(in: 2...5, using: &world.random))
        if Int.random(in: 0..<4, using: &world.random) == 0 {
            world.makeLater([0, Int.random(in: 0..<world.nodeCount, using: &world.random)])
        }
        world.run(for: .seconds(2))
        for _ in 0..<steps {
            if Int.random(in: 0..<3, using: &world.random) == 0 { disturb(world) }
            for _ in 0..<Int.random(in: 0...8, using: &world.random) { live(world) }
            for _ in 0..<Int.random(in: 0...6, using: &world.random) { world.chat() }
            world.run(for: .milliseconds(Int64.random(in: 1...800, using: &world.random)))
            world.audit()
        }
        mend(world)
        // At the latest after a node that still stands still, two rounds of contacting strangers, and a repair, and
        // when the last client that went without a word is known to be gone; then it must stay so.
        let (soonest, latest) = (world.now + .seconds(9), world.now + ClusterWorld.recoveryOfAll)
        while world.now < latest, world.now < soonest || !world.isSettled || !world.isDelivered { pass(world) }
        for _ in 0..<2 { pass(world) }
        // What was said in the last moment, a call that ended perhaps, is confirmed a moment later.
        for _ in 0..<10 where !world.isDrained { world.run(for: .milliseconds(20)) }
        world.checkEnd()
        world.checkMessages()
        return world.violations
    }

    private static func pass(_ world: ClusterWorld) {
        // Who was about to leave, or stood still, comes later.
        world.restartWhoIsDown()
        world.run(for: .seconds(1))
        world.audit()
    }

    private static func live(_ world: ClusterWorld) {
        let user = UserID(UInt32.random(in: 1...12, using: &world.random))
        let kinds: [ClientType] = [.windows, .mac, .ios, .android]
        let kind = kinds[Int.random(in: 0..<4, using: &world.random)]
        let place = Int.random(in: 0..<world.nodeCount, using: &world.random)
        let other = Int.random(in: 0..<world.nodeCount, using: &world.random)
        switch Int.random(in: 0..<60, using: &world.random) {
        case 0..<24: world.login(user, kind, at: place)
        case 24..<36: world.logout(user, kind.deviceClass, at: place)
        case 36..<40: world.sendHint(from: place, to: other)
        case 40: world.sendMessages(300, from: place, to: other)
        default: world.sendMessages(1, from: place, to: other)
        }
    }

    private static func disturb(_ world: ClusterWorld) {
        if Int.random(in: 0..<6, using: &world.random) == 0 { return world.disturbDatabase() }
        let faults = Fault.allCases
        let weights = faults.map(\.weight)
        var choice = Int.random(in: 0..<weights.reduce(0, +), using: &world.random)
        for (fault, weight) in zip(faults, weights) {
            if choice < weight { return fault.strike(world) }
            choice -= weight
        }
    }

    private static func mend(_ world: ClusterWorld) {
        world.databaseReturns()
        world.chatServer.calm()
        world.healNetwork()
        world.setLoss(0)
        world.restartWhoIsDown()
    }
}
