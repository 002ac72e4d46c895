import Conversations
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
            tellMobile(of: session.user, always: true)
        case .mobile: tellMobile(of: session.user, always: false)
        }
    }

    /// A session has gone.
    func presenceChanged(_ user: UserID, left device: DeviceClass) {
        guard device == .pc else { return }
        // With a node that is drained its clients go elsewhere: to each other they would flicker.
        if drain == nil { announce(user) }
        tellMobile(of: user, always: false)
    }

    /// What is seen of the user has changed because of another node.
    func presenceChanged(_ user: UserID) {
        announce(user)
        tellMobile(of: user, always: false)
    }

    /// Lets the loop that has the user's mobile look whether a PC of his is on.
    private func tellMobile(of user: UserID, always: Bool) {
        guard let mobile = online.presence(of: user).mobile?.address else { return }
        if Int(mobile.loop) == loop.index { return tellPCStatus(to: mobile, always: always) }
        loop.post(kind: Mail.pcStatus.rawValue, to: Int(mobile.loop)) { writer in
            mobile.write(into: &writer)
            writer.append(always ? 1 : 0)
        }
    }

    /// Tells a mobile whether a PC of its user is on, on any node, if it was not told yet.
    func tellPCStatus(to mobile: SessionAddress, always: Bool) {
        guard let session = sessions[mobile], session.isOnline else { return }
        let isOn = isOnline(session.user, .pc)
        guard isOn != session.knowsPC || always && isOn else { return }
        session.knowsPC = isOn
        var writer = ByteWriter()
        writer.append(
            .pcLoginStatusNotify, sequence: 0,
            IMPCLoginStatusNotify(userID: session.user.rawValue, loginStat: isOn ? .online : .offline))
        session.send(writer.bytes)
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
