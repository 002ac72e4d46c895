public import Reactor
import Synchronization

/// Works out keys for logins on the threads of a pool. Shared by the loops of a node.
///
/// One derivation takes a quarter of a second, so attempts wait for each other: addresses take turns, those from which
/// the name has logged in of late first, three times of four; who has gone is passed over.
public final class Derivations: Sendable {
    enum Judgement: Sendable {
        case right
        /// The password that the user had before.
        case former
        case wrong
    }

    enum Outcome: Sendable {
        case derived(Judgement)
        /// Nobody waited for it any more: nothing was worked out.
        case passedOver
    }

    struct Job {
        let interest: LoginInterest
        let work: @Sendable () -> Judgement
        let reply: @Sendable (Outcome) -> Void
    }

    private let pool: WorkerPool
    private let queues: Mutex<DerivationQueues>

    /// - Parameter capacity: attempts that wait, of known addresses and of others each; of one address a quarter of it.
    public init(_ pool: WorkerPool, capacity: Int = 512) {
        self.pool = pool
        queues = Mutex(DerivationQueues(capacity: capacity))
    }

    /// Runs `work` on a thread, and then `completion` on `loop`. `false`: there is no room, neither will run.
    ///
    /// - Parameters:
    ///   - isKnown: the name has logged in from this address of late.
    func submit(
        from loop: EventLoop, site: SocketAddress.Host, isKnown: Bool, interest: LoginInterest,
        _ work: @escaping @Sendable () -> Judgement, then completion: @escaping (Outcome) -> Void
    ) -> Bool {
        let job = Job(interest: interest, work: work, reply: loop.replying(with: completion))
        guard queues.withLock({ $0.append(job, of: site, isKnown: isKnown) }) else { return false }
        // One call for each job; which job it runs is decided when there is a thread for it.
        if pool.run({ [self] in runNext() }) { return true }
        // The pool is full or stops: the job that waits for the missing call is given up.
        queues.withLock { $0.popFirst() }?.reply(.passedOver)
        return true
    }

    private func runNext() {
        guard let job = queues.withLock({ $0.popFirst() }) else { return }
        job.reply(job.interest.begin() ? .derived(job.work()) : .passedOver)
    }
}
