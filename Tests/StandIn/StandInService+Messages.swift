import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// Storing, acknowledging, pushing; and doing each of these wrong.
extension StandInService {
    func message(_ body: RawSpan, _ sequence: UInt16, _ user: UInt32) throws(ProtoError) {
        let message = try MessageDataView(body)
        guard let conversation = conversation(user, message.type.sessionType, message.toSessionID) else { return }
        let name = Self.name(message, sequence, user)
        if let id = stored[name] { return acknowledge(message, sequence, user, id) }
        count += 1
        let fault = count == behaviour.faultAt ? behaviour.fault : nil
        if fault == .skipID || fault == .swapIDs { conversation.skipID() }
        let id = conversation.store(message, sender: user, message.createTime, message.data)
        if fault == .swapIDs { conversation.reservedID = id - 1 }
        if fault != .forgetKey { stored[name] = id }
        if fault != .forgetKey, count != behaviour.unackedAt {
            acknowledge(message, sequence, user, id, wrongly: fault == .wrongAck)
        }
        if fault != .losePush, fault != .loseAcked { push(message, user, id, conversation, fault) }
        spoil(id, conversation, message, user, fault)
        if behaviour.dropsAt.contains(count) { connections.values.forEach { loop.close($0, .now) } }
    }

    private func spoil(
        _ id: UInt32, _ conversation: StoredConversation, _ message: borrowing MessageDataView, _ user: UInt32,
        _ fault: Fault?
    ) {
        switch fault {
        case .loseAcked, .loseStored: conversation.forget(id)
        case .corruptStored: conversation.corrupt(id)
        case .showAnother: conversation.replaceByPrevious(id)
        case .storeTwice:
            let second = conversation.store(message, sender: user, message.createTime, message.data)
            push(message, user, second, conversation, nil)
        case .losePush, .forgetKey, .skipID, .reorderPushes, .repeatPush, .swapIDs, .wrongAck, .corruptPush,
            .wrongUnread, nil:
            break
        }
    }

    private func acknowledge(
        _ message: borrowing MessageDataView, _ sequence: UInt16, _ user: UInt32, _ id: UInt32, wrongly: Bool = false
    ) {
        output.writer.clear()
        output.writer.appendMsgDataAck(
            sequence: sequence, user: UserID(user), sessionID: message.toSessionID + (wrongly ? 1 : 0),
            id: MessageID(id), sessionType: message.type.sessionType, clientKey: message.clientKey)
        sendOutput(to: user)
    }

    private func push(
        _ message: borrowing MessageDataView, _ user: UInt32, _ id: UInt32, _ conversation: StoredConversation,
        _ fault: Fault?
    ) {
        let output = output
        output.writer.clear()
        output.writer.appendMsgData(
            from: UserID(user), to: message.toSessionID, id: MessageID(id), createTime: message.createTime,
            type: message.type, data: message.data, clientKey: message.clientKey)
        if fault == .corruptPush {
            let place = PDUHeader.byteCount + 60
            let byte = output.writer.bytes.byte(at: place) ?? 0
            output.writer.overwrite(bigEndian: byte ^ 1, at: place)
        }
        let receivers = conversation.members.filter { $0 != user }
        for receiver in receivers {
            if fault == .reorderPushes || fault == .swapIDs, receiver == receivers[0] {
                conversation.heldPush = (output.writer.bytes.copied(), receiver)
                continue
            }
            sendOutput(to: receiver)
            if fault == .repeatPush { sendOutput(to: receiver) }
            guard let held = conversation.heldPush, held.receiver == receiver, let connection = connections[receiver]
            else { continue }
            conversation.heldPush = nil
            let bytes = held.bytes
            loop.send(bytes.rawBytes, to: connection)
        }
    }

    private static func name(_ message: borrowing MessageDataView, _ sequence: UInt16, _ user: UInt32) -> SendName {
        if let key = message.clientKey, let high = key.bigEndian(at: 0, as: UInt64.self),
            let low = key.bigEndian(at: 8, as: UInt64.self)
        {
            return .key(user: user, high, low)
        }
        return .legacy(user: user, sequence: sequence, createTime: message.createTime)
    }
}

/// Answers about what is stored.
extension StandInService {
    func markRead(_ mark: IMMsgDataReadAck, _ user: UInt32) {
        conversation(user, mark.sessionType, mark.sessionID)?.markRead(user, through: mark.msgID)
    }

    func latestID(_ request: IMGetLatestMsgIdReq, _ sequence: UInt16, _ user: UInt32) {
        let id = conversation(user, request.sessionType, request.sessionID)?.latestID ?? 0
        reply(
            .getLatestMsgIdRsp, sequence,
            IMGetLatestMsgIdRsp(
                userID: user, sessionType: request.sessionType, sessionID: request.sessionID, latestMsgID: id),
            to: user)
    }

    func page(_ request: IMGetMsgListReq, _ sequence: UInt16, _ user: UInt32) {
        var list: [MsgInfo] = []
        if let conversation = conversation(user, request.sessionType, request.sessionID) {
            var id = request.msgIDBegin == 0 ? conversation.latestID : min(request.msgIDBegin, conversation.latestID)
            while id > 0, list.count < min(request.msgCnt, 100) {
                if let message = conversation.message(id) { list.append(message) }
                id -= 1
            }
        }
        reply(
            .getMsgListRsp, sequence,
            IMGetMsgListRsp(
                userID: user, sessionType: request.sessionType, sessionID: request.sessionID,
                msgIDBegin: request.msgIDBegin, msgList: list),
            to: user)
    }

    func byID(_ request: IMGetMsgByIdReq, _ sequence: UInt16, _ user: UInt32) {
        let conversation = conversation(user, request.sessionType, request.sessionID)
        let list = request.msgIDList.prefix(100).compactMap { conversation?.message($0) }
        reply(
            .getMsgByIdRsp, sequence,
            IMGetMsgByIdRsp(
                userID: user, sessionType: request.sessionType, sessionID: request.sessionID, msgList: list),
            to: user)
    }

    func unread(_ sequence: UInt16, _ user: UInt32) {
        var list: [UnreadInfo] = []
        for (id, conversation) in conversations where conversation.members.contains(user) {
            let count = conversation.unread(user) + (behaviour.fault == .wrongUnread ? 1 : 0)
            guard count > 0, let latest = conversation.message(conversation.latestID) else { continue }
            let session = id.peer(of: UserID(user))?.rawValue ?? UInt32(truncatingIfNeeded: id.rawValue)
            list.append(
                UnreadInfo(
                    sessionID: session, sessionType: latest.msgType.sessionType, unreadCnt: UInt32(count),
                    latestMsgID: conversation.latestID, latestMsgData: latest.msgData, latestMsgType: latest.msgType,
                    latestMsgFromUserID: latest.fromSessionID))
        }
        let total = list.reduce(0) { $0 + $1.unreadCnt }
        reply(
            .unreadMsgCntRsp, sequence, IMUnreadMsgCntRsp(userID: user, totalCnt: total, unreadinfoList: list),
            to: user)
    }
}
