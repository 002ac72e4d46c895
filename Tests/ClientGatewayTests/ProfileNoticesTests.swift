import Primitives
import Protobuf
import TalkProtocol
import Testing

@testable import ClientGateway

@Suite struct ProfileNoticesTests {
    private func packets(_ writer: borrowing ByteWriter) -> [(PDUHeader, [UInt8])] {
        var found: [(PDUHeader, [UInt8])] = []
        var rest = writer.bytes
        while case .pdu(let header, let body) = PDUFramer.next(in: rest, limit: rest.byteCount) {
            found.append((header, rest.extracting(body).copied()))
            rest = rest.extracting(droppingFirst: body.upperBound)
        }
        return found
    }

    @Test func theLastChangeIsToldAndWhatItDoesNotNameStays() throws {
        var notices = ProfileNotices()
        let isFirst = [notices.changedSign("one", of: UserID(7)), notices.changedSign("two", of: UserID(7))]
        #expect(isFirst == [true, false])
        _ = notices.changed(IMUserInfoChangedNotify(changedUserID: 7, telephoneNum: "1", signInfo: "a"), of: UserID(7))
        _ = notices.changed(IMUserInfoChangedNotify(changedUserID: 7, telephoneNum: "2"), of: UserID(7))
        var writer = ByteWriter()
        notices.take(into: &writer)
        let told = packets(writer)
        try #require(told.count == 2)
        let (first, second) = (told[0].1, told[1].1)
        let sign = try IMSignInfoChangedNotify(reading: first.rawBytes)
        #expect(sign.signInfo == "two")
        let info = try IMUserInfoChangedNotify(reading: second.rawBytes)
        #expect(info.telephoneNum == "2" && info.signInfo == "a")
        #expect(notices.isEmpty)
    }

    @Test func manyUsersAreToldOfAFewAtATime() {
        var notices = ProfileNotices()
        for user in 1...120 as ClosedRange<UInt32> { _ = notices.changedAvatar("x", of: UserID(user)) }
        var ticks: [Int] = []
        while !notices.isEmpty {
            var writer = ByteWriter()
            notices.take(into: &writer)
            ticks.append(packets(writer).count)
        }
        #expect(ticks == [50, 50, 20])
    }
}
