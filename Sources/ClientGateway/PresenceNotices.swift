import Primitives
import Reactor
import TalkProtocol

/// Who sees whom come and go (reference/protocol.md 4.3): PCs see the status of all users, and the mobile of a user
/// sees whether a PC of the same user is on.
///
/// Notices to all PCs are gathered for a moment and say how things are when they leave: a user who comes back at once
/// is not shown as gone, and the storm of a morning costs one pass over the sessions for each tick, not for each login.
extension Gateway {
    private static let tick: Duration = .milliseconds(100)

    /// A session has come; `before` is how its user was shown until then.
    func presenceChanged(_ session: Session, entered status: UserStatType, before: OnlineSessions.Presence) {
        switch session.device {
        case .pc:
            if before.pc == nil || before.shownStatus != status { announce(session.user) }
            tellMobile(of: session.user, pcIsOn: true)
        case .mobile:
            if isOnline(session.user, .pc) { tellMobile(of: session.user, pcIsOn: true) }
        }
    }

    /// A session has gone.
    func presenceChanged(_ user: UserID, left device: DeviceClass) {
        guard device == .pc else { return }
        announce(user)
        // A later login of the same class may be on another node already.
        if !isOnline(user, .pc) { tellMobile(of: user, pcIsOn: false) }
    }

    private func tellMobile(of user: UserID, pcIsOn: Bool) {
        var writer = ByteWriter()
        writer.append(
            .pcLoginStatusNotify, sequence: 0,
            IMPCLoginStatusNotify(userID: user.rawValue, loginStat: pcIsOn ? .online : .offline))
        tell(writer.bytes, [user], .mobiles, except: nil)
    }

    func announce(_ user: UserID) {
        if presenceChanges.note(user) { scheduleNotices() }
    }

    private func scheduleNotices() {
        loop.schedule(after: Self.tick) { [weak self] in self?.sendPresenceNotices() }
    }

    private func sendPresenceNotices() {
        var writer = ByteWriter(capacity: 4096)
        for user in presenceChanges.take() {
            let status = shownStatus(of: user)
            writer.append(
                .userStatNotify, sequence: 0,
                IMUserStatNotify(userStat: UserStat(userID: user.rawValue, status: status)))
        }
        broadcast(writer.bytes, to: .pcs)
        if !presenceChanges.isEmpty { scheduleNotices() }
    }
}
