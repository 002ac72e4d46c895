import DBProxy
import Presence
import Primitives
import TalkProtocol
import Testing

@testable import ClientGateway

struct PresenceReportTests {
    private let user = UserID(7)
    private let start = Instant(nanoseconds: 1_000_000_000)
    private var bucket: Int { PresenceTable.bucket(of: user) }

    /// What is told of the user, and in which second, who is seen so in those seconds. The database takes all of it.
    private func tell(
        _ seen: [(second: Int, devices: DeviceSet)], after told: DeviceSet = []
    ) -> [Int: DeviceSet] {
        var report = PresenceReport()
        report.told([UserPresence(user, told)])
        var all: [Int: DeviceSet] = [:]
        for (second, devices) in seen {
            let users = devices.isEmpty ? [:] : [user: devices]
            let news = report.look(at: bucket, users, at: start + .seconds(second))
            report.told(news)
            report.checkInvariants()
            all[second] = news.first?.devices
        }
        return all
    }

    @Test func whoComesIsToldOfAtOnceAndWhoGoesWhenHeHasStayedAway() {
        #expect(
            tell([(0, .pc), (1, .pc), (2, []), (16, []), (17, []), (18, []), (19, .pc)])
                == [0: .pc, 17: [], 19: .pc])
    }

    @Test func whoIsBackInAMomentWasNotAway() {
        #expect(tell([(0, .pc), (1, []), (15, []), (16, .pc), (30, []), (44, []), (45, [])]) == [0: .pc, 45: []])
    }

    @Test func aDeviceThatComesDoesNotWaitForOneThatGoes() {
        #expect(
            tell([(0, .pc), (1, .mobile), (15, .mobile), (16, .mobile)])
                == [0: .pc, 1: [.pc, .mobile], 16: .mobile])
    }

    @Test("who was told of by another node is not told of again, and is missed")
    func takeover() {
        #expect(tell([(0, .pc), (1, []), (15, []), (16, [])], after: .pc) == [16: []])
    }

    @Test("what the database did not take is found again")
    func untold() {
        var report = PresenceReport()
        for _ in 0..<2 {
            let news = report.look(at: bucket, [user: .pc], at: start)
            #expect(news == [UserPresence(user, .pc)])
        }
    }
}
