import Conversations
import Primitives
import Reactor
import TalkProtocol

/// Who sees whom come and go (P9): PCs see the status of all users, and the mobile of a user
/// sees whether a PC of the same user is on.
///
/// Notices to all PCs are gathered for a moment and say how things are when they leave: a user who comes back at once
/// is not shown as gone, and the storm of a morning costs one pass over the PCs for each tick, not for each login. What
/// users change about themselves is gathered in the same way, and told to everybody.
extension Gateway {
    private static let tick: Duration = .milliseconds(100)

    /// A session has come.
    func presenceChanged(entered session: Session) {
        switch session.device {
        case .pc:
            announce(session.user)
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

    /// What is seen of the user may have changed. On the loop that tells of him.
    func presenceChanged(_ user: UserID) {
        if presenceChanges.note(user, shownStatus(of: user), at: loop.now) { schedulePresenceNotices() }
        tellMobile(of: user, always: false)
    }

    /// Lets the loop that has the user's mobile look whether a PC of his is on.
    private func tellMobile(of user: UserID, always: Bool) {
        guard let mobile = online.presence(of: user).mobile?.address else { return }
        let mail = PCStatusMail(mobile: mobile, always: always)
        if Int(mobile.loop) == loop.index { return tellPCStatus(mail) }
        loop.post(.pcStatus, to: Int(mobile.loop)) { mail.write(into: &$0) }
    }

    /// Tells a mobile whether a PC of its user is on, on any node, if it was not told yet.
    func tellPCStatus(_ mail: PCStatusMail) {
        guard let session = sessions[mail.mobile], session.isOnline else { return }
        let isOn = isOnline(session.user, .pc)
        guard isOn != session.knowsPC || mail.always && isOn else { return }
        session.knowsPC = isOn
        var writer = ByteWriter()
        writer.append(
            .pcLoginStatusNotify, sequence: 0,
            IMPCLoginStatusNotify(userID: session.user.rawValue, loginStat: isOn ? .online : .offline))
        session.send(writer.bytes)
    }

    /// Lets the loop look that tells of the user: one loop, so that it knows what was told last.
    private func announce(_ user: UserID) {
        loop.post(.presenceChanged, to: Self.teller(of: user, loops: shared.loops)) {
            $0.append(bigEndian: user.rawValue)
        }
    }

    static func teller(of user: UserID, loops: Int) -> Int { Int(user.rawValue) % loops }

    private func schedulePresenceNotices() {
        loop.schedule(after: Self.tick) { [weak self] in self?.sendPresenceNotices() }
    }

    private func sendPresenceNotices() {
        var writer = ByteWriter(capacity: 4096)
        for (user, status) in presenceChanges.take(asked: online.statusAsked, at: loop.now, shownStatus) {
            writer.append(
                .userStatNotify, sequence: 0,
                IMUserStatNotify(userStat: UserStat(userID: user.rawValue, status: status)))
        }
        if !writer.bytes.isEmpty { broadcast(writer.bytes, to: .pcs) }
        if !presenceChanges.isEmpty { schedulePresenceNotices() }
    }

    // MARK: Profiles

    func scheduleProfileNotices() {
        loop.schedule(after: Self.tick) { [weak self] in self?.sendProfileNotices() }
    }

    private func sendProfileNotices() {
        var writer = ByteWriter(capacity: 4096)
        profileNotices.take(into: &writer)
        broadcastEverywhere(writer.bytes, to: .everyone)
        if !profileNotices.isEmpty { scheduleProfileNotices() }
    }
}

/// A mobile may have to be told whether a PC of its user is on: the session, u8 even if it knows.
struct PCStatusMail {
    let mobile: SessionAddress
    let always: Bool

    func write(into writer: inout ByteWriter) {
        mobile.write(into: &writer)
        writer.append(always ? 1 : 0)
    }
}

extension PCStatusMail {
    init?(reading reader: inout ByteReader, on loop: Int) {
        guard let mobile = SessionAddress(reading: &reader, on: loop), let always: UInt8 = reader.read() else {
            return nil
        }
        self.init(mobile: mobile, always: always == 1)
    }
}
