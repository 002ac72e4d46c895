import DBProxy
import Primitives
import Reactor
import TalkProtocol

/// Requests of bots that wait for messages, on one loop. The database is asked for all of them together whether there
/// is something: a message is stored on any node, and no node knows where a bot waits.
///
/// Confined to its loop.
final class BotWaits {
    /// How late a message may be noticed.
    private static let period: Duration = .milliseconds(250)
    /// Of one bot; one more ends the oldest, which may be that of a connection that is gone.
    private static let maxOfBot = 4

    private struct Wait {
        let until: Instant
        let wake: (_ isOver: Bool) -> Void
    }

    private let database: Database
    private unowned let loop: EventLoop
    private var waits: [UserID: [Wait]] = [:]
    private var isTicking = false

    init(_ database: Database, on loop: EventLoop) {
        self.database = database
        self.loop = loop
    }

    /// - Parameter wake: called once: there may be something, or the time is over.
    func add(_ bot: UserID, until: Instant, _ wake: @escaping (_ isOver: Bool) -> Void) {
        var own = waits[bot] ?? []
        own.append(Wait(until: until, wake: wake))
        let oldest = own.count > Self.maxOfBot ? own.removeFirst() : nil
        waits[bot] = own
        oldest?.wake(true)
        tick()
    }

    /// - Parameter pause: longer where the last look took long: bots with many conversations do not keep the database
    ///   busy.
    private func tick(after pause: Duration = period) {
        guard !isTicking else { return }
        isTicking = true
        loop.schedule(after: pause) { [weak self] in self?.look() }
    }

    private func look() {
        end { $0.until <= loop.now }
        guard !waits.isEmpty else {
            isTicking = false
            return
        }
        let begun = loop.now
        database.usersWithNews(among: Array(waits.keys)) { [weak self] result in
            guard let self else { return }
            isTicking = false
            if case .success(let bots) = result { bots.forEach(wake) }
            if !waits.isEmpty { tick(after: max(Self.period, (loop.now - begun) * 10)) }
        }
    }

    private func wake(_ bot: UserID) {
        waits.removeValue(forKey: bot)?.forEach { $0.wake(false) }
    }

    private func end(_ isOver: (Wait) -> Bool) {
        var over: [Wait] = []
        for (bot, own) in waits {
            let rest = own.filter { !isOver($0) }
            if rest.count == own.count { continue }
            over += own.filter(isOver)
            waits[bot] = rest.isEmpty ? nil : rest
        }
        over.forEach { $0.wake(true) }
    }
}
