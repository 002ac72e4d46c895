import ClusterSimulator
import Dispatch
import Foundation
import Synchronization

/// Runs seeds of the cluster simulator on all cores. Usage: cluster-seeds FIRST COUNT
@main
struct ClusterSeeds {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard arguments.count == 2 else {
            print("usage: cluster-seeds FIRST COUNT")
            exit(2)
        }
        let (first, count) = (arguments[0], Int(arguments[1]))
        let failures = Mutex(0)
        let done = Mutex(0)
        let events = Mutex(0)
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let seed = first + UInt64(index)
            let world = ClusterWorld(seed: seed)
            let faults = Schedule.run(world)
            events.withLock { $0 += world.eventCount }
            if !faults.isEmpty {
                failures.withLock { $0 += 1 }
                print("seed \(seed): \(faults.prefix(5).joined(separator: "; "))")
            }
            let number = done.withLock { done in
                done += 1
                return done
            }
            if number % 1000 == 0 { print("\(number) seeds after \(ContinuousClock.now - start)") }
        }
        let failed = failures.withLock { $0 }
        let total = events.withLock { $0 }
        print(
            "\(count) seeds from \(first), \(total) events, \(failed) seeds with violations, "
                + "in \(ContinuousClock.now - start)")
        exit(failed == 0 ? 0 : 4)
    }
}
