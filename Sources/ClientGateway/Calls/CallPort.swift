import Cluster
import Conversations
import Membership
import Metrics
import Presence
import Primitives
import Reactor
import TalkProtocol
import TopicBus

/// The call desk of a node between its gateways and the bus. Confined to the cluster's loop.
final class CallPort {
    private unowned let loop: EventLoop
    private let shell: ClusterShell
    private let shared: Gateway.Shared
    private let outcomes: [CallRecord.Outcome: Counter]
    private let log: CallLog
    private var desk: CallDesk
    private var notes: CallNotes
    /// Of the call that is beginning.
    private var offer: [UInt8] = []
    private var isTicking = false
    private let scratch = ScratchWriter()

    init(
        _ shell: ClusterShell, _ shared: Gateway.Shared, _ outcomes: [CallRecord.Outcome: Counter], log: CallLog,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.shell = shell
        self.shared = shared
        self.outcomes = outcomes
        self.log = log
        desk = CallDesk(shared.cluster.table.own)
        notes = CallNotes(shared.cluster.table.own)
    }

    func said(_ mail: CallMail) {
        switch mail.request {
        case .call(let title, let type, let body):
            let before = desk.outgoing[mail.party]
            offer = body
            desk.call(title, by: mail.party, type, body: body, at: loop.now, self)
            offer = []
            // What has ended by now is in the log already.
            guard let call = desk.outgoing[mail.party], call != before else { break }
            log.note(notes.began(title, body: body, name: newRowName(), at: wallTime))
        case .answer(let answer, let caller, let number):
            desk.answer(answer, by: mail.party, from: caller, number: number, at: loop.now, self)
        case .hangUp(let number): desk.hangUp(number: number, by: mail.party, at: loop.now, self)
        }
        awaitTick()
    }

    func opened(_ party: CallParty) {
        desk.opened(party, at: loop.now, self)
    }

    func closed(_ party: CallParty) {
        desk.closed(party, at: loop.now, self)
    }

    func gone(_ peer: Peer) {
        desk.gone(peer, at: loop.now, self)
    }

    /// A word that is none is passed by: a later version may have others.
    func heard(_ body: RawSpan, from peer: Peer) {
        var reader = ByteReader(body)
        guard let (call, word) = CallWord.read(&reader) else { return }
        desk.heard(word, of: call, from: peer, at: loop.now, self)
        awaitTick()
    }

    private var wallTime: UnixTime { UnixTime(milliseconds: Int64(shared.wallClock()) * 1000) }

    private func newRowName() -> [UInt8] {
        [loop.random.next(), loop.random.next()].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
    }

    private func awaitTick() {
        guard !isTicking, !desk.isEmpty else { return }
        isTicking = true
        loop.schedule(after: CallDesk.beat) { [weak self] in
            guard let self else { return }
            isTicking = false
            desk.ticked(at: loop.now, self)
            awaitTick()
        }
    }
}

extension CallPort: CallOutlet {
    func send(_ packet: CallPacket, to party: CallParty) {
        if case .answer(let title, let answer) = packet, answer.isTaken,
            let row = notes.answered(title, at: wallTime)
        {
            log.note(row)
        }
        guard let entry = shared.online.presence(of: party.user)[party.device],
            LoginEpoch(clamping: entry.epoch) == party.login
        else { return }
        scratch.writer.clear(keeping: 1 << 16)
        packet.write(into: &scratch.writer)
        let (scratch, address) = (scratch, entry.address)
        loop.post(.push, to: Int(address.loop)) {
            PacketMail.write(scratch.writer.bytes, to: [address], into: &$0)
        }
    }

    func say(_ word: CallWord, of call: CallName, to node: NodeID) {
        let scratch = scratch
        scratch.writer.clear(keeping: 1 << 16)
        word.write(of: call, into: &scratch.writer)
        // What is not taken is made up for by the next beat.
        _ = shell.node.mesh.publish(
            word.isBeat ? .hint : .reliable, on: .messages(for: call.number), .call, key: call.number,
            scratch.writer.bytes, to: node)
    }

    /// Counted, logged, and written into the conversation of the two, where every client shows it.
    func ended(_ record: CallRecord) {
        outcomes[record.outcome]?.add()
        log.note(notes.ended(record, offer: offer, name: newRowName(), at: wallTime))
        let (caller, callee) = (record.title.caller, record.title.callee)
        guard let conversation = ConversationID.pair(caller, callee),
            let body = try? TextCodec().encode(record.text)
        else { return }
        let home = Conversations.home(of: conversation, loops: shared.loops, queues: shared.queuesPerLoop)
        let nobody = SessionAddress(loop: UInt16(home.loop), slot: .max, generation: 0)
        let time = UInt64(shared.wallClock()) * 1000
        let key = SendKey(high: time << 16 | loop.random.next() & 0xFFFF, low: loop.random.next())
        let send = Send(
            conversation: conversation, sender: caller, type: .singleText, key: key, keyExpires: false, clientKey: nil,
            origin: nobody, sequence: 0)
        loop.post(.submit, to: home.loop) { SubmitMail.write(send, body.rawBytes, queue: home.queue, into: &$0) }
    }

    func parties(of user: UserID) -> [CallParty] {
        let presence = shared.online.presence(of: user)
        return DeviceClass.allCases.compactMap { device in
            presence[device].map { CallParty(user: user, device: device, login: LoginEpoch(clamping: $0.epoch)) }
        }
    }

    func nodes(holding user: UserID) -> [NodeID] { shared.cluster.nodes(holding: [user]) }
}

extension CallRecord {
    /// As clients of the original write what is no text.
    var text: String {
        switch outcome {
        case .answered:
            let seconds = Int(talked.components.seconds)
            return "[通话 \(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)]"
        case .noAnswer, .away, .busy: return "[未接通话]"
        case .refused: return "[已拒绝通话]"
        case .cancelled: return "[已取消通话]"
        }
    }
}

extension CallPacket {
    func write(into writer: inout ByteWriter) {
        switch self {
        case .ring(let title, let type, let body):
            writer.append(
                .avCallInitiateReq, sequence: 0,
                IMAVCallInitiateReq(
                    fromID: UInt64(title.caller.rawValue), toID: UInt64(title.callee.rawValue), callID: title.number,
                    callerClientType: type, body: body))
        case .answer(let title, let answer):
            writer.append(
                .avCallInitiateRes, sequence: 0,
                IMAVCallInitiateRes(
                    fromID: UInt64(title.callee.rawValue), toID: UInt64(title.caller.rawValue), callID: title.number,
                    calledClientType: answer.clientType, code: answer.code, reason: answer.reason, body: answer.body))
        case .over(let title):
            writer.append(
                .avCallCancelReq, sequence: 0,
                IMAVCallCancelReq(
                    fromID: UInt64(title.caller.rawValue), toID: UInt64(title.callee.rawValue), callID: title.number))
        }
    }
}
