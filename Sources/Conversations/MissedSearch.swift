import Primitives
import TalkProtocol

/// Messages for users of this loop that were stored by other nodes and of which nothing was heard: the bus broke, or
/// the other node did not know yet who is here. The database knows them all; this is when it is asked, for whom, and
/// how far back. A core.
public struct MissedSearch {
    public struct ID: Hashable, Sendable {
        let number: UInt64
    }

    /// What a search that fails leads to.
    private enum Cause {
        case doubt
        /// Logins: without an answer they become a doubt that reaches back to then.
        case logins(since: Instant)
    }

    private struct Run {
        let cause: Cause
        var unanswered: Int
        var hasFailed = false
    }

    private struct Plan {
        let due: Instant
        let users: [UserID]
        /// So far back is looked, however late that is done.
        let since: Instant
    }

    private static let usersPerQuestion = 500
    private static let pause: Duration = .seconds(1)
    /// Logins of the same moment are looked after together.
    private static let gathering: Duration = .milliseconds(100)
    /// Other nodes learn of a login a moment later, or much later over a bad line: what they stored until then, they
    /// did not send here. When is looked, and how far back.
    private static let afterLogin: [(delay: Duration, back: Duration)] = [
        (.seconds(1), .seconds(3)), (.seconds(10), .seconds(12)),
    ]

    /// A loop does something many times per second: one that did nothing for so long stood still, and what others did
    /// meanwhile they may have given up telling it.
    private static let longestStandstill: Duration = .seconds(2)
    /// Messages that were under way when that began.
    private static let lookBack: Duration = .seconds(6)

    private var doubts = Doubts()
    private var lastAsked: Instant
    private var nextLook = Instant(nanoseconds: 0)
    private var newcomers: [UserID] = []
    private var gatheredAt = Instant.never
    /// The soonest first.
    private var plans: [Plan] = []
    private var runs: [ID: Run] = [:]
    private var lastNumber: UInt64 = 0

    init(at now: Instant) {
        lastAsked = now
    }

    /// What was stored since then may not have been heard of; `now` if there is no doubt.
    func unheardSince(at now: Instant) -> Instant {
        min(doubts.unheard(at: now), standstill(at: now) ?? now)
    }

    /// Since when something may have been missed because the loop stood still.
    private func standstill(at now: Instant) -> Instant? {
        now - lastAsked > Self.longestStandstill ? lastAsked - Self.lookBack : nil
    }

    mutating func opened(_ user: UserID, at now: Instant) {
        if newcomers.isEmpty { gatheredAt = now + Self.gathering }
        newcomers.append(user)
    }

    mutating func doubted(since start: Instant, at now: Instant) {
        doubts.arose(since: start, at: now)
        nextLook = now
    }

    mutating func answered(_ id: ID, _ isAnswered: Bool, at now: Instant) {
        guard var run = runs[id] else { return }
        run.unanswered -= 1
        if !isAnswered { run.hasFailed = true }
        runs[id] = run.unanswered == 0 ? nil : run
        guard run.unanswered == 0 else { return }
        switch run.cause {
        case .doubt:
            if doubts.ended(!run.hasFailed, at: now) { nextLook = now + Self.pause }
        case .logins(let start):
            if run.hasFailed { doubted(since: start, at: now) }
        }
    }

    /// What to ask now. To be called many times per second.
    ///
    /// - Parameter everyone: who is here.
    mutating func ask(at now: Instant, everyone: () -> [UserID], _ ask: (ID, ArraySlice<UserID>, Duration) -> Void) {
        if let start = standstill(at: now) { doubted(since: start, at: now) }
        lastAsked = now
        if now >= gatheredAt {
            for (delay, back) in Self.afterLogin {
                let due = gatheredAt + delay
                plans.append(Plan(due: due, users: newcomers, since: due - back))
            }
            plans.sort { $0.due < $1.due }
            newcomers = []
            gatheredAt = .never
        }
        while let plan = plans.first, now >= plan.due {
            plans.removeFirst()
            run(.logins(since: plan.since), plan.users, now - plan.since, at: now, ask)
        }
        if now >= nextLook, let back = doubts.begin(at: now) { run(.doubt, everyone(), back, at: now, ask) }
    }

    private mutating func run(
        _ cause: Cause, _ users: [UserID], _ back: Duration, at now: Instant,
        _ ask: (ID, ArraySlice<UserID>, Duration) -> Void
    ) {
        lastNumber &+= 1
        let id = ID(number: lastNumber)
        let starts = Array(stride(from: 0, to: users.count, by: Self.usersPerQuestion))
        runs[id] = Run(cause: cause, unanswered: max(1, starts.count))
        if starts.isEmpty { return answered(id, true, at: now) }
        for start in starts { ask(id, users[start..<min(users.count, start + Self.usersPerQuestion)], back) }
    }
}
