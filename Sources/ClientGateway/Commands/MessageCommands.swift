import Conversations
import DBProxy
import Log
import Metrics
import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// Service 3: messages, read marks, history.
extension Gateway {
    /// Why a message is not even given to the database.
    enum SendRefusal: String, CaseIterable {
        case noConversation = "no_conversation"
        case badKey = "bad_key"
        case empty
        case tooLong = "too_long"
        case notAudio = "not_audio"
    }

    /// Refused sends get no answer: the protocol has none.
    func send(_ request: Request, _ message: borrowing MessageDataView) {
        let session = request.session
        guard
            let conversation = ConversationID(
                of: request.user, message.type.sessionType, session: message.toSessionID)
        else { return refuse(request, .noConversation, message.data.byteCount) }
        if let refusal = refusal(of: message) { return refuse(request, refusal, message.data.byteCount) }
        counters.sends.add()
        let keyScratch = keyScratch
        let key: SendKey
        var clientKey: SendKey?
        if let chosen = message.clientKey {
            clientKey = SendKey(chosen)
            session.isExtended = true
            key = .chosen(chosen, by: request.user, rising: database.keysRiseSince, &keyScratch.writer)
        } else {
            key = .derived(
                from: request.user, session.device, login: session.epoch, at: session.loginTime,
                sequence: request.sequence, createTime: message.createTime, type: message.type, data: message.data,
                rising: database.keysRiseSince, &keyScratch.writer)
        }
        let send = Send(
            conversation: conversation, sender: request.user, type: message.type, key: key,
            keyExpires: clientKey == nil, clientKey: clientKey, origin: session.address, sequence: request.sequence)
        request.session.unacknowledged += 1
        submit(send, body: message.data)
    }

    private func refusal(of message: borrowing MessageDataView) -> SendRefusal? {
        if let key = message.clientKey, key.byteCount != SendKey.byteCount { return .badKey }
        if message.data.isEmpty { return .empty }
        switch message.type {
        case .singleText, .groupText: return message.data.byteCount > limits.maxTextBytes ? .tooLong : nil
        case .singleAudio, .groupAudio:
            if message.data.byteCount > limits.maxAudioBytes { return .tooLong }
            return AudioBody(message.data) == nil ? .notAudio : nil
        }
    }

    /// Its sender is told nothing and will ask an administrator, who finds it here.
    private func refuse(_ request: Request, _ refusal: SendRefusal, _ byteCount: Int) {
        counters.refused(refusal.rawValue)
        guard refusalLog.admits(refusal.rawValue, at: loop.now) else { return }
        logRefusal(request.session.trace, refusal.rawValue, byteCount: byteCount)
    }

    /// Also for what the database did not take.
    func logRefusal(_ trace: String, _ reason: String, _ state: SQLState? = nil, byteCount: Int) {
        let log = state.map { shared.log.with(["sqlstate": .string($0.description)]) } ?? shared.log
        log.info(
            "message_refused", "a message was not stored",
            ["trace": .string(trace), "reason": .string(reason), "bytes": .int(byteCount)])
    }

    /// Some clients say what has reached them. It is of interest to who looks for a message, and nothing depends on it:
    /// the cursor knows better (D15).
    func noteReceipt(_ request: Request, _ body: RawSpan) {
        guard request.session.notedReceipts.take(limits.notedReceipts, at: loop.now) == nil,
            let message = try? IMMsgDataAck(reading: body),
            let conversation = ConversationID(of: request.user, message.sessionType, session: message.sessionID)
        else { return }
        note(
            .received(request.user, request.session.device),
            of: MessageName(conversation, MessageID(message.msgID)), by: request.user)
    }

    func readAck(_ request: Request, _ message: IMMsgDataReadAck) {
        guard let conversation = ConversationID(of: request.user, message.sessionType, session: message.sessionID)
        else { return }
        let reading = Reading(
            conversation: conversation, user: request.user, device: request.session.device,
            origin: request.session.address, last: message.msgID)
        // Electron names message 1 whatever it has read, and the original clears all on any of these. What the session
        // was sent, the loop knows that pushes the conversation.
        let home = Conversations.home(of: conversation, loops: shared.loops, queues: shared.queuesPerLoop).loop
        if request.session.isExtended || message.msgID == 0 || home == loop.index {
            markRead(reading, isLegacy: !request.session.isExtended)
        } else {
            loop.post(.read, to: home) { reading.write(into: &$0) }
        }
    }

    /// - Parameter isLegacy: an id that is read already means all that was sent. On the loop of the conversation then.
    func markRead(_ reading: Reading, isLegacy: Bool) {
        let sent = isLegacy ? conversations.position(of: reading.conversation) ?? MessageID(.max) : nil
        let last = reading.last == 0 ? nil : MessageID(reading.last)
        database.markRead(reading.conversation, by: reading.user, through: last, ifRead: sent) { [weak self] result in
            guard let self, case .success(.some(let mark)) = result else { return }
            note(.read(reading.user, reading.device), of: MessageName(reading.conversation, mark), by: reading.user)
            notify(
                [reading.user], except: reading.origin, .msgDataReadNotify,
                IMMsgDataReadNotify(
                    userID: reading.user.rawValue, sessionID: reading.conversation.sessionID(for: reading.user),
                    msgID: mark.rawValue, sessionType: reading.conversation.sessionType))
        }
    }

    func time(_ request: Request) {
        answer(request, .clientTimeRsp, IMClientTimeRsp(serverTime: shared.wallClock()))
    }

    func unread(_ request: Request) {
        database.unread(of: request.user, shown) { [weak self] result in
            guard let self else { return }
            guard case .success(let sessions) = result else { return leaveUnanswered() }
            let total = sessions.reduce(0) { $0 &+ $1.unread }
            answer(
                request, .unreadMsgCntRsp, inPieces: sessions.map { self.unreadInfo($0, of: request.user) }
            ) { piece in
                IMUnreadMsgCntRsp(userID: request.user.rawValue, totalCnt: total, unreadinfoList: piece)
            }
        }
    }

    private func unreadInfo(_ session: RecentSession, of user: UserID) -> UnreadInfo {
        let id = session.conversation.sessionID(for: user)
        // In a pair the original names the peer here, whoever wrote last.
        let from = session.conversation.sessionType == .single ? id : session.latest.sender.rawValue
        return UnreadInfo(
            sessionID: id, sessionType: session.conversation.sessionType, unreadCnt: session.unread,
            latestMsgID: session.latest.id.rawValue, latestMsgData: shownBody(of: session),
            latestMsgType: session.latest.type, latestMsgFromUserID: from)
    }

    // MARK: History

    // Clients go on behind the oldest message that they got, and ask for what is missing among those: so an answer ends
    // where a packet does. At least one message is in it, if there is one.

    func history(_ request: Request, _ message: IMGetMsgListReq) {
        let finish = { [weak self] (messages: [StoredMessage]) in
            guard let self else { return }
            answer(
                request, .getMsgListRsp,
                IMGetMsgListRsp(
                    userID: request.user.rawValue, sessionType: message.sessionType, sessionID: message.sessionID,
                    msgIDBegin: message.msgIDBegin, msgList: messages.map(MsgInfo.init)))
        }
        // What does not exist and what one may not read look alike (B26).
        guard let conversation = ConversationID(of: request.user, message.sessionType, session: message.sessionID)
        else { return finish([]) }
        database.history(
            of: conversation, for: request.user, upTo: message.msgIDBegin == 0 ? nil : MessageID(message.msgIDBegin),
            count: min(Int(message.msgCnt), limits.maxHistory), byteCount: limits.maxHistoryBytes
        ) { [weak self] result in
            guard case .success(let messages) = result else { return self?.leaveUnanswered() ?? () }
            finish(messages)
        }
    }

    func messagesByID(_ request: Request, _ message: IMGetMsgByIdReq) {
        let finish = { [weak self] (messages: [StoredMessage]) in
            guard let self else { return }
            answer(
                request, .getMsgByIdRsp,
                IMGetMsgByIdRsp(
                    userID: request.user.rawValue, sessionType: message.sessionType, sessionID: message.sessionID,
                    msgList: messages.map(MsgInfo.init)))
        }
        guard let conversation = ConversationID(of: request.user, message.sessionType, session: message.sessionID)
        else { return finish([]) }
        guard message.msgIDList.count <= limits.maxMessageIDs else { return leaveUnanswered() }
        database.messages(
            of: conversation, for: request.user, ids: message.msgIDList.map(MessageID.init(_:)),
            byteCount: limits.maxHistoryBytes
        ) { [weak self] result in
            guard case .success(let messages) = result else { return self?.leaveUnanswered() ?? () }
            finish(messages)
        }
    }

    func latestID(_ request: Request, _ message: IMGetLatestMsgIdReq) {
        let finish = { [weak self] (id: MessageID?) in
            self?.answer(
                request, .getLatestMsgIdRsp,
                IMGetLatestMsgIdRsp(
                    userID: request.user.rawValue, sessionType: message.sessionType, sessionID: message.sessionID,
                    latestMsgID: id?.rawValue ?? 0)) ?? ()
        }
        guard let conversation = ConversationID(of: request.user, message.sessionType, session: message.sessionID)
        else { return finish(nil) }
        database.latestID(of: conversation, for: request.user) { [weak self] result in
            guard case .success(let id) = result else { return self?.leaveUnanswered() ?? () }
            finish(id)
        }
    }
}

extension MsgInfo {
    fileprivate init(_ message: StoredMessage) {
        self.init(
            msgID: message.id.rawValue, fromSessionID: message.sender.rawValue, createTime: message.createdAt,
            msgType: message.type, msgData: message.body)
    }
}
