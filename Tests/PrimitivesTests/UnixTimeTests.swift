import Primitives
import Testing

@Suite struct UnixTimeTests {
    /// Expected texts are from `date -u -d @seconds`.
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z", 4),
        (951_782_400_000, "2000-02-29T00:00:00.000Z", 2),
        (1_709_251_199_999, "2024-02-29T23:59:59.999Z", 4),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z", 1),
        (-1, "1969-12-31T23:59:59.999Z", 3),
        (1_767_225_600_007, "2026-01-01T00:00:00.007Z", 4),
    ])
    func datesAreThoseOfTheCalendar(milliseconds: Int64, text: String, weekday: Int) {
        let time = UnixTime(milliseconds: milliseconds)
        #expect(time.rfc3339 == text)
        #expect(time.calendar.weekday == weekday)
    }

    @Test(arguments: [Int64.min, .max])
    func extremesDoNotTrap(milliseconds: Int64) {
        #expect((1...12).contains(UnixTime(milliseconds: milliseconds).calendar.month))
    }
}
