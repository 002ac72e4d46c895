public import DBProxy
import Metrics
import Primitives
public import Reactor
import TalkProtocol

/// Finds messages for which a crash, or a database that was away, left open who is told of them; and learns who has a
/// device. Confined to its loop; one per node.
///
/// Every node tries every few seconds, and the database lets one of them look at a time.
public final class NotificationSweep {
    private static let pause: Duration = .seconds(10)
    private static let look: Duration = .seconds(2)
    /// While the database does not say who has a device, all is left to sweeps.
    private static let retry: Duration = .milliseconds(100)
    /// The fast way has that long: unix seconds.
    private static let grace: Int64 = 5
    private static let batch = 1_000
    private static let page = 20_000

    private unowned let loop: EventLoop
    private let database: Database
    private let gateway: Gateway
    private var known = DeviceEntry.first
    /// Channels whose devices are among those.
    private var served: Int32 = 0

    public init(_ database: Database, _ gateway: Gateway, on loop: EventLoop) {
        self.loop = loop
        self.database = database
        self.gateway = gateway
        learnHolders()
        after(Self.pause) { $0.begin() }
    }

    // MARK: Who has a device

    /// Those entered in the last ten seconds are read again: transactions end in another order than they begin.
    private func learnHolders() {
        database.servedChannels { [weak self] result in
            guard let self else { return }
            guard case .success(let served) = result else { return after(Self.retry) { $0.learnHolders() } }
            if served & ~self.served != 0 {
                // Devices that were entered before somebody served them.
                gateway.shared.deviceHolders.isComplete = false
                known = .first
            }
            self.served = served
            learnMore()
        }
    }

    private func learnMore() {
        database.deviceHolders(after: known, limit: Self.page) { [weak self] result in
            guard let self else { return }
            guard case .success(let (users, last)) = result else { return after(Self.retry) { $0.learnHolders() } }
            gateway.shared.deviceHolders.add(users)
            let isAll = users.count < Self.page
            known = isAll ? last.before(.seconds(10)) : last
            guard isAll else { return learnMore() }
            gateway.shared.deviceHolders.isComplete = true
            after(Self.look) { $0.learnHolders() }
        }
    }

    // MARK: What is not judged

    private func begin() {
        database.tidyOutbox { _ in }
        database.takeNotificationSweep(pause: Self.pause) { [weak self] result in
            guard let self else { return }
            guard case .success(let turn?) = result else { return rest() }
            sweep(since: turn.since, before: turn.now - Self.grace)
        }
    }

    private func sweep(since: Int64, before: Int64) {
        database.unjudgedMessages(since: since, before: before, limit: Self.batch) { [weak self] result in
            guard let self else { return }
            guard case .success(let messages) = result else { return rest() }
            guard !messages.isEmpty else {
                database.endNotificationSweep(through: before) { [weak self] _ in self?.rest() }
                return
            }
            var judged = JudgedMessages()
            for message in messages where judged.absent.count < NotificationQueue.capacity {
                for (user, hasPC) in gateway.absent(of: message.users) {
                    judged.absent.append(.init(message.conversation, message.message, user, hasPC: hasPC))
                }
                judged.ranges.append(.init(message.conversation, message.message...message.message))
            }
            gateway.counters.swept.add(UInt64(judged.ranges.count))
            database.enqueueNotifications(judged) { [weak self] result in
                guard let self else { return }
                guard case .success = result else { return rest() }
                sweep(since: since, before: before)
            }
        }
    }

    private func rest() { after(Self.pause) { $0.begin() } }

    private func after(_ time: Duration, _ body: @escaping (NotificationSweep) -> Void) {
        loop.schedule(after: time) { [weak self] in self.map(body) }
    }
}
