import Glibc
import Primitives

/// What the calendar says: for logs and times of messages, never for decisions.
@Sendable func wallClock() -> UnixTime {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return UnixTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
}

/// Waiting to be told to stop.
enum Signals {
    /// Blocks until SIGTERM or SIGINT.
    /// - Parameter hungUp: called for every SIGHUP before that.
    static func waitForEnd(_ hungUp: () -> Void) {
        var set = held
        var received: Int32 = 0
        while true {
            guard unsafe sigwait(&set, &received) == 0 else { continue }
            guard received == SIGHUP else { return }
            hungUp()
        }
    }

    /// `true`: one has come.
    static func waitForEnd(within limit: Duration) -> Bool {
        var set = ending
        var time = timespec(tv_sec: Int(limit.milliseconds / 1000), tv_nsec: Int(limit.milliseconds % 1000) * 1_000_000)
        return unsafe sigtimedwait(&set, nil, &time) > 0
    }

    /// Keeps these signals from every thread; to be called before any is started.
    static func hold() {
        var set = held
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var held: sigset_t {
        var set = ending
        unsafe sigaddset(&set, SIGHUP)
        return set
    }

    private static var ending: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        return set
    }
}
