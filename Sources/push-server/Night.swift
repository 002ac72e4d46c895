import Glibc
import Primitives

/// The hours in which those who want silence have it, by the time zone of the process.
struct Night {
    let from: Int
    let until: Int

    func isNow(_ time: UnixTime) -> Bool {
        var seconds = time_t(time.milliseconds / 1000)
        var local = unsafe tm()
        guard unsafe localtime_r(&seconds, &local) != nil else { return false }
        return contains(hour: Int(unsafe local.tm_hour))
    }

    /// The same hour twice is no night at all.
    func contains(hour: Int) -> Bool {
        from <= until ? (from..<until).contains(hour) : hour >= from || hour < until
    }
}
