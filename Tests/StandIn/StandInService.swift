import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// Logins, and the choice of what to do with a packet.
final class StandInService: StreamHandler {
    let loop: EventLoop
    let behaviour: Behaviour
    let output = ScratchWriter()
    var conversations: [ConversationID: StoredConversation] = [:]
    var connections: [UInt32: ConnectionHandle] = [:]
    /// By name of the send: the id it was stored under.
    var stored: [SendName: UInt32] = [:]
    /// Sends stored so far.
    var count = 0
    private var lastGroup: UInt32 = 0

    init(_ loop: EventLoop, _ behaviour: Behaviour) {
        self.loop = loop
        self.behaviour = behaviour
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        var rest = bytes
        while case .pdu(let header, let range) = PDUFramer.next(in: rest, limit: 1 << 20) {
            let user = UInt32(truncatingIfNeeded: loop.tag(of: connection))
            do {
                try handle(header, rest.extracting(range), user, connection)
            } catch {
                loop.close(connection, .now)
            }
            rest = rest.extracting(droppingFirst: range.upperBound)
        }
        return bytes.byteCount - rest.byteCount
    }

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        let user = UInt32(truncatingIfNeeded: loop.tag(of: connection))
        if connections[user] == connection { connections[user] = nil }
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}
    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}

    private func handle(
        _ header: PDUHeader, _ body: RawSpan, _ user: UInt32, _ connection: ConnectionHandle
    ) throws(ProtoError) {
        switch Command(rawValue: header.command) {
        case .loginReq: logIn(try IMLoginReq(reading: body), header.sequence, connection)
        case .msgData: try message(body, header.sequence, user)
        case .msgDataReadAck: markRead(try IMMsgDataReadAck(reading: body), user)
        case .heartBeat: reply(.heartBeat, header.sequence, IMHeartBeat(), to: user)
        case .getLatestMsgIdReq: latestID(try IMGetLatestMsgIdReq(reading: body), header.sequence, user)
        case .getMsgListReq: page(try IMGetMsgListReq(reading: body), header.sequence, user)
        case .getMsgByIdReq: byID(try IMGetMsgByIdReq(reading: body), header.sequence, user)
        case .unreadMsgCntReq: unread(header.sequence, user)
        case .groupCreateReq: createGroup(try IMGroupCreateReq(reading: body), header.sequence, user)
        default: break
        }
    }

    private func logIn(_ request: IMLoginReq, _ sequence: UInt16, _ connection: ConnectionHandle) {
        let digits = request.userName.reversed().prefix { $0.isNumber }.reversed()
        let isAccepted = behaviour.password.map { $0 == request.password } ?? true
        guard isAccepted, let user = UInt32(String(digits)) else {
            output.writer.clear()
            output.writer.append(
                .loginRes, sequence: sequence,
                IMLoginRes(resultCode: .dbValidateFailed, resultString: "wrong name or password"))
            let output = output
            loop.send(output.writer.bytes, to: connection)
            return loop.close(connection, .afterFlush)
        }
        loop.setTag(UInt64(user), of: connection)
        connections[user] = connection
        reply(
            .loginRes, sequence,
            IMLoginRes(
                resultCode: .success, onlineStatus: .online,
                userInfo: UserInfo(userID: user, userNickName: request.userName)),
            to: user)
    }

    func reply(_ command: Command, _ sequence: UInt16, _ message: some ProtoMessage, to user: UInt32) {
        output.writer.clear()
        output.writer.append(command, sequence: sequence, message)
        sendOutput(to: user)
    }

    func sendOutput(to user: UInt32) {
        let output = output
        if let connection = connections[user] { loop.send(output.writer.bytes, to: connection) }
    }

    /// What a user calls by a session; a pair is made when it is first asked for.
    func conversation(_ user: UInt32, _ type: SessionType, _ session: UInt32) -> StoredConversation? {
        guard let id = ConversationID(of: UserID(user), type, session: session) else { return nil }
        if let known = conversations[id] { return known }
        guard type == .single else { return nil }
        let made = StoredConversation(members: [user, session])
        conversations[id] = made
        return made
    }

    private func createGroup(_ request: IMGroupCreateReq, _ sequence: UInt16, _ user: UInt32) {
        lastGroup += 1
        conversations[.group(GroupID(lastGroup))] = StoredConversation(members: request.memberIDList)
        reply(
            .groupCreateRsp, sequence,
            IMGroupCreateRsp(
                userID: user, groupID: lastGroup, groupName: request.groupName, userIDList: request.memberIDList),
            to: user)
    }
}

/// What a send is recognised by when it comes again.
enum SendName: Hashable {
    case key(user: UInt32, UInt64, UInt64)
    case legacy(user: UInt32, sequence: UInt16, createTime: UInt32)
}
