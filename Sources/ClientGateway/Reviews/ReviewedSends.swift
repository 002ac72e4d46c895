import Conversations
import Primitives

/// Sends that wait for a review, which go on in the order in which each session made them, in whichever order they are
/// judged: a conversation reads as its senders wrote. A core.
struct ReviewedSends {
    /// Names a send that waits.
    struct Ticket: Hashable {
        fileprivate let number: UInt64
    }

    struct Judged {
        let send: Send
        let body: [UInt8]
        let isAccepted: Bool
    }

    static let capacity = 4_096
    static let byteCapacity = 32 << 20

    private struct Waiting {
        let ticket: Ticket
        let send: Send
        let body: [UInt8]
    }

    private var lines: [SessionAddress: Fifo<Waiting>] = [:]
    private var origins: [Ticket: SessionAddress] = [:]
    /// Of those that wait for one before them.
    private var verdicts: [Ticket: Bool] = [:]
    private var number: UInt64 = 0
    private(set) var byteCount = 0

    var count: Int { origins.count }

    /// `nil`: there is no room.
    mutating func add(_ send: Send, _ body: [UInt8]) -> Ticket? {
        guard count < Self.capacity, byteCount + body.count <= Self.byteCapacity else { return nil }
        number += 1
        let ticket = Ticket(number: number)
        origins[ticket] = send.origin
        lines[send.origin, default: Fifo()].append(Waiting(ticket: ticket, send: send, body: body))
        byteCount += body.count
        return ticket
    }

    /// Returns those that go on now: the send with this ticket, if it is the first one of its session, and those behind
    /// it that were judged before.
    mutating func judged(_ ticket: Ticket, _ isAccepted: Bool) -> [Judged] {
        guard let origin = origins[ticket] else { return [] }
        verdicts[ticket] = isAccepted
        var judged: [Judged] = []
        while let next = lines[origin]?.first, let verdict = verdicts.removeValue(forKey: next.ticket) {
            _ = lines[origin]?.popFirst()
            origins[next.ticket] = nil
            byteCount -= next.body.count
            judged.append(Judged(send: next.send, body: next.body, isAccepted: verdict))
        }
        if lines[origin]?.isEmpty == true { lines[origin] = nil }
        return judged
    }

    /// Traps if what waits contradicts itself.
    func checkInvariants() {
        precondition(lines.values.allSatisfy { !$0.isEmpty }, "a session without sends has a line")
        precondition(lines.values.reduce(0) { $0 + $1.count } == count, "a send waits in no line, or in two")
        precondition(verdicts.keys.allSatisfy { origins[$0] != nil }, "a verdict is of no send that waits")
        for line in lines.values {
            let isFirstJudged = line.first.map { verdicts[$0.ticket] != nil } ?? false
            precondition(!isFirstJudged, "the first send of a line is judged and has not gone on")
        }
    }
}
