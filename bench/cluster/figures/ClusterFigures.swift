import ClusterSimulator
import Foundation
import Membership
import Primitives

/// Figures of the membership core in virtual time, each beside the best of others: rows of a table in Markdown.
///
/// Usage: cluster-figures [quick]   fewer runs, and no cluster of more than 100 nodes
@main
struct ClusterFigures {
    let isQuick: Bool

    static func main() {
        let figures = ClusterFigures(isQuick: CommandLine.arguments.dropFirst().first == "quick")
        figures.printDetection()
        figures.printRestart()
        figures.printJoins()
        figures.printLoss()
        figures.printAnomaly()
        figures.printIdle()
    }

    func row(_ metric: String, other: String, goal: String, _ measured: String) {
        print("| \(metric) | \(other) | \(goal) | \(measured) |")
        fflush(nil)
    }

    // MARK: Who is gone

    private struct Detection {
        let count: Int
        let frozenElsewhere: String
        let killedElsewhere: String
        let frozenGoal: String
    }

    private static let detections = [
        Detection(
            count: 5, frozenElsewhere: "6.38 s memberlist", killedElsewhere: "6.04 s memberlist", frozenGoal: ""),
        Detection(
            count: 20, frozenElsewhere: "7.41 s memberlist", killedElsewhere: "7.31 s memberlist", frozenGoal: ""),
        Detection(
            count: 50, frozenElsewhere: "9.65 s memberlist", killedElsewhere: "9.28 s memberlist",
            frozenGoal: "4.0 s p50"),
        Detection(
            count: 100, frozenElsewhere: "10.09 s memberlist", killedElsewhere: "", frozenGoal: "4.5 s p50"),
        Detection(count: 300, frozenElsewhere: "", killedElsewhere: "", frozenGoal: ""),
        Detection(
            count: 1000, frozenElsewhere: "14.9 s memberlist, simulated", killedElsewhere: "",
            frozenGoal: "6.0 s p50"),
    ]

    private func printDetection() {
        for detection in Self.detections where !isQuick || detection.count <= 100 {
            let count = detection.count
            let base = count > 100 ? settled(count) : nil
            let runs = count <= 50 ? 100 : count <= 100 ? 40 : count <= 300 ? 10 : 3
            let frozen = detectionTimes(count, runs: isQuick ? min(runs, 10) : runs, in: base) {
                $0.pause(count / 2, for: .seconds(1000))
            }
            row(
                "frozen, dead everywhere, N = \(count)", other: detection.frozenElsewhere, goal: detection.frozenGoal,
                "\(frozen.text), \(frozen.count) runs")
            let killed = detectionTimes(count, runs: isQuick ? min(runs, 10) : runs, in: base) {
                $0.crash(count / 2)
            }
            row(
                "kill -9, dead everywhere, N = \(count)", other: detection.killedElsewhere, goal: "0.5 s p99",
                "\(killed.text), \(killed.count) runs")
        }
    }

    /// Large clusters are settled once: what they have to tell each other at their start takes a while.
    private func settled(_ count: Int) -> MembershipWorld {
        var world = MembershipWorld.settled(count, seed: 5)
        world.run(for: .seconds(count <= 100 ? 10 : count <= 300 ? 30 : 60))
        return world
    }

    private func detectionTimes(
        _ count: Int, runs: Int, in base: MembershipWorld?, _ harm: (inout MembershipWorld) -> Void
    ) -> Times {
        times(runs) { seed in
            var world = base ?? MembershipWorld.settled(count, seed: seed)
            world.random = SeededRandom(seed: seed)
            let start = world.now
            harm(&world)
            let isSeen = world.run(until: start + .seconds(60)) { $0.everyoneSees(count - 1) }
            return isSeen ? world.now - start : nil
        }
    }

    // MARK: Who comes

    private func printRestart() {
        let back = times(isQuick ? 20 : 100) { seed in
            var world = MembershipWorld.settled(5, seed: seed)
            world.crash(3)
            world.run(for: .milliseconds(20))
            let old = world.nodes[3].swim.me
            guard let epoch = NodeEpoch(rawValue: old.epoch.rawValue + 1) else { return nil }
            let life = Peer(old.node, epoch)
            let start = world.now
            world.start(as: old.node, epoch: epoch, seeds: [0, 1, 2])
            let isBack = world.run(until: start + .seconds(60)) { world in
                world.nodes.allSatisfy { !$0.isRunning || $0.swim.me == life || $0.swim.isLive(life) }
            }
            return isBack ? world.now - start : nil
        }
        row("restart at a new address, seen by all, N = 5", other: "57.2 s memberlist", goal: "0.5 s", back.text)
    }

    private func printJoins() {
        let joins = times(isQuick ? 20 : 200) { seed in
            var world = MembershipWorld.settled(50, seed: seed)
            world.network.loss = 0.3
            let start = world.now
            world.start(seeds: Array(0..<50))
            return world.run(until: start + .seconds(60)) { $0.everyoneSees(51) } ? world.now - start : nil
        }
        row("join at 30 % loss, N = 50", other: "17.5 s p95 memberlist, simulated", goal: "0.6 s p99", joins.text)
        let others = [5: "0.2 s, once 30 s", 20: "0.6 s", 50: "1.06 s, once 69 s", 100: "2.5 s, once 90.3 s"]
        for count in [5, 20, 50, 100] {
            let starts = times(isQuick ? 10 : 50) { seed in
                var world = MembershipWorld(seed: seed)
                let start = world.now
                world.startCluster(of: count)
                return world.run(until: start + .seconds(120)) { $0.everyoneSees(count) } ? world.now - start : nil
            }
            row(
                "mass start of \(count) nodes", other: "\(others[count] ?? "") memberlist",
                goal: count == 100 ? "3 s, worst of 50" : "", starts.text)
        }
    }

    // MARK: Who is wronged

    private func printLoss() {
        func deaths(_ count: Int, _ loss: Double, bus: Bool, seconds: Int64) -> Int {
            var world = MembershipWorld.settled(count, seed: 11)
            world.busWorks = bus
            world.forgetObservations()
            world.network.loss = loss
            world.run(for: .seconds(seconds))
            return world.deaths
        }
        let withoutTCP = [0.1: 1, 0.2: 6, 0.3: 17]
        for count in [50, 100] {
            for loss in [0.1, 0.2, 0.3] {
                let isLong = count == 100 && loss == 0.3 && !isQuick
                let found = deaths(count, loss, bus: true, seconds: isLong ? 3600 : 120)
                row(
                    "false deaths, \(Int(loss * 100)) % loss, N = \(count), \(isLong ? "1 h" : "120 s")",
                    other: "0 memberlist, with TCP", goal: "0", "\(found)")
            }
        }
        for loss in [0.1, 0.2, 0.3] {
            row(
                "the same by UDP alone, \(Int(loss * 100)) % loss, N = 50, 120 s",
                other: "\(withoutTCP[loss] ?? 0) memberlist", goal: "0",
                "\(deaths(50, loss, bus: false, seconds: 120))")
        }
    }

    /// Five of fifty nodes stand still for ten seconds and run for a tenth of one, in turn, for two minutes.
    private func printAnomaly() {
        var world = MembershipWorld.settled(50, seed: 3)
        world.forgetObservations()
        let end = world.now + .seconds(120)
        while world.now < end {
            for place in 0..<5 { world.pause(place, for: .seconds(10)) }
            world.run(for: .milliseconds(10_100))
        }
        var (healthy, blocked) = (0, 0)
        for observation in world.observations {
            guard case .died(let peer, _) = observation.effect else { continue }
            if peer.node.rawValue > 5 { healthy += 1 } else { blocked += 1 }
        }
        row(
            "5 of 50 blocked 10 s, run 0.1 s, for 120 s: false deaths of the healthy",
            other: "2 memberlist, 117 without Lifeguard", goal: "2", "\(healthy)")
        row("the same: deaths of the blocked ones", other: "1720 memberlist", goal: "500", "\(blocked)")
    }

    private func printIdle() {
        for count in [5, 50, 100, 300, 1000] where !isQuick || count <= 100 {
            var world = settled(count)
            let before = world.nodes.reduce(0) { $0 + $1.sentBytes }
            world.run(for: .seconds(20))
            let sent = world.nodes.reduce(0) { $0 + $1.sentBytes } - before
            let other = count == 5 ? "85 B/s memberlist" : count == 1000 ? "2.9 kB/s memberlist, simulated" : ""
            row("idle gossip per node, N = \(count)", other: other, goal: "350 B/s", "\(sent / count / 20) B/s")
        }
    }

    // MARK: Many runs

    struct Times {
        let count: Int
        let text: String
    }

    /// `nil` from a run: it did not come to an end.
    private func times(_ runs: Int, _ run: (UInt64) -> Duration?) -> Times {
        let ended = (1...UInt64(runs)).compactMap(run).sorted()
        func seconds(_ place: Int) -> String { String(format: "%.3f s", Double(ended[place].nanoseconds) / 1e9) }
        guard !ended.isEmpty else { return Times(count: runs, text: "never") }
        let unended = ended.count < runs ? ", \(runs - ended.count) of \(runs) never" : ""
        let high = max(0, (ended.count * 99 + 99) / 100 - 1)
        return Times(
            count: runs,
            text: "p50 \(seconds(ended.count / 2)), p99 \(seconds(high)), worst \(seconds(ended.count - 1))\(unended)")
    }
}
