import Primitives
import Protobuf
import Reactor
import ServerLookup
import TalkProtocol

@testable import talk

/// A session with a server that says what the test tells it.
struct SessionProbe {
    struct Sent {
        let header: PDUHeader
        let body: [UInt8]

        func message<Message: ProtoMessage>(_ type: Message.Type = Message.self) throws -> Message {
            try Message(reading: body.rawBytes)
        }
    }

    static let alice = UserID(1)
    static let bob = UserID(2)
    static let server = SocketAddress.loopback(port: 8000)

    var session: TalkSession
    var now = Instant(nanoseconds: 1_000_000_000)
    /// What was sent and not looked at yet.
    private(set) var sent: [Sent] = []
    private(set) var shown: [String] = []
    private(set) var notes: [String] = []
    private(set) var code: TalkSession.ExitCode?

    init(isScript: Bool = true) throws {
        let identity = TalkSession.Identity(
            name: "alice", secret: "secret", run: 7, began: UnixTime(milliseconds: 1_700_000_000_000))
        session = TalkSession(
            identity, isScript: isScript, plainText: try PlainText(), random: SeededRandom(seed: 1), at: now)
    }

    /// Up to where the unread messages are known.
    static func loggedIn(isScript: Bool = true, unread: [UnreadInfo] = []) throws -> SessionProbe {
        var probe = try SessionProbe(isScript: isScript)
        try probe.logIn(unread: unread)
        return probe
    }

    mutating func logIn(unread: [UnreadInfo] = []) throws {
        connect()
        try enter()
        try answer(.allUserReq, .allUserRsp, Self.users)
        try tell(unread)
    }

    /// Waits until the session looks for a server, and lets it find one.
    mutating func connect() {
        for _ in 0..<1000 where session.link != .finding {
            wait(.milliseconds(50))
        }
        session.found(.server(Self.server), at: now)
        session.connected(at: now)
        take()
    }

    mutating func enter() throws {
        let info = UserInfo(userID: Self.alice.rawValue, userRealName: "alice")
        try answer(
            .loginReq, .loginRes,
            IMLoginRes(serverTime: 0, resultCode: .success, userInfo: info, sessionToken: [1, 2, 3]))
    }

    static var users: IMAllUserRsp {
        let list = [(alice, "alice"), (bob, "bob")].map { UserInfo(userID: $0.rawValue, userRealName: $1) }
        return IMAllUserRsp(userID: alice.rawValue, latestUpdateTime: 5, userList: list)
    }

    mutating func tell(_ unread: [UnreadInfo]) throws {
        try answer(
            .unreadMsgCntReq, .unreadMsgCntRsp,
            IMUnreadMsgCntRsp(userID: Self.alice.rawValue, totalCnt: 0, unreadinfoList: unread))
        try answer(.fileHasOfflineReq, .fileHasOfflineRsp, IMFileHasOfflineRsp(userID: Self.alice.rawValue))
    }

    /// The groups of the user, all of them of the kind that stays.
    mutating func tellGroups(_ list: [(id: UInt32, name: String)]) throws {
        let versions = list.map { GroupVersionInfo(groupID: $0.id, version: 1) }
        try answer(
            .normalGroupListReq, .normalGroupListRsp,
            IMNormalGroupListRsp(userID: Self.alice.rawValue, groupVersionList: versions))
        try answer(
            .recentContactSessionReq, .recentContactSessionRsp, IMRecentContactSessionRsp(userID: Self.alice.rawValue))
        if !list.isEmpty { try nameGroups(list) }
    }

    mutating func nameGroups(_ list: [(id: UInt32, name: String)]) throws {
        let infos = list.map { GroupInfo(groupID: $0.id, version: 1, groupName: $0.name, groupType: .normal) }
        try answer(
            .groupInfoListReq, .groupInfoListRsp,
            IMGroupInfoListRsp(userID: Self.alice.rawValue, groupInfoList: infos))
    }

    mutating func push(_ id: UInt32, _ text: String, from sender: UserID = bob, in group: UInt32) {
        push(
            .msgData, 0,
            IMMsgData(
                fromUserID: sender.rawValue, toSessionID: group, msgID: id, msgType: .groupText,
                msgData: session.plainText.body(text)))
    }

    static func unread(_ count: UInt32, latest: UInt32) -> UnreadInfo {
        UnreadInfo(
            sessionID: bob.rawValue, sessionType: .single, unreadCnt: count, latestMsgID: latest,
            latestMsgType: .singleText, latestMsgFromUserID: bob.rawValue)
    }

    mutating func wait(_ time: Duration) {
        now = now + time
        session.ticked(at: now)
        take()
    }

    mutating func type(_ line: String) {
        session.typed(line, at: now)
        take()
    }

    mutating func measured(_ byteCount: Int?) {
        session.measured(byteCount, at: now)
        take()
    }

    mutating func lose() {
        session.closed("it broke", at: now)
        take()
    }

    mutating func push(_ id: UInt32, _ text: String, from sender: UserID = bob) {
        let receiver = sender == Self.bob ? Self.alice : Self.bob
        push(
            .msgData, 0,
            IMMsgData(
                fromUserID: sender.rawValue, toSessionID: receiver.rawValue, msgID: id, msgType: .singleText,
                msgData: session.plainText.body(text)))
    }

    mutating func push(_ command: Command, _ sequence: UInt16, _ message: some ProtoMessage) {
        var writer = ByteWriter()
        message.write(into: &writer)
        let body = writer.bytes.copied()
        session.received(
            PDUHeader(command, sequence: sequence, bodyByteCount: body.count), body.rawBytes, at: now)
        take()
    }

    /// Acknowledges the oldest send that was not looked at, and returns it.
    @discardableResult
    mutating func acknowledge(as id: UInt32) throws -> IMMsgData {
        let message: IMMsgData = try next(.msgData).message()
        acknowledge(message, as: id)
        return message
    }

    mutating func acknowledge(_ message: IMMsgData, as id: UInt32) {
        push(
            .msgDataAck, 0,
            IMMsgDataAck(
                userID: Self.alice.rawValue, sessionID: message.toSessionID, msgID: id, sessionType: .single,
                clientMsgKey: message.clientMsgKey))
    }

    mutating func answer(_ command: Command, _ answer: Command, _ message: some ProtoMessage) throws {
        push(answer, try next(command).header.sequence, message)
    }

    /// The ids that the session asks for are all there; the text of each is "m" and its id.
    @discardableResult
    mutating func answerMissing(from sender: (UInt32) -> UserID = { _ in bob }) throws -> [UInt32] {
        let question = try next(.getMsgByIdReq)
        let ids = try question.message(IMGetMsgByIdReq.self).msgIDList
        let messages = ids.reversed().map { id in
            MsgInfo(
                msgID: id, fromSessionID: sender(id).rawValue, msgType: .singleText,
                msgData: session.plainText.body("m\(id)"))
        }
        push(
            .getMsgByIdRsp, question.header.sequence,
            IMGetMsgByIdRsp(
                userID: Self.alice.rawValue, sessionType: .single, sessionID: Self.bob.rawValue, msgList: messages))
        return ids
    }

    struct NotSent: Error {
        let command: Command
    }

    mutating func next(_ command: Command) throws -> Sent {
        guard let index = sent.firstIndex(where: { $0.header.command == command.rawValue })
        else { throw NotSent(command: command) }
        return sent.remove(at: index)
    }

    mutating func forgetSent() { sent = [] }

    func isSent(_ command: Command) -> Bool { sent.contains { $0.header.command == command.rawValue } }

    private mutating func take() {
        for action in session.takeActions() {
            switch action {
            case .findServer, .connect, .disconnect, .measure, .bring, .fetch, .keep: break
            case .send(let bytes):
                guard let header = PDUHeader(bytes.rawBytes) else { continue }
                sent.append(Sent(header: header, body: Array(bytes.dropFirst(PDUHeader.byteCount))))
            case .show(let line): shown.append(line)
            case .note(let line): notes.append(line)
            case .end(let code): self.code = code
            }
        }
    }
}
