import Primitives
import TalkProtocol

/// A random life of a cluster: users come, go and write, while the machine room burns; then it is mended, and
/// everything must be right again.
public enum Schedule {
    /// Returns what was wrong.
    public static func run(_ world: ClusterWorld, steps: Int = 60) -> [String] {
        let count = Int.random(in: 2...5, using: &world.random)
        world.start(count)
        world.run(for: .seconds(2))
        for _ in 0..<steps {
            if Int.random(in: 0..<3, using: &world.random) == 0 { disturb(world) }
            for _ in 0..<Int.random(in: 0...8, using: &world.random) { live(world) }
            world.run(for: .milliseconds(Int64.random(in: 1...800, using: &world.random)))
        }
        mend(world)
        // At the latest after a node that still stands still, two rounds of contacting strangers, and a repair; then
        // it must stay so.
        let end = world.now + .seconds(40)
        while world.now < end, !world.isWhole || !world.presenceFaults().isEmpty { world.run(for: .seconds(1)) }
        world.run(for: .seconds(2))
        var faults = world.violations
        if !world.isWhole { faults.append("the members do not agree") }
        faults += world.presenceFaults()
        return faults
    }

    private static func live(_ world: ClusterWorld) {
        let user = UserID(UInt32.random(in: 1...12, using: &world.random))
        let kinds: [ClientType] = [.windows, .mac, .ios, .android]
        let kind = kinds[Int.random(in: 0..<4, using: &world.random)]
        let place = Int.random(in: 0..<world.nodeCount, using: &world.random)
        switch Int.random(in: 0..<10, using: &world.random) {
        case 0..<4: world.login(user, kind, at: place)
        case 4, 5: world.logout(user, kind.deviceClass, at: place)
        default: world.sendMessage(from: place, to: Int.random(in: 0..<world.nodeCount, using: &world.random))
        }
    }

    private static func disturb(_ world: ClusterWorld) {
        let place = Int.random(in: 0..<world.nodeCount, using: &world.random)
        let other = Int.random(in: 0..<world.nodeCount, using: &world.random)
        switch Int.random(in: 0..<12, using: &world.random) {
        case 0 where world.isRunning(place): world.crash(place)
        case 1 where world.isRunning(place): world.vanish(place)
        case 2, 3, 4: if world.isDown(place) { world.restart(place) }
        case 5: world.pause(place, for: .milliseconds(Int64.random(in: 50...6000, using: &world.random)))
        case 6: world.network.cut(from: place, to: other)
        case 7: world.network.cut([place], (0..<world.nodeCount).filter { $0 != place })
        case 8, 9: world.network.heal()
        case 10: world.network.loss = Double.random(in: 0...0.5, using: &world.random)
        default: world.network.duplication = Double.random(in: 0...0.5, using: &world.random)
        }
    }

    private static func mend(_ world: ClusterWorld) {
        world.network.heal()
        world.network.loss = 0
        for place in 0..<world.nodeCount where world.isDown(place) { world.restart(place) }
    }
}
