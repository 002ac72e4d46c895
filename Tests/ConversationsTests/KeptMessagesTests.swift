@testable import Conversations
import DBProxy
import Primitives
import TalkProtocol
import Testing

/// What is kept in case the database loses it, and for how long.
@Suite struct KeptMessagesTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func keep(_ numbers: ClosedRange<UInt32>, bytes: Int, in kept: inout KeptMessages, at now: Instant) {
        for number in numbers {
            let message = KeptMessage(
                conversation: .group(GroupID(1)), id: MessageID(number), sender: UserID(1), type: .groupText,
                createdAt: number)
            let body = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes)
            kept.keep(message, key: SendKey(high: 1, low: UInt64(number)), body: body.rawBytes, at: now)
        }
    }

    private func ids(_ kept: KeptMessages) -> [UInt32] {
        (0..<kept.chunks.count).flatMap { kept.chunks[$0].messages.map(\.id.rawValue) }
    }

    @Test func messagesStayInOrderWithTheirBodiesAndKeys() {
        var kept = KeptMessages(lifetime: .seconds(60), maxBytes: 1 << 20)
        keep(1...600, bytes: 3, in: &kept, at: start)
        #expect(ids(kept) == Array(1...600))
        let chunk = kept.chunks[1]
        var body = ByteWriter()
        chunk.writeBody(0, into: &body)
        let first = UInt8(truncatingIfNeeded: chunk.messages[0].id.rawValue)
        #expect(body.bytes.copied() == [first, first, first])
        #expect(chunk.keys[0] == SendKey(high: 1, low: UInt64(chunk.messages[0].id.rawValue)))
    }

    @Test func theOldestGoWhenThereIsNoRoom() {
        var kept = KeptMessages(lifetime: .seconds(60), maxBytes: 1 << 20)
        for round in 0..<100 as Range<UInt32> {
            keep((round * 100 + 1)...(round * 100 + 100), bytes: 1000, in: &kept, at: start)
            #expect(kept.byteCount <= 1 << 20)
        }
        #expect(ids(kept).last == 10_000)
        #expect(ids(kept).count > 700)
    }

    @Test func theOldGo() {
        var kept = KeptMessages(lifetime: .seconds(60), maxBytes: 1 << 20)
        keep(1...256, bytes: 1, in: &kept, at: start)
        keep(257...300, bytes: 1, in: &kept, at: start + .seconds(30))
        kept.forgetOld(at: start + .seconds(59))
        #expect(ids(kept).count == 300)
        kept.forgetOld(at: start + .seconds(60))
        #expect(ids(kept) == Array(257...300))
        kept.forgetOld(at: start + .seconds(90))
        #expect(ids(kept).isEmpty && kept.byteCount == 0)
    }
}
