// A libFuzzer entry: whatever comes as a request for /poll is a request or is refused, and whatever a session is asked,
// sent and told, in any order, each request is answered once, each upload is executed once, and every answer is a piece
// of what was sent, from where the client is on.

import HTTPCore
import LongPoll
import Primitives

/// A session, and what is known of it from outside.
private struct Life {
    private static let limits: PollExchange.Limits = {
        var limits = PollExchange.Limits()
        limits.keptBytes = 200
        return limits
    }()

    private var now = Instant(nanoseconds: 0)
    private var exchange = PollExchange(limits, at: Instant(nanoseconds: 0))
    private var effects: [PollExchange.Effect] = []
    private var stream: [UInt8] = []
    private var acknowledged: UInt64 = 0
    private var executed: UInt64 = 0
    private var isExecuting = false
    private var tickets: UInt64 = 0
    private var unanswered: Set<PollExchange.Ticket> = []

    mutating func ask(number: UInt64?, received: UInt64?) {
        tickets += 1
        let ticket = PollExchange.Ticket(loop: 0, number: tickets)
        unanswered.insert(ticket)
        if exchange.asked(PollTurn(number: number, received: received), ticket, at: now, &effects) {
            precondition(!isExecuting, "two uploads at a time")
            precondition(number == executed + 1, "upload \(number ?? 0) behind \(executed)")
            executed += 1
            isExecuting = true
        }
        if let received, received >= acknowledged, received <= UInt64(stream.count) { acknowledged = received }
    }

    mutating func step(_ bytes: inout ArraySlice<UInt8>) {
        let kind = bytes.popFirst() ?? 0
        let amount = UInt64(bytes.popFirst() ?? 0)
        let position = UInt64(stream.count)
        switch kind % 10 {
        case 0: ask(number: executed + amount % 3, received: nil)
        case 1: ask(number: executed + amount % 3, received: position &- min(position, amount / 3))
        case 2: ask(number: nil, received: position &- min(position, amount))
        case 3: ask(number: nil, received: amount)
        case 4, 5:
            let packet = (0..<amount).map { UInt8(truncatingIfNeeded: position &+ $0 &* 7) }
            if exchange.ending == nil { stream += packet }
            exchange.send(packet.rawBytes, at: now)
            exchange.flush(at: now, &effects)
        case 6:
            exchange.uploadTaken(at: now, &effects)
            isExecuting = false
        case 7:
            now = now + .milliseconds(Int64(amount) * 300)
            exchange.deadlinePassed(at: now, &effects)
        case 8:
            // A slow reader is what the exchange finds itself.
            let endings = PollEnding.allCases.filter { $0 != .slowReader }
            exchange.finished(because: endings[Int(amount) % endings.count], at: now)
            exchange.flush(at: now, &effects)
        default:
            if amount % 2 == 0 {
                exchange.flush(at: now, &effects)
            } else {
                exchange.forget(at: now, &effects)
            }
        }
        check()
    }

    private mutating func check() {
        if let fault = exchange.checkInvariants() { preconditionFailure(fault) }
        for effect in effects {
            precondition(unanswered.remove(effect.ticket) != nil, "a request was answered twice")
            if case .packets(let position, let bytes) = effect.answer {
                precondition(position >= acknowledged || exchange.ending != nil, "what was acknowledged came again")
                let start = Int(position)
                precondition(Array(stream[start..<start + bytes.count]) == bytes, "other bytes than those sent")
                precondition(!bytes.isEmpty, "an answer of nothing")
            }
        }
        effects = []
        // One is held, one uploads.
        precondition(unanswered.count <= 2, "\(unanswered.count) requests wait")
        precondition(unanswered.isEmpty || !exchange.isOver, "requests wait for a session that is over")
    }
}

private func read(_ input: [UInt8]) {
    var connection = HTTPServerConnection(limits: HTTPLimits(), at: Instant(nanoseconds: 0), date: nil)
    var output = ByteWriter()
    let now = Instant(nanoseconds: 0)
    var action = connection.received(input.rawBytes, at: now, into: &output)
    while true {
        switch action {
        case .head: action = connection.acceptBody(limit: 1 << 10, at: now, into: &output)
        case .request(let request):
            var answer = PollAnswer.nothing.response()
            do throws(PollRefusal) {
                if case .turn(let name, let turn) = try PollRequest(request) {
                    precondition(PollRequest.name(in: request) == name, "two names")
                    precondition(turn.number != 0 && (turn.number != nil || turn.received != nil), "an empty turn")
                    answer = PollAnswer.outOfRange(from: turn.received ?? 0, to: turn.number ?? 0).response()
                }
            } catch {
                answer = error.response()
            }
            action = connection.respond(answer, at: now, into: &output)
            if case .none = action { action = connection.flushed(at: now, into: &output) }
        case .part, .content: preconditionFailure("\(action), and nothing is taken or given in parts here")
        case .none, .finish, .close: return
        }
    }
}

/// The first byte says whether the rest is a request or a life.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPoll(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    var rest = bytes.dropFirst()
    if kind % 2 == 0 {
        read(Array(rest))
    } else {
        var life = Life()
        while !rest.isEmpty { life.step(&rest) }
    }
    return 0
}
