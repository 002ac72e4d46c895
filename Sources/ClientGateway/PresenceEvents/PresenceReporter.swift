public import DBProxy
import Membership
public import Presence
import Primitives
public import Reactor
import TalkProtocol

/// Tells services who comes and goes, if one of them wants it: puts what changes in the presence table into the outbox.
/// Confined to its loop; one per node, and the database lets one node tell at a time.
///
/// It goes through the table, a few buckets at a time, and compares: so it makes no difference by which way a change
/// came, or whether another node told before. What that costs (`bench/presence`) is spent only where somebody
/// wants to be told.
public final class PresenceReporter {
    private static let look: Duration = .seconds(5)
    /// Of the turn: three looks may fail.
    private static let lease: Duration = .seconds(20)
    /// All buckets in about a second.
    private static let bucketsPerStep = 128
    private static let step: Duration = .milliseconds(30)
    private static let retry: Duration = .seconds(1)
    /// Of one statement.
    private static let batch = 500
    private static let page = 20_000
    /// A database that fails over may have lost what was told, and a node that was slow may have told late.
    private static let memory: Duration = .seconds(60)

    private unowned let loop: EventLoop
    private let database: Database
    private let table: PresenceTable
    /// `nil`: it is not this node that tells.
    private var report: PresenceReport?
    /// One pass follows the other; a new turn begins when the last one of the turn before has ended.
    private var isUnderWay = false
    /// When another node may tell.
    private var end = Instant.never
    private var bucket = 0
    /// When what was told is to be read again.
    private var reading = Instant.never

    public init(_ database: Database, _ table: PresenceTable, on loop: EventLoop) {
        self.loop = loop
        self.database = database
        self.table = table
        takeTurn()
    }

    private func takeTurn() {
        let (asked, own) = (loop.now, table.own)
        database.takePresenceTurn((own.node.rawValue, own.epoch.rawValue), lease: Self.lease) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(.own):
                end = asked + Self.lease
                if !isUnderWay { begin() }
            case .success: report = nil
            case .failure: break
            }
            after(Self.look) { $0.takeTurn() }
        }
    }

    /// Learns what was told before.
    private func begin() {
        report = PresenceReport()
        isUnderWay = true
        learn()
    }

    private func learn() {
        report?.forgetTold()
        reading = loop.now + Self.memory
        load(after: UserID(0))
    }

    private func load(after user: UserID) {
        guard continues() else { return }
        database.toldPresence(after: user, limit: Self.page) { [weak self] result in
            guard let self else { return }
            guard case .success(let told) = result else { return after(Self.retry) { $0.load(after: user) } }
            report?.told(told)
            if let last = told.last, told.count == Self.page { return load(after: last.user) }
            report?.learnedTold()
            go()
        }
    }

    /// Whether it goes on.
    private func continues() -> Bool {
        if loop.now >= end { report = nil }
        isUnderWay = report != nil
        return isUnderWay
    }

    private func go() {
        guard continues() else { return }
        if loop.now >= reading { return learn() }
        var news: [UserPresence] = []
        for _ in 0..<Self.bucketsPerStep where news.count < Self.batch {
            news += report?.look(at: bucket, PresenceReport.seen(in: bucket, of: table), at: loop.now) ?? []
            bucket = (bucket + 1) % PresenceTable.bucketCount
        }
        guard !news.isEmpty else { return after(Self.step) { $0.go() } }
        database.tellOfPresence(news) { [weak self] result in
            guard let self else { return }
            // Without an answer the same is found again, and told once.
            guard case .success = result else { return after(Self.retry) { $0.go() } }
            report?.told(news)
            after(Self.step) { $0.go() }
        }
    }

    private func after(_ time: Duration, _ body: @escaping (PresenceReporter) -> Void) {
        loop.schedule(after: time) { [weak self] in self.map(body) }
    }
}
