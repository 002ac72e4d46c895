import DBProxy
import Directory
import Primitives
import Reactor
import TalkProtocol

/// The list of users on its way to one client.
struct DirectoryStream {
    /// What the client knows; 0 is nothing.
    let since: Int64
    /// Up to where it has been sent.
    var stamp: Int64
    /// The first answer goes out under the number of the request, the others under 0.
    var sequence: UInt16
    var readingPage = false
}

/// 0x0208: all users, or those that changed. A list that is too long for one answer is sent in pages, each when the one
/// before has left the node, so that a slow client with a large company does not fill its output queue.
extension Gateway {
    private static let maxDirectories = 4

    func allUsers(_ request: Request, _ message: IMAllUserReq) {
        let session = request.session
        guard session.directories.count < Self.maxDirectories else { return leaveUnanswered() }
        let since = Int64(message.latestUpdateTime)
        session.directories.append(DirectoryStream(since: since, stamp: since, sequence: request.sequence))
        readPage(for: session)
    }

    /// The output of a session has left: go on with what it was being sent.
    func drained(_ session: Session) {
        readPage(for: session)
    }

    private func readPage(for session: Session) {
        guard let stream = session.directories.first, !stream.readingPage else { return }
        session.directories[0].readingPage = true
        // Users who left are news only to clients that know them.
        database.changedProfiles(
            after: stream.stamp, UserID(UInt32(Int32.max)), includingLeft: stream.since > 0,
            limit: ProfilePager.rowsPerRead
        ) { [weak self, weak session] result in
            guard let self, let session, session.isOnline else { return }
            if case .success(let rows) = result {
                sendPage(rows, to: session)
            } else {
                session.directories.removeFirst()
                leaveUnanswered()
            }
            // If the socket takes all of the page there will be no `drained`.
            loop.scheduleNextTurn { [weak self, weak session] in
                guard let self, let session, session.transport.pendingOutput(session.connection) == 0 else { return }
                readPage(for: session)
            }
        }
    }

    private func sendPage(_ rows: [Profile], to session: Session) {
        guard var stream = session.directories.first else { return }
        let page = ProfilePager.cut(rows, readAll: rows.count < ProfilePager.rowsPerRead) { UserInfo($0).byteCount + 4 }
        let users = rows.prefix(page?.count ?? 0)
        stream.stamp = page?.stamp ?? stream.stamp
        answer(
            Request(session: session, sequence: stream.sequence), .allUserRsp,
            IMAllUserRsp(
                userID: session.user.rawValue, latestUpdateTime: UInt32(clamping: stream.stamp),
                userList: users.map(UserInfo.init)))
        stream.sequence = 0
        stream.readingPage = false
        if page?.isLast ?? true { session.directories.removeFirst() } else { session.directories[0] = stream }
    }
}
