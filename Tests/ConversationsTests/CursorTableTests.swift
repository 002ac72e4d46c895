@testable import Conversations
import Primitives
import TalkProtocol
import Testing

@Suite struct CursorTableTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func group(_ number: UInt32) -> ConversationID { .group(GroupID(number)) }

    @Test("a flood of conversations never makes the table larger than it may be, not even for a moment")
    func theBoundHolds() {
        var table = CursorTable<Int>(capacity: 100)
        for number in 1...10_000 as ClosedRange<UInt32> {
            #expect(table.open(group(number), after: MessageID(1), at: start + .milliseconds(Int(number))) == true)
            #expect(table.count <= 100)
        }
        // The latest ones are there.
        #expect((9_990...10_000).allSatisfy { table.cursors[group($0)] != nil })
    }

    @Test func oneThatMissesSomethingIsNotForgotten() {
        var table = CursorTable<Int>(capacity: 10)
        for number in 1...3 as ClosedRange<UInt32> {
            #expect(table.open(group(number), after: MessageID(1), at: start) == true)
            table.cursors[group(number)]?.sawHead(MessageID(5), at: start)
        }
        for number in 4...100 as ClosedRange<UInt32> { _ = table.open(group(number), after: MessageID(1), at: start) }
        table.forgetOld(at: start + .seconds(100_000))
        #expect(table.count == 3 && (1...3).allSatisfy { table.cursors[group($0)] != nil })
    }

    @Test func withoutRoomThereIsNoneAndItIsLookedForAgainLater() {
        var table = CursorTable<Int>(capacity: 2)
        for number in 1...2 as ClosedRange<UInt32> {
            _ = table.open(group(number), after: MessageID(1), at: start)
            table.cursors[group(number)]?.sawHead(MessageID(2), at: start)
        }
        #expect(table.open(group(3), after: MessageID(1), at: start) == false)
        #expect(table.open(group(1), after: MessageID(9), at: start) == true)
        table.cursors[group(1)]?.fetched([], through: MessageID(2), at: start) { _, _ in }
        #expect(table.open(group(3), after: MessageID(1), at: start) == false)
        #expect(table.open(group(3), after: MessageID(1), at: start + .seconds(1)) == true)
        #expect(table.cursors[group(1)] == nil && table.count == 2)
    }
}
