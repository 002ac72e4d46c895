import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// The hot path: sends, acknowledgements, pushes. Nothing here allocates per message.
extension Driver {
    // MARK: - Sending

    /// Sends what the client owes, or what its window has room for.
    func send(_ client: Client) {
        guard client.link == .online, case .sending(let start) = stage, start <= loop.now,
            let conversation = client.conversation, client.senderNumber != nil
        else { return }
        switch plan.pace {
        case .window(let window):
            if isTimeOver { return }
            while client.window.unacked < window, client.window.hasRoom {
                sendNext(client, conversation, scheduled: loop.now)
            }
        case .rate:
            while client.owed > 0, client.window.hasRoom, let due = due(of: client, number: client.sentCount) {
                client.owed -= 1
                sendNext(client, conversation, scheduled: due)
            }
        }
    }

    private func sendNext(_ client: Client, _ conversation: Conversation, scheduled: Instant) {
        let (ticket, floor) = conversation.ledger.issue()
        let createTime = unixTime
        let sequence = client.window.sent(
            ticket: ticket, floor: floor, scheduled: scheduled, createTime: createTime, at: loop.now)
        client.sentCount += 1
        measures.sent += 1
        write(ticket, scheduled, createTime, sequence, client, conversation)
    }

    /// Sends again what has waited too long for its acknowledgement; on a new connection, everything.
    func resend(_ client: Client, lastSentBefore limit: Instant) {
        guard client.window.unacked > 0, let conversation = client.conversation else { return }
        client.window.resend(lastSentBefore: limit, at: loop.now) { entry, sequence in
            measures.resent += 1
            write(entry.ticket, entry.scheduled, entry.createTime, sequence, client, conversation)
        }
    }

    private func write(
        _ ticket: UInt32, _ scheduled: Instant, _ createTime: UInt32, _ sequence: UInt16, _ client: Client,
        _ conversation: Conversation
    ) {
        let number = UInt32(truncatingIfNeeded: conversation.number)
        let payload = Payload(
            run: run, conversation: number, sender: UInt32(client.slot), ticket: ticket, scheduled: scheduled)
        let body = codec.encode(payload)
        let (output, key) = (output, key)
        let start = output.writer.count
        let session = conversation.sessionID(for: client.slot)
        if plan.isLegacy {
            output.writer.appendMsgData(
                from: client.user, to: session, id: MessageID(0), createTime: createTime,
                type: conversation.messageType, data: body.writer.bytes, clientKey: nil)
        } else {
            self.key(of: ticket, conversation: number, createTime).write(into: &key.writer)
            output.writer.appendMsgData(
                from: client.user, to: session, id: MessageID(0), createTime: createTime,
                type: conversation.messageType, data: body.writer.bytes, clientKey: key.writer.bytes)
        }
        // Written as servers do, with the sequence number 0; a client has one.
        output.writer.overwrite(bigEndian: sequence, at: start + 12)
    }

    private func key(of ticket: UInt32, conversation: UInt32, _ createTime: UInt32) -> ClientKey {
        // Rising within a second as well.
        let time = UInt64(createTime) * 1000 + UInt64(ticket % 1000)
        return ClientKey(time: time, run: run, conversation: conversation, ticket: ticket)
    }

    // MARK: - Acknowledgements

    func received(ack body: RawSpan, _ sequence: UInt16, _ client: Client) {
        guard let conversation = client.conversation else { return }
        guard let ack = try? AckView(body), ack.id > conversation.ledger.base else {
            return findings.add(.wrongAck, "\(client.name): send \(sequence) was acknowledged without an id")
        }
        var key: ClientKey?
        if let bytes = ack.clientKey { key = ClientKey(bytes) }
        let number = UInt32(truncatingIfNeeded: conversation.number)
        guard let done = client.window.acked(sequence, id: ack.id) else {
            measures.lateAcks += 1
            // Another attempt was acknowledged before. The key, if there is one, tells that the id is the same.
            guard let key,
                key == ClientKey(time: key.time, run: run, conversation: number, ticket: key.ticket)
            else { return }
            return conversation.ledger.acked(ticket: key.ticket, id: ack.id, by: client.slot, &findings)
        }
        let expected = self.key(of: done.ticket, conversation: number, done.createTime)
        let isKeyRight = ack.clientKey == nil ? true : key == expected && !plan.isLegacy
        if ack.user != client.user || ack.sessionID != conversation.sessionID(for: client.slot)
            || ack.sessionType != conversation.kind || !isKeyRight
        {
            findings.add(.wrongAck, "\(client.name): the acknowledgement of id \(ack.id) names another send")
        }
        if done.isMisnumbered {
            findings.add(.misnumbered, "\(conversation.ledger.name): id \(ack.id) is below that of an earlier send")
        }
        conversation.ledger.acked(ticket: done.ticket, id: ack.id, by: client.slot, &findings)
        measures.acked += 1
        if isMeasuring { measures.measuredAcked += 1 }
        if measured.contains(done.scheduled) { measures.ack.record(loop.now - done.scheduled) }
        send(client)
    }

    // MARK: - Pushes

    func received(message body: RawSpan, _ client: Client) {
        guard let conversation = client.conversation else { return }
        guard let message = try? MessageDataView(body) else {
            return findings.add(.corrupt, "\(client.name): a message that is none")
        }
        let payload = codec.decode(message.data)
        let isOurs = payload?.run == run
        guard conversation.matches(
            from: message.fromUserID, to: message.toSessionID, message.type, slot: client.slot)
        else {
            // Someone else may write to this user; what this run sent has to be where it was sent to.
            if isOurs { findings.add(.corrupt, "\(client.name): a message with wrong sender or receiver") }
            return
        }
        let id = message.msgID.rawValue
        let sighting = sighting(of: payload, from: message.fromUserID, in: conversation)
        let arrival = conversation.ledger.pushed(sighting, id: id, to: client.slot, &findings)
        noteArrival(arrival, payload)
        if message.fromUserID != client.user { acknowledge(id, client, conversation) }
    }

    /// What the body of a message, wherever it was found, says about it.
    func sighting(
        of payload: Payload?, from sender: UserID, in conversation: Conversation
    ) -> ConversationLedger.Sighting {
        guard let payload else { return .corrupt }
        guard payload.run == run else { return .foreign }
        let slot = Int(payload.sender)
        guard payload.conversation == conversation.number, payload.ticket < conversation.ledger.issued,
            slot < conversation.users.count, conversation.users[slot] == sender
        else { return .corrupt }
        return .ours(ticket: payload.ticket, sender: slot)
    }

    func noteArrival(_ arrival: ConversationLedger.Arrival, _ payload: Payload?) {
        guard arrival != .known, let payload, payload.run == run else { return }
        measures.delivered += 1
        if isMeasuring { measures.measuredDelivered += 1 }
        guard measured.contains(payload.scheduled) else { return }
        let latency = loop.now - payload.scheduled
        measures.delivery.record(latency)
        if arrival == .complete { measures.lastDelivery.record(latency) }
    }

    /// "It has arrived", as the Windows and iOS clients say for each message; and now and then "it has been read".
    private func acknowledge(_ id: UInt32, _ client: Client, _ conversation: Conversation) {
        if plan.sendsReceiveAcks, id != 0 {
            output.writer.appendMsgDataAck(
                sequence: 0, user: client.user, sessionID: conversation.sessionID(for: client.slot),
                id: MessageID(id), sessionType: conversation.kind, clientKey: nil)
        }
        client.receivedSinceReadAck += 1
        if plan.readAckInterval > 0, client.receivedSinceReadAck >= plan.readAckInterval {
            markRead(client, through: conversation.ledger.contiguousID(of: client.slot))
        }
    }

    /// Says that everything up to `id` has been read.
    func markRead(_ client: Client, through id: UInt32) {
        guard let conversation = client.conversation else { return }
        client.receivedSinceReadAck = 0
        client.readMark = max(client.readMark, id)
        // 0 would mean everything.
        guard client.readMark > 0 else { return }
        output.writer.append(
            .msgDataReadAck, sequence: 0,
            IMMsgDataReadAck(
                userID: client.user.rawValue, sessionID: conversation.sessionID(for: client.slot),
                msgID: client.readMark, sessionType: conversation.kind))
    }
}
