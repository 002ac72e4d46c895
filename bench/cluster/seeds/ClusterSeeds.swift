import ClusterSimulator
import Dispatch
import Foundation
import Synchronization

/// Runs seeds of the cluster simulator on all cores, or one of them with all that happens in it.
@main
struct ClusterSeeds {
    static let usage = """
        cluster-seeds FIRST COUNT [--json]    runs COUNT seeds from FIRST on, on all cores
        cluster-seeds --replay SEED [--json]  runs one seed and prints everything that happens in it

        A seed is one random life of a cluster and of users who write to each other on it. Of a failing one the promises
        that were broken are printed (Property in Tests/ClusterSimulator), and its faults with their times.
        Exit code: 0 all promises were kept, 2 wrong usage, 4 some were broken.
        """

    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") {
            print(usage)
            return
        }
        let isJSON = arguments.contains("--json")
        arguments.removeAll { $0 == "--json" }
        if arguments.count == 2, arguments[0] == "--replay", let seed = UInt64(arguments[1]) {
            exit(replay(seed, isJSON: isJSON))
        }
        guard arguments.count == 2, let first = UInt64(arguments[0]), let count = Int(arguments[1]), count > 0,
            first.addingReportingOverflow(UInt64(count)).overflow == false
        else {
            FileHandle.standardError.write(Data((usage + "\n").utf8))
            exit(2)
        }
        exit(run(first, count, isJSON: isJSON))
    }

    // MARK: Many

    private static func run(_ first: UInt64, _ count: Int, isJSON: Bool) -> Int32 {
        let totals = Mutex(Totals())
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let seed = first + UInt64(index)
            let world = Schedule.world(seed: seed)
            let violations = Schedule.run(world)
            let (events, report) = (world.eventCount, violations.isEmpty ? nil : Report(seed, world))
            totals.withLock { totals in
                totals.done += 1
                totals.events += events
                if let report {
                    totals.failed += 1
                    print(isJSON ? report.json : report.text)
                    fflush(nil)
                }
                totals.showProgress(of: count, since: start)
            }
        }
        let end = totals.withLock { $0 }
        if isatty(2) != 0 { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        let seconds = Report.seconds(ContinuousClock.now - start)
        if isJSON {
            print(
                "{\"first\":\(first),\"count\":\(count),\"events\":\(end.events),\"failed\":\(end.failed),"
                    + "\"seconds\":\(seconds)}")
        } else {
            print(
                "\(count) seeds from \(first), \(end.events) events, in \(seconds) s: "
                    + (end.failed == 0 ? "all promises were kept" : "\(end.failed) seeds broke promises"))
        }
        return end.failed == 0 ? 0 : 4
    }

    private struct Totals {
        var done = 0
        var failed = 0
        var events = 0
        var lastShown = ContinuousClock.now

        /// Once a second for people; every ten seconds into a log.
        mutating func showProgress(of count: Int, since start: ContinuousClock.Instant) {
            let isTerminal = isatty(2) != 0
            let now = ContinuousClock.now
            guard now - lastShown >= (isTerminal ? .seconds(1) : .seconds(10)) else { return }
            lastShown = now
            let text = "\(done) of \(count) seeds after \(Report.seconds(now - start)) s, \(failed) failed"
            FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n").utf8))
        }
    }

    // MARK: One

    private static func replay(_ seed: UInt64, isJSON: Bool) -> Int32 {
        let world = Schedule.world(seed: seed)
        if !isJSON { world.trace = { print($0) } }
        let violations = Schedule.run(world)
        let report = Report(seed, world)
        print(isJSON ? report.json : violations.isEmpty ? "seed \(seed): all promises were kept" : report.text)
        return violations.isEmpty ? 0 : 4
    }
}

/// What there is to say about a seed.
private struct Report {
    let text: String
    let json: String

    private static let maxViolations = 8

    init(_ seed: UInt64, _ world: ClusterWorld) {
        let violations = world.violations
        var lines = ["seed \(seed) broke \(Set(violations.map(\.property.rawValue)).sorted().joined(separator: ", "))"]
        lines += violations.prefix(Self.maxViolations).map { "  \($0)" }
        if violations.count > Self.maxViolations { lines.append("  and \(violations.count - Self.maxViolations) more") }
        lines.append("  its faults, in seconds:")
        lines += world.faults.map { "    \($0)" }
        lines.append("  to see everything: cluster-seeds --replay \(seed)")
        text = lines.joined(separator: "\n")
        let broken = violations.map {
            "{\"property\":\"\($0.property.rawValue)\",\"at\":\($0.note.seconds),"
                + "\"text\":\(Self.quoted($0.note.text))}"
        }
        let faults = world.faults.map { "{\"at\":\($0.seconds),\"text\":\(Self.quoted($0.text))}" }
        json =
            "{\"seed\":\(seed),\"events\":\(world.eventCount),\"violations\":[\(broken.joined(separator: ","))],"
            + "\"faults\":[\(faults.joined(separator: ","))]}"
    }

    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let fraction = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"", "\\": quoted += "\\\(character)"
            case _ where character.value < 0x20: quoted += " "
            default: quoted.unicodeScalars.append(character)
            }
        }
        return quoted + "\""
    }
}
