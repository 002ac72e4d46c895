import Synchronization

/// A few threads for what blocks or computes long: password hashing, name lookups, files.
///
/// The queue is bounded; when it is full `submit` says so at once and the caller answers for it.
public final class WorkerPool: Sendable {
    private struct State: ~Copyable {
        var jobs: [(@Sendable () -> Void)?] = []
        var next = 0
        var stopped = false

        var waiting: Int { jobs.count - next }

        mutating func pop() -> (@Sendable () -> Void)? {
            guard next < jobs.count else { return nil }
            // What a job holds goes with it, also where the queue is never empty.
            let job = jobs[next].take()
            next += 1
            if next * 2 >= jobs.count {
                jobs.removeFirst(next)
                next = 0
            }
            return job
        }
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let available = Semaphore()
    private let threads: Mutex<[Thread]>

    /// - Parameter isModest: the threads give way to all others: for what computes long.
    public init(
        name: String, threads count: Int, capacity: Int, isModest: Bool = false
    ) throws(SystemError) {
        self.capacity = capacity
        threads = Mutex([])
        for index in 0..<count {
            let thread = try Thread(name: "\(name)-\(index)") { [self] in
                if isModest { Thread.yieldToOthers() }
                work()
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Jobs that wait for a thread.
    public var backlog: Int { state.withLock { $0.waiting } }

    /// Runs `work` on one of the threads and then `completion` on the loop that called. `false`: the queue is full,
    /// neither will run.
    public func submit<Value: Sendable>(
        from loop: EventLoop, _ work: @escaping @Sendable () -> Value, then completion: @escaping (Value) -> Void
    ) -> Bool {
        let reply = loop.replying(with: completion)
        return run { reply(work()) }
    }

    /// Runs `job` on one of the threads. `false`: the queue is full, it will not run.
    public func run(_ job: @escaping @Sendable () -> Void) -> Bool {
        let accepted = state.withLock { state in
            guard state.waiting < capacity, !state.stopped else { return false }
            state.jobs.append(job)
            return true
        }
        if accepted { available.signal() }
        return accepted
    }

    /// Ends the threads after the jobs they are at; what waits is dropped. Not to be called from a loop.
    public func stop() {
        state.withLock { $0.stopped = true }
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        running.forEach { _ in available.signal() }
        running.forEach { $0.join() }
    }

    private func work() {
        while true {
            available.wait()
            let (job, stopped) = state.withLock { ($0.pop(), $0.stopped) }
            if stopped { return }
            job?()
        }
    }
}

extension EventLoop {
    /// What any thread may call, once, to have `completion` run on this loop.
    public func replying<Value: Sendable>(
        with completion: @escaping (Value) -> Void
    ) -> @Sendable (Value) -> Void {
        let mailbox = mailbox
        let onLoop = LoopConfined(completion)
        return { value in mailbox.post { _ in onLoop.content(value) } }
    }
}

/// Carries a value of a loop through another thread and back.
private struct LoopConfined<Content>: @unchecked Sendable {
    // Proof: made on a loop's thread and opened only in a call that the same loop runs from its mailbox. If that
    // loop has stopped, the last reference may be released elsewhere, after the loop's thread has ended.
    let content: Content
    init(_ content: Content) { self.content = content }
}
