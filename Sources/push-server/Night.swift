import Primitives
import Program

/// The hours in which those who want silence have it, by the time zone of the process.
struct Night {
    let from: Int
    let until: Int

    func isNow(_ time: UnixTime) -> Bool { localHour(time).map(contains) ?? false }

    /// The same hour twice is no night at all.
    func contains(hour: Int) -> Bool {
        from <= until ? (from..<until).contains(hour) : hour >= from || hour < until
    }
}
