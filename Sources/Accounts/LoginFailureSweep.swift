public import DBProxy
import Primitives
public import Reactor

/// Deletes what is remembered of failed logins once it counts no more: the names may be made up, and nobody else would
/// ever ask for them. One per node; in small batches, so that no login waits behind it.
public final class LoginFailureSweep {
    public struct Schedule: Sendable {
        /// Half to one and a half of it, so that nodes do not come in step.
        public var interval: Duration = .seconds(300)
        /// Between the batches of one sweep.
        public var pause: Duration = .milliseconds(100)
        public var batch = 1_000

        public init() {}
    }

    private unowned let loop: EventLoop
    private let database: Database
    private let age: Duration
    private let schedule: Schedule
    /// Rows.
    public private(set) var deleted = 0

    /// - Parameter age: how long a failure counts.
    public init(_ database: Database, olderThan age: Duration, _ schedule: Schedule = Schedule(), on loop: EventLoop) {
        self.loop = loop
        self.database = database
        self.age = age
        self.schedule = schedule
        waitForNext()
    }

    private func waitForNext() {
        let half = schedule.interval.nanoseconds / 2
        let delay = Duration.nanoseconds(half + Int64(loop.random.next() % UInt64(max(1, 2 * half))))
        loop.schedule(after: delay) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        let batch = schedule.batch
        database.deleteLoginFailures(olderThan: age, atMost: batch) { [weak self] result in
            guard let self else { return }
            guard case .success(let count) = result else { return waitForNext() }
            deleted += count
            if count < batch { return waitForNext() }
            loop.schedule(after: schedule.pause) { [weak self] in self?.sweep() }
        }
    }
}
