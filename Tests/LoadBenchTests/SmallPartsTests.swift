import Primitives
import Testing

@testable import LoadBench

@Suite struct HistoryPullTests {
    @Test func pagesRunDownToWhatIsKnown() {
        var pull = HistoryPull(above: 50, from: 270)
        var asked: [UInt32] = []
        while let request = pull.request {
            asked += [request.begin, request.count]
            pull.received(lowest: request.begin - request.count + 1)
        }
        #expect(asked == [270, 100, 170, 100, 70, 20])
    }

    @Test func theNewestIsAskedForWhenItIsNotKnown() {
        var pull = HistoryPull(above: 0)
        #expect(pull.request?.begin == 0)
        pull.received(lowest: 7)
        #expect(pull.request?.begin == 6)
        #expect(pull.request?.count == 6)
        pull.received(lowest: 1)
        #expect(pull.request == nil)
    }

    @Test func aShortPageIsNotTheEnd() {
        var pull = HistoryPull(above: 0, from: 100)
        pull.received(lowest: 95)
        #expect(pull.request?.begin == 94)
        pull.received(lowest: nil)
        #expect(pull.request == nil)
    }

    @Test func aServerThatGoesInCirclesIsLeft() {
        var pull = HistoryPull(above: 0, from: 100)
        pull.received(lowest: 101)
        #expect(pull.request == nil)
    }

    @Test func thereMayBeNothingNew() {
        #expect(HistoryPull(above: 9, from: 9).request == nil)
        var last = HistoryPull(above: .max)
        last.received(lowest: .max)
        #expect(last.request == nil)
    }
}

@Suite struct SendScheduleTests {
    @Test func sendersTakeTurnsAtAnEvenRate() {
        let schedule = SendSchedule(start: Instant(nanoseconds: 1_000), rate: 1_000, senderCount: 4)
        let dues = (0..<8).map { schedule.due(sender: $0 % 4, number: $0 / 4).nanoseconds }
        #expect(dues == (0..<8).map { 1_000 + UInt64($0) * 1_000_000 })
    }
}

@Suite struct NumberTests {
    @Test func numbersAreWrittenForPeople() {
        #expect(grouped(0) == "0")
        #expect(grouped(999) == "999")
        #expect(grouped(-1_234_567) == "-1,234,567")
        #expect(decimal(1_234.5678, places: 2) == "1,234.57")
        #expect(decimal(0.05, places: 2) == "0.05")
        #expect(decimal(-0.001, places: 2) == "0.00")
        #expect(decimal(.infinity, places: 2) == "-")
        #expect(byteText(1_536) == "1,536 B")
        #expect(byteText(1_536_000) == "1,536.0 kB")
        #expect(byteText(86_500_000) == "86.5 MB")
    }
}

@Suite struct BitmapTests {
    @Test func itIsASetOfNumbers() {
        var bitmap = Bitmap()
        #expect(!bitmap.contains(1_000))
        let isNew = [0, 63, 64, 1_000, 64].map { bitmap.insert($0) }
        #expect(isNew == [true, true, true, true, false])
        #expect((0...1_100).filter(bitmap.contains) == [0, 63, 64, 1_000])
    }
}
