import Glibc
import Primitives

/// What a verb sees of the world outside; tests put their own in its place.
struct Console {
    var environment: [String: String] = [:]
    /// A line that is replaced by the next one; nothing where nobody watches.
    var showProgress: (String) -> Void = { _ in }
    /// What a verb shows before it is done; `false` when nobody reads it any more.
    var show: (String) -> Bool = { _ in true }
    /// It is shown on a screen, which can be cleared.
    var isScreen = false
    /// Lets time pass.
    var wait: (Duration) -> Void = { _ in }
    /// The first line of standard input, `nil` at its end.
    var readLine: () -> String? = { nil }
    /// Asks for a secret; `nil` where nobody can answer.
    var ask: (String) -> String? = { _ in nil }
    /// Asks whether to go on; `nil` where nobody can answer.
    var confirm: (String) -> Bool? = { _ in nil }
    /// The wall clock of this machine.
    var now: () -> UnixTime = systemTime

    private static func systemTime() -> UnixTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
