public import Conversations
import Log
import Metrics
import Primitives
import Protobuf
public import Reactor
public import TalkProtocol

/// What loops of one node say to each other about sessions.
enum Mail: UInt8, CaseIterable {
    /// A packet for some sessions: u16 count, (u32 slot, u32 generation) each, packet.
    case deliver = 1
    /// The acknowledgement of a send: the session's slot and generation, then `AckMail`.
    case acknowledge
    /// A send for the loop that its conversation belongs to.
    case submit
    /// A send was not stored: `LostSend`, for the loop of its session.
    case lost
    /// A legacy client has read something: `Reading`, for the loop of its conversation.
    case read
    /// The session has been displaced or sent away: slot, generation, reason.
    case kick
    /// A connection that has not logged in gives way to another one: slot, generation.
    case evict
    /// Packets for every session, or for those of PCs: u8 audience, packets.
    case broadcast
    /// From another node, by way of the cluster's loop: u64 key, then the body of the topic.
    case remoteMessage
    case remotePush
    /// What is seen of a user changed because of another node: u32 user.
    case presenceChanged
    /// A mobile may have to be told whether a PC of its user is on: slot, generation, u8 even if it knows.
    case pcStatus
    /// Messages that were stored since then may not have been pushed: u64 nanoseconds of the monotonic clock.
    case doubt
    /// Nodes live of which nothing is heard: users of this one may have logged in there.
    case apart
    /// A conversation may have messages that were not pushed: u64 conversation, u32 first, u32 last.
    case missed
    /// Another node asks: u64 key, u16 that node, then the body of the topic.
    case question
    /// Another node answers: u64 key, u16 that node, answer.
    case answer
}

enum Audience: UInt8 {
    case everyone = 0
    case pcs = 1

    func includes(_ device: DeviceClass) -> Bool {
        switch self {
        case .everyone: true
        case .pcs: device == .pc
        }
    }
}

extension Gateway: ConversationOutlet {
    // MARK: To users

    public func push(
        _ packet: RawSpan, of message: MessageName, to users: [UserID], except origin: SessionAddress?,
        after wait: Duration?
    ) {
        for user in users { addTargets(user, .everyone, except: origin, of: message) }
        sendToTargets(packet)
        if let wait { conversations.timings.delivery.record(wait) }
    }

    /// To sessions of this node.
    func push(_ packet: RawSpan, to users: [UserID], _ audience: Audience, except origin: SessionAddress?) {
        for user in users { addTargets(user, audience, except: origin) }
        sendToTargets(packet)
    }

    public func push(
        _ packet: RawSpan, of message: MessageName, to one: UserID, and other: UserID, except origin: SessionAddress?,
        after wait: Duration?
    ) {
        addTargets(one, .everyone, except: origin, of: message)
        if other != one { addTargets(other, .everyone, except: origin, of: message) }
        sendToTargets(packet)
        if let wait { conversations.timings.delivery.record(wait) }
    }

    /// Writes a push (sequence 0) and sends it to all sessions of the users but one, on all nodes.
    func notify(_ users: [UserID], except origin: SessionAddress?, _ command: Command, _ message: some ProtoMessage) {
        var writer = ByteWriter()
        writer.append(command, sequence: 0, message)
        tell(writer.bytes, users, except: origin)
    }

    func deliver(_ packet: RawSpan, to address: SessionAddress) {
        targets[Int(address.loop)].append(address)
        sendToTargets(packet)
    }

    private func addTargets(
        _ user: UserID, _ audience: Audience, except origin: SessionAddress?, of message: MessageName? = nil
    ) {
        let presence = online.presence(of: user)
        for device in DeviceClass.allCases where audience.includes(device) {
            if let address = presence[device]?.address, address != origin {
                targets[Int(address.loop)].append(address)
                if let message { note(.pushed(user, device), of: message) }
            }
        }
    }

    private func sendToTargets(_ packet: RawSpan) {
        for index in targets.indices where !targets[index].isEmpty {
            counters.pushed.add(UInt64(targets[index].count))
            if index == loop.index {
                for address in targets[index] { sessions[address]?.send(packet) }
            } else {
                post(packet, to: targets[index], on: index)
            }
            targets[index].removeAll(keepingCapacity: true)
        }
    }

    /// In pieces that the count of a mail can say.
    private func post(_ packet: RawSpan, to addresses: [SessionAddress], on index: Int) {
        var start = 0
        while start < addresses.count {
            let piece = addresses[start..<min(addresses.count, start + Int(UInt16.max))]
            start = piece.endIndex
            loop.post(kind: Mail.deliver.rawValue, to: index) { writer in
                writer.append(bigEndian: UInt16(piece.count))
                for address in piece { address.write(into: &writer) }
                writer.append(packet)
            }
        }
    }

    /// Packets for every session of the node, or of its PCs.
    func broadcast(_ packets: RawSpan, to audience: Audience) {
        for index in 0..<shared.loops {
            loop.post(kind: Mail.broadcast.rawValue, to: index) { writer in
                writer.append(audience.rawValue)
                writer.append(packets)
            }
        }
    }

    // MARK: To one session

    public func acknowledge(_ send: Send, id: MessageID, after wait: Duration?) {
        if let wait { conversations.timings.commit.record(wait) }
        counters.acknowledged.add()
        note(.stored(send.sender), of: MessageName(send.conversation, id))
        if Int(send.origin.loop) == loop.index {
            guard let session = sessions[send.origin] else { return }
            sendAck(to: session, send, id)
        } else {
            loop.post(kind: Mail.acknowledge.rawValue, to: Int(send.origin.loop)) { writer in
                send.write(into: &writer)
                writer.append(bigEndian: id.rawValue)
            }
        }
    }

    func sendAck(to session: Session, _ send: Send, _ id: MessageID) {
        let (scratch, keyScratch) = (scratch, keyScratch)
        scratch.writer.clear(keeping: 1 << 16)
        keyScratch.writer.clear()
        if let key = send.clientKey { key.write(into: &keyScratch.writer) }
        scratch.writer.appendMsgDataAck(
            sequence: send.sequence, user: send.sender, sessionID: send.sessionID, id: id,
            sessionType: send.sessionType,
            clientKey: send.clientKey == nil ? nil : keyScratch.writer.bytes)
        session.unacknowledged -= 1
        note(.acknowledged(send.sender, session.device), of: MessageName(send.conversation, id))
        session.send(scratch.writer.bytes)
    }

    public func lost(_ lost: LostSend) {
        counters.refused(lost.reason.rawValue)
        note(.lost(lost.send.sender, lost.reason), of: MessageName(lost.send.conversation, MessageID(0)))
        if Int(lost.send.origin.loop) == loop.index { return settle(lost) }
        loop.post(kind: Mail.lost.rawValue, to: Int(lost.send.origin.loop)) { lost.write(into: &$0) }
    }

    /// On the loop of the session, which knows its trace as long as it is there.
    private func settle(_ lost: LostSend) {
        let session = sessions[lost.send.origin]
        session?.unacknowledged -= 1
        guard refusalLog.admits(lost.reason.rawValue, at: loop.now) else { return }
        logRefusal(
            session?.trace ?? "\(lost.send.sender.rawValue)", lost.reason.rawValue, lost.state,
            byteCount: lost.byteCount)
    }

    /// Gives the send to the loop that its conversation belongs to.
    func submit(_ send: Send, body: RawSpan) {
        let home = Conversations.home(of: send.conversation, loops: shared.loops, lanes: shared.lanesPerLoop)
        if home.loop == loop.index {
            conversations.submit(send, body: body, lane: home.lane)
        } else {
            loop.post(kind: Mail.submit.rawValue, to: home.loop) { writer in
                writer.append(bigEndian: UInt16(home.lane))
                send.write(into: &writer)
                writer.append(body)
            }
        }
    }

    /// Ends a session wherever it is: it is told why, and closed.
    func kick(_ address: SessionAddress, _ reason: KickReasonType) {
        if Int(address.loop) == loop.index {
            if let session = sessions[address] { kick(session, reason) }
        } else {
            loop.post(kind: Mail.kick.rawValue, to: Int(address.loop)) { writer in
                address.write(into: &writer)
                writer.append(UInt8(reason.rawValue))
            }
        }
    }

    private func kick(_ session: Session, _ reason: KickReasonType) {
        guard session.isOnline else { return }
        counters.kicked.add()
        shared.log.info(
            "kicked", "a session was ended",
            ["trace": .string(session.trace), "reason": .string("\(reason)")])
        leave(session)
        var writer = ByteWriter()
        writer.append(.kickUser, sequence: 0, IMKickUser(userID: session.user.rawValue, kickReason: reason))
        session.send(writer.bytes)
        silence(session, because: reason)
    }

    /// Leaves the connection of a session that has ended open for a while, without effect. Closed at once, Windows may
    /// learn of the end before it reads why, and logs in again; the web client logs in whenever its socket closes.
    private func silence(_ session: Session, because reason: KickReasonType) {
        let displaced = reason == .duplicateUser
        let duration =
            displaced
            ? shared.displacements.note(session.user, session.device, at: loop.now)
            : DisplacementCounts.shortestSilence
        session.silentUntil = loop.now + duration
        session.transport.deadlineChanged(session.connection)
    }
}

// MARK: Mail

extension Gateway: MailHandler {
    public func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        guard let mail = Mail(rawValue: kind), read(mail, bytes) else {
            preconditionFailure("mail of kind \(kind) with \(bytes.byteCount) bytes cannot be read")
        }
    }

    private func read(_ mail: Mail, _ bytes: RawSpan) -> Bool {
        switch mail {
        case .deliver:
            guard let count = bytes.bigEndian(at: 0, as: UInt16.self).map(Int.init),
                let packet = bytes.slice(2 + 8 * count..<bytes.byteCount)
            else { return false }
            for index in 0..<count {
                guard let address = bytes.sessionAddress(at: 2 + 8 * index, on: loop.index) else { return false }
                sessions[address]?.send(packet)
            }
        case .acknowledge:
            guard let send = Send(bytes), let id = bytes.bigEndian(at: Send.byteCount, as: UInt32.self) else {
                return false
            }
            if let session = sessions[send.origin] { sendAck(to: session, send, MessageID(id)) }
        case .lost:
            guard let lost = LostSend(bytes) else { return false }
            settle(lost)
        case .submit:
            guard let lane = bytes.bigEndian(at: 0, as: UInt16.self), let rest = bytes.slice(2..<bytes.byteCount),
                let send = Send(rest), let body = rest.slice(Send.byteCount..<rest.byteCount)
            else { return false }
            conversations.submit(send, body: body, lane: Int(lane))
        case .read:
            guard let reading = Reading(bytes) else { return false }
            markRead(reading, isLegacy: true)
        case .kick:
            guard let address = bytes.sessionAddress(at: 0, on: loop.index),
                let reason = bytes.byte(at: 8).flatMap({ KickReasonType(rawValue: UInt32($0)) })
            else { return false }
            kick(address, reason)
        case .evict:
            guard let address = bytes.sessionAddress(at: 0, on: loop.index) else { return false }
            evict(address)
        case .broadcast:
            guard let audience = bytes.byte(at: 0).flatMap(Audience.init),
                let packets = bytes.slice(1..<bytes.byteCount)
            else { return false }
            sendEach(packets, to: audience)
        case .remoteMessage: return readRemoteMessage(bytes)
        case .remotePush: return readRemotePush(bytes)
        case .presenceChanged:
            guard let user = bytes.bigEndian(at: 0, as: UInt32.self) else { return false }
            presenceChanged(UserID(user))
        case .pcStatus:
            guard let address = bytes.sessionAddress(at: 0, on: loop.index), let always = bytes.byte(at: 8) else {
                return false
            }
            tellPCStatus(to: address, always: always == 1)
        case .doubt:
            guard let start = bytes.bigEndian(at: 0, as: UInt64.self) else { return false }
            conversations.doubted(since: Instant(nanoseconds: start))
        case .apart: lookForLaterLogins()
        case .missed: return readMissed(bytes)
        case .question: return readQuestion(bytes)
        case .answer: return readAnswer(bytes)
        }
        return true
    }

    /// One packet at a time: what carries a session may not take two together.
    private func sendEach(_ packets: RawSpan, to audience: Audience) {
        var rest = packets
        while case .pdu(_, let body) = PDUFramer.next(in: rest, limit: rest.byteCount) {
            let packet = rest.extracting(first: body.upperBound)
            for session in roster.pcs where session.isOnline { session.send(packet) }
            if audience == .everyone {
                for session in roster.mobiles where session.isOnline { session.send(packet) }
            }
            rest = rest.extracting(droppingFirst: body.upperBound)
        }
    }
}

extension SessionAddress {
    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: slot)
        writer.append(bigEndian: generation)
    }
}

extension RawSpan {
    func sessionAddress(at offset: Int, on loop: Int) -> SessionAddress? {
        guard let slot = bigEndian(at: offset, as: UInt32.self),
            let generation = bigEndian(at: offset + 4, as: UInt32.self)
        else { return nil }
        return SessionAddress(loop: UInt16(loop), slot: slot, generation: generation)
    }
}
