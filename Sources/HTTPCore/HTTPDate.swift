public import Primitives

private let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

extension UnixTime {
    /// The form of RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    public var httpDate: String {
        let time = calendar
        let date = "\(padded(time.day, to: 2)) \(months[time.month - 1]) \(padded(time.year, to: 4))"
        let clock = "\(padded(time.hour, to: 2)):\(padded(time.minute, to: 2)):\(padded(time.second, to: 2))"
        return "\(weekdays[time.weekday]), \(date) \(clock) GMT"
    }

    /// The same form, read; `nil` for anything else, also for the two forms that nobody may send any more.
    public init?(httpDate text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            let day = Int(words[1]), let year = Int(words[3]), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, clock.allSatisfy((0..<60).contains) else { return nil }
        let seconds = Self.days(year, month + 1, day) * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
        let time = UnixTime(milliseconds: Int64(seconds) * 1_000)
        // A day or an hour that there is not.
        guard time.httpDate == text else { return nil }
        self = time
    }

    /// Since 1970-01-01, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (`days_from_civil`).
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (marchYear / 400, marchYear % 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
