import Primitives
import Testing

@testable import LoadBench

/// Two devices and what they see. Each test plants one violation and expects that one, or plants none.
@Suite struct ConversationLedgerTests {
    private var ledger = ConversationLedger(name: "a-b", base: 100, deviceCount: 2)
    private var findings = Findings()

    /// Device 0 sends `count` messages, which get the ids 101… and are acknowledged.
    private mutating func send(_ count: UInt32) {
        for _ in 0..<count {
            let (ticket, _) = ledger.issue()
            ledger.acked(ticket: ticket, id: 101 + ticket, by: 0, &findings)
        }
    }

    @discardableResult
    private mutating func push(_ id: UInt32, ticket: UInt32? = nil) -> ConversationLedger.Arrival {
        ledger.pushed(.ours(ticket: ticket ?? id - 101, sender: 0), id: id, to: 1, &findings)
    }

    private mutating func read(_ ids: some Sequence<UInt32>, by device: Int) {
        for id in ids { ledger.read(.ours(ticket: id - 101, sender: 0), id: id, by: device, &findings) }
        ledger.verified(device)
    }

    private mutating func conclude() -> [Check: Int] {
        ledger.concluded(online: [true, true], &findings)
        return Dictionary(uniqueKeysWithValues: Check.allCases.filter { findings[$0] > 0 }.map { ($0, findings[$0]) })
    }

    @Test mutating func nothingIsFoundInAGoodRun() {
        send(200)
        for id in UInt32(101)...300 { #expect(push(id) == .complete) }
        #expect(ledger.isComplete)
        ledger.sendingEnded()
        read((101...300).reversed(), by: 0)
        read((101...300).reversed(), by: 1)
        #expect(ledger.expectedUnread(of: 1, above: 290) == 10)
        #expect(ledger.expectedUnread(of: 0, above: 290) == 0, "its own are never unread")
        #expect(conclude() == [:])
    }

    @Test mutating func aSendIsAboveWhatWasAckedBeforeIt() {
        #expect(ledger.issue().floor == 100)
        ledger.acked(ticket: 0, id: 101, by: 0, &findings)
        #expect(ledger.issue().floor == 101)
        #expect(ledger.issue().floor == 101)
    }

    @Test mutating func anAckedMessageThatOneHistoryLacksIsLost() {
        send(3)
        for id in UInt32(101)...103 { push(id) }
        ledger.sendingEnded()
        read([103, 101], by: 0)
        read([103, 102, 101], by: 1)
        #expect(conclude() == [.lost: 1])
    }

    @Test mutating func theLastMessageCanBeLostToo() {
        send(3)
        for id in UInt32(101)...103 { push(id) }
        ledger.sendingEnded()
        for device in 0...1 { read([102, 101], by: device) }
        #expect(conclude() == [.lost: 1])
    }

    @Test mutating func anIDThatNobodyKnowsIsAGap() {
        for id in [UInt32(101), 103] {
            let (ticket, _) = ledger.issue()
            ledger.acked(ticket: ticket, id: id, by: 0, &findings)
            push(id, ticket: ticket)
        }
        ledger.sendingEnded()
        for device in 0...1 {
            ledger.read(.ours(ticket: 1, sender: 0), id: 103, by: device, &findings)
            ledger.read(.ours(ticket: 0, sender: 0), id: 101, by: device, &findings)
            ledger.verified(device)
        }
        #expect(conclude() == [.gap: 1])
    }

    @Test mutating func anIDFarAboveIsAGapAndCostsNoMemory() {
        send(1)
        push(.max, ticket: 0)
        #expect(conclude() == [.gap: 1])
    }

    @Test mutating func aMessageUnderTwoIDsIsDoubledOnce() {
        send(2)
        for _ in 0..<2 { push(103, ticket: 1) }
        #expect(findings[.doubled] == 1)
    }

    @Test mutating func aResendWithAnotherIDIsDoubled() {
        send(1)
        ledger.acked(ticket: 0, id: 102, by: 0, &findings)
        #expect(conclude() == [.doubled: 1])
    }

    @Test mutating func twoMessagesUnderOneIDAreAConflictOnce() {
        send(2)
        push(101, ticket: 1)
        ledger.read(.ours(ticket: 1, sender: 0), id: 101, by: 1, &findings)
        #expect(conclude() == [.conflict: 1])
    }

    @Test mutating func anIDOfBeforeTheRunIsAConflict() {
        send(1)
        push(100, ticket: 0)
        #expect(conclude() == [.conflict: 1])
    }

    @Test mutating func pushesOutOfOrderShow() {
        send(3)
        push(101)
        push(103)
        push(102)
        #expect(conclude() == [.reordered: 1])
    }

    @Test mutating func pushesThatComeAgainShow() {
        send(2)
        push(101)
        push(102)
        #expect(push(101) == .known)
        #expect(conclude() == [.repeated: 1])
    }

    @Test mutating func anotherConnectionMayRepeat() {
        send(2)
        push(101)
        push(102)
        ledger.connected(1)
        push(101)
        #expect(conclude() == [:])
    }

    @Test mutating func whatIsOnlyInTheHistoryWasNotDelivered() {
        send(2)
        push(102)
        #expect(!ledger.isComplete)
        #expect(ledger.missingIDs(of: 1, through: 102, limit: 10) == [101])
        ledger.sendingEnded()
        for device in 0...1 { read([102, 101], by: device) }
        var offline = ledger
        var offlineFindings = findings
        offline.concluded(online: [true, false], &offlineFindings)
        #expect(offlineFindings.total == 0, "who was away is owed nothing")
        #expect(conclude() == [.undelivered: 1])
    }

    @Test mutating func whatWasFetchedWasDelivered() {
        send(2)
        push(102)
        #expect(ledger.pulled(.ours(ticket: 0, sender: 0), id: 101, by: 1, &findings) == .complete)
        #expect(ledger.contiguousID(of: 1) == 102)
        ledger.sendingEnded()
        for device in 0...1 { read([102, 101], by: device) }
        #expect(conclude() == [:])
    }

    @Test mutating func aBodyThatIsNotOursIsCorruptOnce() {
        send(1)
        for _ in 0..<2 { _ = ledger.pulled(.corrupt, id: 101, by: 1, &findings) }
        #expect(conclude() == [.corrupt: 1])
    }

    @Test mutating func messagesOfOtherRunsAreCountedAndNoViolation() {
        send(1)
        push(101)
        _ = ledger.pushed(.foreign, id: 102, to: 1, &findings)
        ledger.sendingEnded()
        for device in 0...1 {
            ledger.read(.foreign, id: 102, by: device, &findings)
            read([101], by: device)
        }
        #expect(ledger.foreignCount == 1)
        #expect(findings[.lost] + findings[.gap] == 0)
    }

    @Test mutating func anAckWithoutAnIDIsWrong() {
        let (ticket, _) = ledger.issue()
        ledger.acked(ticket: ticket, id: 0, by: 0, &findings)
        ledger.acked(ticket: ticket, id: .max, by: 0, &findings)
        #expect(conclude() == [.wrongAck: 2])
    }

    @Test mutating func theLastOfSeveralReceiversCompletesAMessage() {
        ledger = ConversationLedger(name: "group", base: 0, deviceCount: 3)
        let (ticket, _) = ledger.issue()
        let message = ConversationLedger.Sighting.ours(ticket: ticket, sender: 0)
        #expect(ledger.pushed(message, id: 1, to: 1, &findings) == .new)
        #expect(ledger.pushed(message, id: 1, to: 0, &findings) == .known, "its own")
        #expect(ledger.pushed(message, id: 1, to: 2, &findings) == .complete)
    }

    @Test mutating func longRunsAreComparedToo() {
        let count: UInt32 = 20_000
        send(count)
        for id in 101..<101 + count { push(id) }
        ledger.sendingEnded()
        for device in 0...1 { read((101..<101 + count).reversed(), by: device) }
        #expect(conclude() == [:])
        #expect(findings.examples.isEmpty)
    }
}
