import DBProxy
import Primitives

/// Whether the database stores what it is given: judged by commits, those of messages and small ones made to find out.
/// A core.
///
/// Bad after half a second of failures, or a second without an answer; good again after some calm, which is longer the
/// more often it was not kept. So a node is not sent clients in turn with being taken away from them.
struct StorageHealth {
    enum Cause: Equatable {
        case noConnection
        case noAnswer(SessionWait?)
        case refused(SQLState)
    }

    /// An answer that takes longer is none.
    static let silence: Duration = .seconds(1)
    /// How long failures may last before they count: longer than it takes to ask twice.
    static let grace: Duration = .milliseconds(700)
    /// Connections that come and go are no reason of their own; those that stay away are.
    static let absence: Duration = .seconds(2)
    /// While a server is tried again and again, it says so that often at least.
    static let refusalHolds: Duration = .seconds(4)
    private static let shortestCalm: Duration = .seconds(1)
    private static let longestCalm: Duration = .seconds(16)
    /// A good minute, and the next calm is short again.
    private static let memory: Duration = .seconds(60)

    /// Something was committed since the start.
    private var isProven = false
    private var asked: Instant?
    private var absentSince: Instant?
    private var refusedLast: Instant?
    private var failingSince: Instant?
    private var cause = Cause.noConnection
    private var isBad = false
    /// Since when all is well while it is held for bad.
    private var calmSince: Instant?
    private var calm = Self.shortestCalm
    private var goodSince: Instant?

    /// Room on the disk was missing, so only what takes some says that there is some.
    var needsRoom: Bool { failingSince != nil && cause == .refused(SQLState("53100")) }

    /// Nothing is being asked.
    var isIdle: Bool { asked == nil }

    // MARK: What happened

    /// - Parameter areThere: all that the node wants to have.
    mutating func connections(areThere: Bool, at now: Instant) {
        if areThere {
            absentSince = nil
            return
        }
        let since = absentSince ?? now
        absentSince = since
        failed(.noConnection, at: now)
        let wasRefused = refusedLast.map { now - $0 < Self.refusalHolds } ?? false
        if now - since >= Self.absence, !wasRefused { cause = .noConnection }
    }

    /// A commit was asked for.
    mutating func asks(at now: Instant) { asked = now }

    /// - Parameter cause: why there was no commit; `nil` if there was.
    mutating func answered(_ cause: Cause?, at now: Instant) {
        asked = nil
        if let cause { failed(cause, at: now) } else { committed(at: now) }
    }

    /// Something else was committed.
    mutating func committed(at now: Instant) {
        guard absentSince == nil else { return }
        isProven = true
        failingSince = nil
        if isBad, calmSince == nil { calmSince = now }
    }

    /// Something else was refused that a commit would be refused for, too.
    mutating func failed(_ cause: Cause, at now: Instant) {
        calmSince = nil
        if case .refused = cause { refusedLast = now }
        if failingSince == nil {
            failingSince = now
            self.cause = cause
        } else if cause.rank >= self.cause.rank {
            self.cause = cause
        }
    }

    /// What is without an answer waits for this.
    mutating func waits(for wait: SessionWait) {
        if case .noAnswer = cause { cause = .noAnswer(wait) }
    }

    // MARK: What follows

    /// Why the node should get no new users; `nil` if it should.
    mutating func trouble(at now: Instant) -> Cause? {
        if let asked, now - asked >= Self.silence, failingSince == nil { failed(.noAnswer(nil), at: asked) }
        if let failingSince, now - failingSince >= Self.grace, !isBad { turnBad(at: now) }
        if isBad, failingSince == nil, let calmSince, now - calmSince >= calm { turnGood(at: now) }
        if isBad { return cause }
        return isProven ? nil : .noConnection
    }

    private mutating func turnBad(at now: Instant) {
        isBad = true
        guard let goodSince else { return }
        calm = now - goodSince < Self.memory ? min(calm * 2, Self.longestCalm) : Self.shortestCalm
    }

    private mutating func turnGood(at now: Instant) {
        isBad = false
        calmSince = nil
        goodSince = now
    }
}

extension StorageHealth.Cause {
    /// Of several at once the one that says more is told.
    fileprivate var rank: Int {
        switch self {
        case .noConnection: 0
        case .noAnswer(nil): 1
        case .noAnswer: 2
        case .refused: 3
        }
    }
}
