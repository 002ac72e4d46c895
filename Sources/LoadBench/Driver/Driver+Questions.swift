import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// What clients ask: where a conversation begins, what they missed, and at the end everything, for the oracle.
extension Driver {
    /// A packet holds at most this many ids.
    private static let maxIDsPerQuestion = 100
    /// How far the last read mark may stay behind, so that there is something to count. The server stops counting
    /// at 1,000.
    private static let maxUnread: UInt32 = 50

    /// A client is online, for the first time or again.
    func arrived(_ client: Client, again: Bool) {
        switch stage {
        case .joining, .finished:
            break
        case .preparing:
            prepare(client)
        case .sending, .draining:
            guard again, let conversation = client.conversation, conversation.isPrepared else { break }
            resend(client, lastSentBefore: .never)
            client.task = .catchingUp
            ask(client)
            send(client)
        case .verifying:
            verify(client)
        }
    }

    /// The first of a conversation finds out where it begins.
    func prepare(_ client: Client) {
        guard client.slot == 0, client.conversation?.isPrepared == false, client.link == .online else { return }
        client.task = .preparing
        ask(client)
    }

    func verify(_ client: Client) {
        guard let conversation = client.conversation, client.link == .online,
            !conversation.ledger.devices[client.slot].isVerified
        else { return }
        client.task = .reading(HistoryPull(above: conversation.ledger.base))
        ask(client)
    }

    /// Asks the next question of the client's task, or ends the task.
    func ask(_ client: Client) {
        guard let conversation = client.conversation, client.link == .online else { return }
        switch client.task {
        case .none:
            break
        case .preparing:
            askForBeginning(client, conversation)
        case .catchingUp, .counting:
            ask(client, .unreadMsgCntReq, IMUnreadMsgCntReq(userID: client.user.rawValue))
        case .fetching(let pull, let last):
            if let request = pull.request { return ask(client, conversation, request) }
            client.task = .filling(through: last)
            ask(client)
        case .filling(let last):
            let missing = conversation.ledger.missingIDs(
                of: client.slot, through: last, limit: Self.maxIDsPerQuestion)
            if missing.isEmpty { client.task = .none } else { ask(client, conversation, for: missing) }
        case .reading(let pull):
            if let request = pull.request { return ask(client, conversation, request) }
            let head = conversation.ledger.headID(of: client.slot)
            let behind = min(UInt32.random(in: 0...Self.maxUnread, using: &loop.random), head - pull.floor)
            markRead(client, through: head - behind)
            client.task = .counting(until: loop.now + plan.drainTime)
            ask(client)
        }
    }

    private func ask(_ client: Client, _ command: Command, _ message: some ProtoMessage) {
        output.writer.append(command, sequence: client.nextQuestion(at: loop.now), message)
    }

    private func askForBeginning(_ client: Client, _ conversation: Conversation) {
        switch conversation.kind {
        case .single:
            ask(
                client, .getLatestMsgIdReq,
                IMGetLatestMsgIdReq(
                    userID: client.user.rawValue, sessionType: .single,
                    sessionID: conversation.sessionID(for: client.slot)))
        case .group:
            ask(
                client, .groupCreateReq,
                IMGroupCreateReq(
                    userID: client.user.rawValue, groupType: .tmp, groupName: "load-bench \(conversation.number + 1)",
                    memberIDList: conversation.users.map(\.rawValue)))
        }
    }

    private func ask(_ client: Client, _ conversation: Conversation, _ page: (begin: UInt32, count: UInt32)) {
        ask(
            client, .getMsgListReq,
            IMGetMsgListReq(
                userID: client.user.rawValue, sessionType: conversation.kind,
                sessionID: conversation.sessionID(for: client.slot), msgIDBegin: page.begin, msgCnt: page.count))
    }

    private func ask(_ client: Client, _ conversation: Conversation, for ids: [UInt32]) {
        ask(
            client, .getMsgByIdReq,
            IMGetMsgByIdReq(
                userID: client.user.rawValue, sessionType: conversation.kind,
                sessionID: conversation.sessionID(for: client.slot), msgIDList: ids))
    }

    // MARK: - Answers

    func received(answer body: RawSpan, to command: Command?, _ client: Client) {
        guard let conversation = client.conversation else { return }
        lastProgress = loop.now
        do {
            switch command {
            case .getLatestMsgIdRsp: prepared(conversation, base: try IMGetLatestMsgIdRsp(reading: body).latestMsgID)
            case .groupCreateRsp: created(try IMGroupCreateRsp(reading: body), conversation)
            case .unreadMsgCntRsp: counted(try IMUnreadMsgCntRsp(reading: body), client, conversation)
            case .getMsgListRsp: pulled(try IMGetMsgListRsp(reading: body).msgList, client, conversation)
            case .getMsgByIdRsp: pulled(try IMGetMsgByIdRsp(reading: body).msgList, client, conversation)
            default: break
            }
        } catch {
            findings.add(.corrupt, "\(client.name): an answer that is none: \(error)")
        }
    }

    private func prepared(_ conversation: Conversation, base: UInt32) {
        guard !conversation.isPrepared else { return }
        conversation.prepare(base: base)
    }

    private func created(_ answer: IMGroupCreateRsp, _ conversation: Conversation) {
        guard answer.resultCode == 0, let group = answer.groupID else {
            let name = conversation.ledger.name
            return coordinator.failed(.failed("\(name) could not be created: code \(answer.resultCode)"))
        }
        conversation.group = GroupID(group)
        prepared(conversation, base: 0)
    }

    private func counted(_ answer: IMUnreadMsgCntRsp, _ client: Client, _ conversation: Conversation) {
        let session = conversation.sessionID(for: client.slot)
        let info = answer.unreadinfoList.first { $0.sessionType == conversation.kind && $0.sessionID == session }
        switch client.task {
        case .catchingUp:
            let last = info?.latestMsgID ?? 0
            let floor = conversation.ledger.contiguousID(of: client.slot)
            client.task = last > floor ? .fetching(HistoryPull(above: floor, from: last), through: last) : .none
            ask(client)
        case .counting(let limit):
            let head = conversation.ledger.headID(of: client.slot)
            if let last = info?.latestMsgID, last > head {
                client.task = .reading(HistoryPull(above: head, from: last))
                return ask(client)
            }
            let expected = conversation.ledger.expectedUnread(of: client.slot, above: client.readMark)
            let sum = answer.unreadinfoList.reduce(0) { $0 + Int($1.unreadCnt) }
            let isRight = Int(info?.unreadCnt ?? 0) == expected && Int(answer.totalCnt) == sum
            // Read marks are not answered: the one just sent may still be on its way. The sweep asks again.
            if !isRight, loop.now < limit { return }
            if !isRight {
                findings.add(
                    .wrongUnread,
                    "\(client.name): \(info?.unreadCnt ?? 0) unread above id \(client.readMark), of \(expected)")
            }
            conversation.ledger.verified(client.slot)
            client.task = .none
        case .none, .preparing, .fetching, .filling, .reading:
            break
        }
    }

    private func pulled(_ messages: [MsgInfo], _ client: Client, _ conversation: Conversation) {
        let lowest = messages.map(\.msgID).min()
        switch client.task {
        case .fetching(var pull, let last):
            for message in messages { _ = catchUp(message, client, conversation) }
            pull.received(lowest: lowest)
            client.task = .fetching(pull, through: last)
        case .filling:
            var isNew = false
            for message in messages where catchUp(message, client, conversation) { isNew = true }
            // What the server does not have by id either is missing; the histories at the end will show it.
            if !isNew { client.task = .none }
        case .reading(var pull):
            for message in messages where message.msgID > conversation.ledger.base {
                let sighting = sighting(of: message, conversation).0
                conversation.ledger.read(sighting, id: message.msgID, by: client.slot, &findings)
            }
            pull.received(lowest: lowest)
            client.task = .reading(pull)
        case .none, .preparing, .catchingUp, .counting:
            break
        }
        ask(client)
    }

    /// `true` if the client had not received the message before.
    private func catchUp(_ message: MsgInfo, _ client: Client, _ conversation: Conversation) -> Bool {
        guard message.msgID > conversation.ledger.base else { return false }
        let (sighting, payload) = sighting(of: message, conversation)
        let arrival = conversation.ledger.pulled(sighting, id: message.msgID, by: client.slot, &findings)
        noteArrival(arrival, payload)
        return arrival != .known
    }

    private func sighting(
        of message: MsgInfo, _ conversation: Conversation
    ) -> (ConversationLedger.Sighting, Payload?) {
        guard message.msgType == conversation.messageType else { return (.corrupt, nil) }
        let payload = codec.decode(message.msgData.rawBytes)
        return (sighting(of: payload, from: UserID(message.fromSessionID), in: conversation), payload)
    }
}
