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
        guard shared.deviceHolders.isComplete else { return counters.leftToSweep.add() }
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

    /// A page asks for the key that its browser must know, or enters its browser.
    func setBrowser(_ request: Request, _ message: IMBrowserReq) {
        func end(_ code: UInt32, key: [UInt8]? = nil) {
            answer(request, .browserRsp, IMBrowserRsp(resultCode: code, serverKey: key))
        }
        let (session, endpoint) = (request.session, message.endpoint ?? "")
        guard session.device == .pc, endpoint.utf8.count <= 1024, endpoint.fitsDatabase else { return end(3) }
        if message.ends == 1 {
            session.deviceToken = nil
            return database.removeDevice(endpoint, of: request.user) { end((try? $0.get()) == nil ? 1 : 0) }
        }
        database.browserKey { [weak self] result in
            guard let self, case .success(let key) = result else { return end(1) }
            guard !key.isEmpty else { return end(2) }
            guard !endpoint.isEmpty else { return end(0, key: key) }
            guard let point = message.publicKey, point.count == 65, let secret = message.secret, secret.count == 16,
                endpoint.hasPrefix("https://")
            else { return end(3) }
            database.setBrowser(at: endpoint, keys: point + secret, of: request.user, session.clientType) {
                [shared] result in
                guard case .success = result else { return end(1) }
                session.deviceToken = endpoint
                shared.deviceHolders.add(CollectionOfOne(request.user))
                end(0, key: key)
            }
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
