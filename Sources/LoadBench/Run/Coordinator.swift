import Primitives
import Reactor
import Synchronization

/// Leads the loops of a run through its stages. They look at it every few milliseconds, and say when they are done.
final class Coordinator: Sendable {
    private struct State {
        var stage = Stage.joining
        var arrived: Set<Int> = []
        var isStopped = false
        var failure: RunFailure?
        var tallies: [Tally]
        var results: [DriverResult] = []
        var residentBytes: [Int?] = []
        /// When sending began and when it ended, and the CPU time of this process by then.
        var marks: [(at: Instant, cpu: Duration)] = []
    }

    private static let leadTime: Duration = .milliseconds(50)

    let plan: Plan
    private let state: Mutex<State>
    private let finished = Semaphore()

    init(_ plan: Plan) {
        self.plan = plan
        state = Mutex(State(tallies: Array(repeating: Tally(), count: plan.loops)))
        noteMemory()
    }

    var stage: Stage { state.withLock { $0.stage } }

    /// Sending shall end now.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    var tally: Tally { state.withLock { $0.tallies.reduce(Tally(), +) } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    /// The loop is done with `stage`.
    func arrived(_ loop: Int, at stage: Stage, _ now: Instant) {
        let isComplete = state.withLock { state in
            guard state.stage == stage else { return false }
            state.arrived.insert(loop)
            return state.arrived.count == plan.loops
        }
        guard isComplete else { return }
        if stage == .joining { noteMemory() }
        let cpu = Machine.cpuTime
        state.withLock { state in
            state.arrived = []
            state.stage = next(after: stage, now)
            if stage.isSending || state.stage.isSending { state.marks.append((now, cpu)) }
        }
    }

    func failed(_ failure: RunFailure) {
        state.withLock { state in
            if state.failure == nil { state.failure = failure }
            state.stage = .finished
        }
    }

    func publish(_ tally: Tally, from loop: Int) {
        state.withLock { $0.tallies[loop] = tally }
    }

    func deliver(_ result: DriverResult) {
        let isLast = state.withLock { state in
            state.results.append(result)
            return state.results.count == plan.loops
        }
        if isLast { finished.signal() }
    }

    /// Waits for the results of all loops.
    func outcome() -> Result<[DriverResult], RunFailure> {
        finished.wait()
        return state.withLock { state in
            if let failure = state.failure { return .failure(failure) }
            return .success(state.results)
        }
    }

    /// Memory of the server's process before and after the logins.
    var residentBytes: (before: Int, after: Int)? {
        state.withLock { state in
            guard state.residentBytes.count == 2, let before = state.residentBytes[0],
                let after = state.residentBytes[1]
            else { return nil }
            return (before, after)
        }
    }

    /// CPU time of this process while it was sending, in cores.
    var cpuShare: Double {
        state.withLock { state in
            guard let first = state.marks.first, let last = state.marks.last, last.at > first.at else { return 0 }
            return (last.cpu - first.cpu) / (last.at - first.at)
        }
    }

    private func noteMemory() {
        guard let process = plan.serverProcess else { return }
        let bytes = Machine.residentBytes(of: process)
        state.withLock { $0.residentBytes.append(bytes) }
    }

    private func next(after stage: Stage, _ now: Instant) -> Stage {
        switch stage {
        case .joining: plan.conversationSize > 0 ? .preparing : .sending(from: now + Self.leadTime)
        case .preparing: .sending(from: now + Self.leadTime)
        case .sending: plan.conversationSize > 0 ? .draining : .finished
        case .draining: plan.verifies ? .verifying : .finished
        case .verifying, .finished: .finished
        }
    }
}

/// What a driver has at the end of a run.
struct DriverResult: Sendable {
    var measures: Measures
    var findings: Findings
    /// From the end of the warm-up to the end of sending.
    var measured: Range<Instant>
    /// Sends that were never acknowledged.
    var unacked: Int
    /// Sends that were due and could not be made.
    var unsent: Int
    /// Devices whose history could not be read.
    var unverified: Int
    /// Messages in the run's conversations that are not of this run.
    var foreign: Int
}
