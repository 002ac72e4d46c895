import Primitives
import Protobuf
import Reactor
import ServerLookup
import TalkProtocol

/// One user who logs in, stays in, writes and reads. A core: packets, typed lines and the time come in, what is to be
/// done comes out.
///
/// This file has the state, and the way in: find a server, connect, log in, notice that the connection is gone, come
/// back. The rest stands in the extensions.
struct TalkSession {
    enum Action: Equatable {
        case findServer
        case connect(SocketAddress)
        case send([UInt8])
        /// Of the connection nothing will be heard any more.
        case disconnect
        /// What somebody wrote, or asked to see.
        case show(String)
        /// What happens meanwhile.
        case note(String)
        /// Says how large a file is (`measured`).
        case measure(path: String)
        /// Brings a file, and says what became of it (`brought`).
        case bring(FileBringing)
        /// Saves what stands at this address, or these bytes, under a name that is free.
        case fetch(url: String, name: String)
        case keep([UInt8], name: String)
        /// What was sent is to leave before.
        case end(ExitCode)
    }

    enum ExitCode: Int32 {
        case ok = 0
        case failed = 1
        case usage = 2
        case unreachable = 3
    }

    struct Identity {
        let name: String
        /// The MD5 of the password, as clients send it.
        let secret: String
        /// Random; names the sends of this run.
        let run: UInt64
        /// When the run began.
        let began: UnixTime
    }

    enum Link: Equatable {
        case offline(until: Instant)
        case finding
        case connecting(SocketAddress)
        case loggingIn(SocketAddress)
        case online(SocketAddress)
        case ended
    }

    static let heartbeatInterval: Duration = .seconds(15)
    /// A server that answers nothing for so long is gone, also if its connection is there.
    private static let silenceLimit: Duration = .seconds(10)
    private static let shortestBackOff: Duration = .milliseconds(100)
    private static let longestBackOff: Duration = .seconds(5)
    /// How long it is tried to get in for the first time, and to come back if nobody is there to lose patience.
    private static let entryPatience: Duration = .seconds(4)
    private static let scriptPatience: Duration = .seconds(60)

    let identity: Identity
    let isScript: Bool
    let plainText: PlainText
    private var random: SeededRandom
    var actions: [Action] = []

    private let began: Instant

    private(set) var link = Link.offline(until: Instant(nanoseconds: 0))
    private(set) var user = UserID(0)
    private var hasBeenOnline = false
    /// What to log in with next time; a server that does not know it takes the password.
    private var token: [UInt8] = []
    /// Attempts since the last success.
    private var attempts = 0
    private var offlineSince = Instant(nanoseconds: 0)
    private var problem = ""
    /// Since when an answer is due and nothing at all has come.
    var unheardSince: Instant?
    var heartbeatDue = Instant.never
    var sequence: UInt16 = 0

    /// Until it is known what was missed, nothing is shown that could come behind it.
    var isCatchingUp = true
    var roster = Roster()
    var groups = GroupList()
    /// The server was asked for the line that lists them.
    var hasAskedForGroups = false
    var outbox = Outbox()
    var inboxes: [ConversationID: Inbox] = [:]
    var questions: [UInt16: Question] = [:]
    /// Asked by somebody who still waits, when the connection was lost.
    var interrupted: [Question.Subject] = []
    var lines = Fifo<String>()
    var keepsakes = Keepsakes()
    /// A file that is being sent: the next line waits for it.
    var sending: FileSendingState?
    /// What is being saved.
    var saving = 0
    /// The last name that was asked for and not found.
    var unknownName: String?
    /// Where the own last text went, and where that of somebody else came from.
    var lastReceiver: ConversationID?
    var lastHeard: ConversationID?
    private var ticket: UInt32 = 0
    /// There will be no more lines.
    var isEnding = false
    /// Somebody wants to leave, if not all that he typed before is done.
    var isQuitting = false
    /// What the program says at the end.
    var verdict = ExitCode.ok

    init(_ identity: Identity, isScript: Bool, plainText: PlainText, random: SeededRandom, at now: Instant) {
        self.identity = identity
        self.isScript = isScript
        self.plainText = plainText
        self.random = random
        began = now
        offlineSince = now
    }

    /// Names the next text.
    mutating func nextKey(for conversation: ConversationID, at now: Instant) -> ClientKey {
        ticket += 1
        let time = UInt64(clamping: identity.began.milliseconds + (now - began).milliseconds)
        return ClientKey(
            time: time, run: identity.run, conversation: conversation.sessionID(for: user), ticket: ticket)
    }

    var isOnline: Bool {
        if case .online = link { true } else { false }
    }

    mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    // MARK: - Inputs

    mutating func ticked(at now: Instant) {
        switch link {
        case .offline(let until):
            guard now >= until else { break }
            link = .finding
            actions.append(.findServer)
        case .connecting, .loggingIn:
            loseIfSilent(at: now)
        case .online:
            loseIfSilent(at: now)
            if isOnline, now >= heartbeatDue { beat(at: now) }
            if isOnline { repeatQuestions(at: now) }
        case .finding, .ended:
            break
        }
        proceed(at: now)
    }

    mutating func found(_ answer: ServerFinder.Answer, at now: Instant) {
        guard link == .finding else { return }
        switch answer {
        case .server(let address):
            link = .connecting(address)
            unheardSince = now
            actions.append(.connect(address))
        case .unreachable: lose("nobody answers GET /msg_server", at: now)
        case .none(let reason): lose(reason, at: now)
        }
    }

    mutating func connected(at now: Instant) {
        guard case .connecting(let address) = link else { return }
        link = .loggingIn(address)
        write(
            .loginReq,
            IMLoginReq(
                userName: identity.name, password: identity.secret, onlineStatus: .online, clientType: .mac,
                clientVersion: "talk", sessionToken: token), at: now)
    }

    /// The connection ended, or never was.
    mutating func closed(_ reason: String, at now: Instant) {
        lose(reason, at: now)
    }

    mutating func received(_ header: PDUHeader, _ body: RawSpan, at now: Instant) {
        unheardSince = nil
        do {
            switch Command(rawValue: header.command) {
            case .loginRes: loginAnswered(try IMLoginRes(reading: body), at: now)
            case .kickUser: kicked(try IMKickUser(reading: body))
            case .msgData: pushed(try IMMsgData(reading: body), at: now)
            case .msgDataAck: acknowledged(try IMMsgDataAck(reading: body), at: now)
            case .fileNotify: notified(try IMFileNotify(reading: body))
            default: try answered(header, body, at: now)
            }
        } catch {
            // What cannot be read says nothing; a question that it was to answer is asked again.
        }
        proceed(at: now)
    }

    // MARK: - Getting in

    private mutating func loginAnswered(_ answer: IMLoginRes, at now: Instant) {
        guard case .loggingIn(let address) = link else { return }
        guard answer.resultCode == .success, let info = answer.userInfo else {
            return refused(answer.resultCode, at: now)
        }
        link = .online(address)
        user = UserID(info.userID)
        token = answer.sessionToken ?? []
        attempts = 0
        heartbeatDue = now + Self.heartbeatInterval
        note(hasBeenOnline ? "Connected again, to \(address)." : "Connected to \(address) as \(identity.name).")
        hasBeenOnline = true
        isCatchingUp = true
        ask(.users(for: nil), at: now)
        goOnSending(at: now)
        for subject in interrupted { ask(subject, at: now) }
        interrupted = []
    }

    private mutating func refused(_ code: ResultType, at now: Instant) {
        switch code {
        case .dbValidateFailed:
            end(.failed, "The login is refused: the name or the password is wrong, or there were too many attempts.")
        case .versionTooOld:
            end(.failed, "The login is refused: this server wants a newer client.")
        case .reasonNone, .noMsgServer, .msgServerFull, .noDBServer, .noLoginServer, .noRouteServer:
            lose("the server takes no logins now, code \(code.rawValue)", at: now)
        }
    }

    private mutating func kicked(_ kick: IMKickUser) {
        guard isOnline else { return }
        let reason = switch kick.kickReason {
        case .duplicateUser: "\(identity.name) has logged in elsewhere, which ends this session."
        case .mobileKick: "\(identity.name) has ended this session from a phone."
        }
        end(.failed, reason)
    }

    mutating func end(_ code: ExitCode, _ reason: String) {
        guard link != .ended else { return }
        if outbox.count > 0 { note("Not acknowledged: \(outbox.count). Look at /history before sending again.") }
        if !reason.isEmpty { note(reason) }
        link = .ended
        actions.append(.end(code))
    }

    // MARK: - Coming back

    private mutating func loseIfSilent(at now: Instant) {
        guard let unheardSince, now - unheardSince >= Self.silenceLimit else { return }
        lose("the server does not answer", at: now)
    }

    private mutating func lose(_ reason: String, at now: Instant) {
        switch link {
        case .offline, .ended: return
        case .finding: break
        case .connecting, .loggingIn: actions.append(.disconnect)
        case .online(let address):
            actions.append(.disconnect)
            note("The connection to \(address) is lost: \(reason). Looking for another server.")
            offlineSince = now
        }
        problem = reason
        unheardSince = nil
        outbox.connectionLost()
        interrupted += questions.sorted { $0.key < $1.key }.map(\.value.subject).filter(\.isWaitedFor)
        questions = [:]
        hasAskedForGroups = false
        for conversation in inboxes.keys { inboxes[conversation]?.isAsking = false }
        backOff(at: now)
    }

    /// Exponential, with "full jitter" (Marc Brooker, 2015): clients that were thrown out together come back apart.
    private mutating func backOff(at now: Instant) {
        let patience = !hasBeenOnline ? Self.entryPatience : isScript ? Self.scriptPatience : .seconds(Int64.max)
        if now - offlineSince >= patience { return end(.unreachable, "There is no way in: \(problem).") }
        let ceiling = min(Self.longestBackOff, Self.shortestBackOff * (1 << min(attempts, 10)))
        attempts += 1
        link = .offline(until: now + ceiling * Double.random(in: 0.1..<1, using: &random))
    }
}
