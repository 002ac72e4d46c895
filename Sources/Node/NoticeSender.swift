import ClientGateway
import Conversations
import DBProxy
import Log
import Primitives
import Reactor
import TalkProtocol

/// Sends the notices of administrators, each message like one that a client sends. Confined to its loop.
///
/// The database says who has a notice: a message is there under the key of the notice, or it is sent again. So it does
/// not matter which node sends, and how often one of them dies over it.
final class NoticeSender {
    private static let batch = 100
    /// Between looks for notices that nobody sends.
    private static let rest: Duration = .seconds(2)
    /// Between looks whether a batch is stored.
    private static let pause: Duration = .milliseconds(100)
    /// Messages that are not stored are sent again, and the lease is renewed, every so many looks.
    private static let looksPerSend = 20
    /// A batch that takes longer is left to whichever node takes it up when the lease has run out.
    private static let maxLooks = 600

    private let database: Database
    private let gateway: Gateway
    private let log: Logger
    private unowned let loop: EventLoop

    init(_ database: Database, _ gateway: Gateway, log: Logger, on loop: EventLoop) {
        self.database = database
        self.gateway = gateway
        self.log = log
        self.loop = loop
        seek()
    }

    private func seek() {
        database.claimNotice { [weak self] result in
            guard let self else { return }
            guard case .success(let work?) = result else {
                return after(Self.rest) { $0.seek() }
            }
            look(work, after: work.reached, looks: 0)
        }
    }

    private func look(_ work: NoticeWork, after user: UserID, looks: Int) {
        let key = Self.key(of: work)
        var bytes = ByteWriter()
        key.write(into: &bytes)
        database.noticeBatch(of: work, after: user, key: bytes.bytes.copied(), limit: Self.batch) {
            [weak self] result in
            guard let self else { return }
            // Without an answer the lease runs out, and some node takes it up again.
            guard case .success(let batch) = result else { return after(Self.rest) { $0.seek() } }
            let missing = batch.filter { !$0.hasIt }.map(\.user)
            if missing.isEmpty { return reached(work, batch.last?.user ?? user, isDone: batch.isEmpty) }
            guard looks < Self.maxLooks else {
                log.warn("notice_slow", "a notice is not stored; it is tried again", ["users": .int(missing.count)])
                return after(Self.rest) { $0.seek() }
            }
            // Sends that are under way are known by their key, so a second one does no harm.
            if looks % Self.looksPerSend == 0 {
                for user in missing { gateway.send(work.body, from: work.sender, to: user, key: key) }
                database.noticeReached(work.id, user, isDone: false) { _ in }
            }
            after(Self.pause) { $0.look(work, after: user, looks: looks + 1) }
        }
    }

    private func reached(_ work: NoticeWork, _ user: UserID, isDone: Bool) {
        database.noticeReached(work.id, user, isDone: isDone) { [weak self] result in
            guard let self else { return }
            guard case .success = result else { return after(Self.rest) { $0.seek() } }
            if !isDone { return look(work, after: user, looks: 0) }
            log.info("notice_sent", "a notice was sent to all its users", ["notice": .int(work.id)])
            seek()
        }
    }

    private func after(_ time: Duration, _ body: @escaping (NoticeSender) -> Void) {
        loop.schedule(after: time) { [weak self] in self.map(body) }
    }

    /// Of all its messages: keys are unique within a conversation only. Clients' keys are digests, which do not begin
    /// like this one.
    private static func key(of work: NoticeWork) -> SendKey {
        SendKey(high: 0x6772_6170_6576_696E, low: UInt64(bitPattern: work.id))
    }
}
