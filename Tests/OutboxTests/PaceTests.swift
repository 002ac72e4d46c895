import Outbox
import Primitives
import Testing

struct PaceTests {
    @Test("a service that is away for five minutes is asked with one message at a time, and gets the rest at its rate")
    func away() {
        var now = Instant(nanoseconds: 1)
        var pace = ServicePace(rate: 50, maxWindow: 200)
        var (asked, took) = (0, 0)
        for tick in 0..<4_200 {
            now = now + .milliseconds(100)
            let isAway = (600..<3_600).contains(tick)
            let room = pace.room(at: now)
            pace.took(room, at: now)
            pace.checkInvariants()
            for _ in 0..<room { pace.ended(stops: isAway, at: now) }
            if isAway { asked += room } else { took += room }
        }
        // The batch under way, then pauses up to half a minute.
        #expect((10...130).contains(asked))
        // Two minutes of the rest at 50 a second, but for the last pause.
        #expect((4_300...6_300).contains(took))
        #expect(!pace.isPaused)
    }

    @Test("a service that does not answer in time gets half as many at once")
    func slow() {
        let now = Instant(nanoseconds: 1)
        var pace = ServicePace(rate: 100_000, maxWindow: 64)
        for _ in 0..<200 {
            pace.took(1, at: now)
            pace.ended(stops: false, at: now)
        }
        #expect(pace.room(at: now) == 64)
        pace.took(2, at: now)
        pace.ended(stops: true, at: now)
        pace.ended(stops: false, at: now)
        #expect(pace.room(at: now) == 33)
    }

    @Test("no more are under way than may be")
    func bound() {
        let now = Instant(nanoseconds: 1)
        var pace = ServicePace(rate: 100_000, maxWindow: 150)
        #expect(pace.room(at: now) == 1)
        for _ in 0..<500 {
            pace.took(pace.room(at: now), at: now)
            #expect(pace.underWay <= 150)
            pace.ended(stops: false, at: now)
            pace.checkInvariants()
        }
        pace.took(pace.room(at: now), at: now)
        #expect(pace.underWay == 150 && pace.room(at: now) == 0)
    }
}
