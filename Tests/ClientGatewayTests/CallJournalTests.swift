import DBProxy
import Membership
import Primitives
import TalkProtocol
import Testing

@testable import ClientGateway

/// What is written down of calls, before it is in the database.
@Suite struct CallJournalTests {
    private func row(_ number: Int) -> CallRow {
        CallRow(
            name: (0..<16).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }, caller: UserID(1),
            callee: UserID(2), isVideo: false, node: 1, epoch: 1, began: UnixTime(milliseconds: 0))
    }

    private func ended(_ row: CallRow) -> CallRow {
        var row = row
        row.ended = (UnixTime(milliseconds: 9), .answered)
        return row
    }

    @Test func ofEachCallTheLastThatIsKnownIsWritten() {
        var journal = CallJournal()
        journal.note(row(1))
        journal.note(row(2))
        journal.note(ended(row(1)))
        #expect(journal.take() == [ended(row(1)), row(2)])
        // Nothing else while that is on its way.
        journal.note(ended(row(2)))
        #expect(journal.take().isEmpty)
        journal.ended(isWritten: true)
        #expect(journal.take() == [ended(row(2))])
        journal.ended(isWritten: true)
        #expect(journal.take().isEmpty && journal.count == 0)
    }

    @Test func whatWasNotWrittenIsWrittenAgainUnlessMoreIsKnown() {
        var journal = CallJournal()
        journal.note(row(1))
        journal.note(row(2))
        _ = journal.take()
        journal.note(ended(row(2)))
        journal.ended(isWritten: false)
        #expect(journal.take() == [ended(row(2)), row(1)])
    }

    @Test func itIsBounded() {
        var journal = CallJournal()
        for number in 0..<CallJournal.capacity + 7 { journal.note(row(number)) }
        #expect(journal.lost == 7 && journal.count == CallJournal.capacity)
        #expect(journal.take().first == row(7))
    }

    @Test func aCallIsOneRowFromItsBeginningToItsEnd() {
        var notes = CallNotes(Peer(NodeID(rawValue: 3)!, NodeEpoch(rawValue: 4)!))
        let title = CallTitle(caller: UserID(1), callee: UserID(2), number: 7)
        let offer = [UInt8]("v=0\r\nm=video 9 X 96\r\na=sendrecv\r\na=msid:s t\r\n".utf8)
        let name = [UInt8](repeating: 1, count: 16)
        let began = notes.began(title, body: offer, name: name, at: UnixTime(milliseconds: 1))
        #expect(began.isVideo && began.node == 3 && began.epoch == 4 && began.name == name)
        #expect(notes.answered(title, at: UnixTime(milliseconds: 2))?.answered == UnixTime(milliseconds: 2))
        let record = CallRecord(title: title, outcome: .answered, talked: .zero)
        let end = notes.ended(record, offer: [], name: [], at: UnixTime(milliseconds: 3))
        #expect(end.name == name && end.ended?.1 == .answered && end.answered == UnixTime(milliseconds: 2))
        // One that ends as it begins has nothing before it.
        let away = CallRecord(title: title, outcome: .away, talked: .zero)
        let other = [UInt8](repeating: 2, count: 16)
        let row = notes.ended(away, offer: offer, name: other, at: UnixTime(milliseconds: 5))
        #expect(row.name == other && row.began == UnixTime(milliseconds: 5) && row.isVideo)
        #expect(notes.answered(title, at: UnixTime(milliseconds: 6)) == nil)
    }

    @Test(
        "a picture that is to be seen at once belongs to a stream",
        arguments: [
            ("m=video 9 X 96\r\na=sendrecv\r\na=msid:s t", true), ("m=video 9 X 96\na=sendonly\na=msid:s t", true),
            ("m=video 9 X 96\na=sendrecv\na=msid:- t", false), ("m=video 9 X 96\na=recvonly\na=msid:s t", false),
            ("m=video 0 X 96\na=sendrecv\na=msid:s t", false), ("m=audio 9 X\na=sendrecv\na=msid:s t", false),
            ("m=video 9 X 96\na=sendrecv\na=msid:s t\nm=application 9 X", true), ("", false), ("m=", false),
        ])
    func pictures(_ description: String, _ expected: Bool) {
        #expect(SessionDescription.hasPicture([UInt8](description.utf8)) == expected)
    }
}
