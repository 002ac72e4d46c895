/// Wall-clock time in milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// For what people and other systems read: message times, log lines, HTTP dates. Nothing is decided by it, because it
/// can be set and can run backwards; decisions use `Instant`.
public struct UnixTime: Comparable, Hashable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: UnixTime, right: UnixTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The time as a calendar in UTC shows it.
    public struct Calendar: Equatable, Sendable {
        public let year, month, day, hour, minute, second, millisecond: Int
        /// 0 is Sunday.
        public let weekday: Int
    }

    /// The proleptic Gregorian date, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"
    /// (`civil_from_days`): years are counted from 1 March, so that the leap day is the last of its year.
    public var calendar: Calendar {
        let (days, rest) = Self.divide(milliseconds, by: 86_400_000)
        let (era, dayOfEra) = Self.divide(Int64(days) + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return Calendar(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1,
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1_000 % 60,
            millisecond: rest % 1_000,
            // 1970-01-01 was a Thursday.
            weekday: Self.divide(Int64(days) + 4, by: 7).remainder)
    }

    /// RFC 3339 with milliseconds: `2026-01-31T23:59:59.999Z`.
    public var rfc3339: String {
        let time = calendar
        let date = "\(padded(time.year, to: 4))-\(padded(time.month, to: 2))-\(padded(time.day, to: 2))"
        let clock = "\(padded(time.hour, to: 2)):\(padded(time.minute, to: 2)):\(padded(time.second, to: 2))"
        return "\(date)T\(clock).\(padded(time.millisecond, to: 3))Z"
    }

    /// Division that rounds towards the past, so that the remainder is never negative.
    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (Int(quotient - 1), Int(remainder + divisor)) : (Int(quotient), Int(remainder))
    }
}

/// A number with leading zeros up to `width` digits.
public func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
