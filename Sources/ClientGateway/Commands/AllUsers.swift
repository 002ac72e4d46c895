import DBProxy
import Directory
import Primitives
import Reactor
import TalkProtocol

/// The list of users on its way to one client.
struct DirectoryStream {
    let request: Request
    /// Users who left are news only to clients that know some.
    let includesLeft: Bool
    var pager: ProfilePager
    var isReading = false
}

/// 0x0208: all users, or those that changed. A list that is too long for one answer is sent in pages, each when the one
/// before has left the node, so that a slow client with a large company does not fill its output queue.
extension Gateway {
    private static let maxDirectories = 4

    func allUsers(_ request: Request, _ message: IMAllUserReq) {
        let session = request.session
        guard session.directories.count < Self.maxDirectories else { return leaveUnanswered() }
        let since = Int64(message.latestUpdateTime)
        let pager = ProfilePager(since: since) { UserInfo($0).byteCount + 4 }
        session.directories.append(DirectoryStream(request: request, includesLeft: since > 0, pager: pager))
        goOn(with: session)
    }

    /// The output of a session has left: go on with what it was being sent.
    func drained(_ session: Session) {
        goOn(with: session)
        goOnAnswering(session)
    }

    /// Sends the next page of the list at hand, or reads what it needs for that.
    private func goOn(with session: Session) {
        guard session.isOnline, var stream = session.directories.first, !stream.isReading else { return }
        if let page = stream.pager.next() {
            if page.isLast { session.directories.removeFirst() } else { session.directories[0] = stream }
            send(page, to: stream.request)
            return goOnWhenSent(session)
        }
        stream.isReading = true
        session.directories[0] = stream
        let position = stream.pager.position
        database.changedProfiles(
            after: position.stamp, position.user, includingLeft: stream.includesLeft, limit: ProfilePager.rowsPerRead
        ) { [weak self, address = session.address] result in
            guard let self, let session = sessions[address], session.isOnline else { return }
            session.directories[0].isReading = false
            if case .success(let rows) = result {
                session.directories[0].pager.add(rows)
                goOn(with: session)
            } else {
                session.directories.removeFirst()
                leaveUnanswered()
                goOnWhenSent(session)
            }
        }
    }

    private func send(_ page: ProfilePager.Page, to request: Request) {
        answer(
            request, .allUserRsp,
            IMAllUserRsp(
                userID: request.user.rawValue, latestUpdateTime: UInt32(clamping: page.stamp),
                userList: page.users.map(UserInfo.init)))
    }

    private func goOnWhenSent(_ session: Session) {
        if !session.directories.isEmpty { whenSent(session) { [weak self] in self?.goOn(with: $0) } }
    }
}
