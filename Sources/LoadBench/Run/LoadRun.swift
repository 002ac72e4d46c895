import Crypto
import Primitives
import Reactor
import TLS

/// A run, from the first login to the report.
public final class LoadRun: Sendable {
    private let plan: Plan
    private let coordinator: Coordinator
    private let group: LoopGroup
    private let workers: WorkerPool
    private let loadBefore = Machine.loadAverage

    /// Descriptors for what is no client: loops, timers, lookups.
    private static let spareFiles = 256

    /// Begins the run. Throws when the process cannot get what it needs for it.
    public init(_ plan: Plan) throws {
        let files = Machine.raiseFileLimit()
        let connections = plan.transport == .poll ? 2 * plan.userCount : plan.userCount
        guard connections + Self.spareFiles <= files else {
            throw RunFailure.failed("\(plan.userCount) users need more files than the \(files) of a process here")
        }
        self.plan = plan
        let coordinator = Coordinator(plan)
        self.coordinator = coordinator
        workers = try WorkerPool(name: "resolve", threads: 1, capacity: 1_024)
        let resolver = NameResolver(pool: workers)
        let password = try MD5.hex([UInt8](plan.password.utf8).rawBytes)
        let tls = plan.transport.isSealed ? try TLSContext(clientBelieving: plan.authorities) : nil
        let run = UInt64.random(in: 1...(.max))
        var configuration = LoopGroup.Configuration(seed: plan.seed)
        configuration.loops = plan.loops
        group = try LoopGroup(configuration) { loop in
            let driver = try Driver(loop, coordinator, run: run, resolver, tls, password: password)
            // The loop holds its handlers, and so the driver, until it stops.
            loop.schedule(after: .zero) { driver.start() }
        }
    }

    public var stage: Stage { coordinator.stage }

    public var tally: Tally { coordinator.tally }

    /// Ends the sending now; what was sent is still checked and reported.
    public func stop() {
        coordinator.stop()
    }

    /// Waits for the end of the run. To be called once, and not from a loop.
    public func report() throws(RunFailure) -> Report {
        let outcome = coordinator.outcome()
        let machine = Report.Machine(
            cores: Machine.coreCount, loadBefore: loadBefore, loadAfter: Machine.loadAverage,
            generatorCPUShare: coordinator.cpuShare)
        let memory = coordinator.residentBytes
        group.stop()
        workers.stop()
        return Report(plan, try outcome.get(), machine, memory)
    }
}
