import Primitives
import Testing

@testable import LoadBench

@Suite struct SendWindowTests {
    private var window = SendWindow()

    private mutating func send(_ ticket: UInt32, floor: UInt32 = 0, at second: UInt64 = 0) -> UInt16 {
        let now = Instant(nanoseconds: second * 1_000_000_000)
        return window.sent(ticket: ticket, floor: floor, scheduled: now, createTime: 5, at: now)
    }

    private mutating func resent(before second: UInt64, at now: UInt64) -> [UInt32] {
        var tickets: [UInt32] = []
        window.resend(
            lastSentBefore: Instant(nanoseconds: second * 1_000_000_000),
            at: Instant(nanoseconds: now * 1_000_000_000)
        ) { entry, _ in tickets.append(entry.ticket) }
        return tickets
    }

    @Test mutating func acknowledgementsFindTheirSend() {
        let sequences = (0..<3).map { send($0) }
        #expect(sequences == [1, 2, 3])
        #expect(window.acked(2, id: 2)?.ticket == 1)
        #expect(window.acked(2, id: 2) == nil, "a second acknowledgement")
        #expect(window.acked(4, id: 2) == nil, "of nothing")
        #expect(window.unacked == 2)
        #expect(window.acked(1, id: 1)?.ticket == 0)
        #expect(window.acked(3, id: 3)?.ticket == 2)
        #expect(window.unacked == 0)
    }

    @Test mutating func sequenceNumbersStartAgain() {
        var wrong: [UInt32] = []
        for ticket in 0..<UInt32(SendWindow.sequenceCount + 10) {
            let sequence = send(ticket)
            if sequence == 0 || sequence > SendWindow.sequenceCount { wrong.append(ticket) }
            if window.acked(sequence, id: ticket + 1)?.ticket != ticket { wrong.append(ticket) }
        }
        #expect(wrong == [])
        #expect(send(0) == 11)
    }

    @Test mutating func theWindowIsBounded() {
        for ticket in 0..<UInt32(SendWindow.capacity - 1) { _ = send(ticket) }
        #expect(window.hasRoom)
        _ = send(0)
        #expect(!window.hasRoom)
        #expect(window.acked(1, id: 1) != nil)
        #expect(window.hasRoom)
    }

    @Test mutating func idsAgainstTheOrderOfSendingShow() {
        for ticket in 0..<3 { _ = send(UInt32(ticket)) }
        #expect(window.acked(1, id: 2)?.isMisnumbered == false)
        #expect(window.acked(2, id: 1)?.isMisnumbered == true)
        #expect(window.acked(3, id: 3)?.isMisnumbered == false, "reported once")
    }

    @Test mutating func acknowledgementsMayOvertakeEachOther() {
        for ticket in 0..<3 { _ = send(UInt32(ticket)) }
        #expect(window.acked(3, id: 3)?.isMisnumbered == false)
        #expect(window.acked(2, id: 2)?.isMisnumbered == false)
        #expect(window.acked(1, id: 1)?.isMisnumbered == false)
    }

    @Test mutating func anIDThatWasAckedBeforeTheSendShows() {
        _ = send(0, floor: 7)
        #expect(window.acked(1, id: 7)?.isMisnumbered == true)
    }

    @Test mutating func resendsMayBeNumberedInAnyOrder() {
        for ticket in 0..<2 { _ = send(UInt32(ticket)) }
        window.connectionLost()
        #expect(window.acked(1, id: 2)?.isMisnumbered == false)
        #expect(window.acked(2, id: 1)?.isMisnumbered == false)
    }

    @Test mutating func onlyWhatIsOverdueIsSentAgain() {
        for ticket in 0..<4 { _ = send(UInt32(ticket), at: UInt64(ticket)) }
        _ = window.acked(2, id: 2)
        #expect(resent(before: 3, at: 10) == [0, 2])
        #expect(resent(before: 5, at: 11) == [3], "the others were just sent again")
        #expect(resent(before: 11, at: 12) == [0, 2])
    }
}
