import Conversations
import DBProxy
import Metrics
import Primitives
import Reactor
import TalkProtocol

/// Devices of users who are away are told of messages: what this loop has stored is judged here, when it is forwarded.
///
/// A user with a mobile that is connected is told by it. With a PC alone, his mobile shows the number of what is
/// unread, silently. Browsers are told only of what nobody sees otherwise.
extension Gateway {
    /// A device is told that much later than a PC shows the message, and more go with one call.
    private static let pause: Duration = .milliseconds(20)

    func judge(_ message: MessageName, for users: [UserID], by sender: UserID) {
        let holders = shared.deviceHolders.among(users, except: sender)
        guard !holders.isEmpty else { return }
        guard notifications.judged(message, absent: absent(of: holders)) else {
            return counters.leftToSweep.add()
        }
        if notifications.waiting.ranges.count == 1, !notifications.isAsking {
            loop.schedule(after: Self.pause) { [weak self] in self?.enqueueNotifications() }
        }
    }

    /// Those without a mobile that is there.
    func absent(of users: [UserID]) -> [(user: UserID, hasPC: Bool)] {
        users.filter { !isOnline($0, .mobile) }.map { ($0, isOnline($0, .pc)) }
    }

    private func enqueueNotifications() {
        guard let judged = notifications.take() else { return }
        database.enqueueNotifications(judged) { [weak self] result in
            guard let self else { return }
            notifications.answered()
            if case .failure = result { counters.leftToSweep.add(UInt64(judged.ranges.count)) }
            enqueueNotifications()
        }
    }

    /// Whoever was sent away, or whose place another device has taken, is told of nothing any more.
    func forgetDevice(_ session: Session) {
        guard let token = session.deviceToken else { return }
        session.deviceToken = nil
        database.removeDevice(token, of: session.user) { _ in }
    }

    /// A mobile was silent until it was given up: what was pushed to it meanwhile it may not have.
    func tellUnheard(_ session: Session) {
        guard session.isOnline, session.device == .mobile,
            !shared.deviceHolders.among([session.user], except: UserID(0)).isEmpty
        else { return }
        let silence = limits.idleMobile.milliseconds / 1000 + 1
        let since = Int64(shared.wallClock()) - silence
        // What a crash makes of it stays so: the messages are there when the user comes back.
        database.enqueueUnheard(of: session.user, since: since) { _ in }
    }
}
