import CLinux
import Glibc
public import Primitives

/// What the machine offers.
public enum SystemFacts {
    /// The clock of all loops, for who is on none of them.
    public static var now: Instant { Instant(nanoseconds: System.monotonicNow()) }

    /// Processors this process may run on.
    public static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Takes what the system gives: the lower limit is there for programs that keep descriptors in a fixed table.
    public static func raiseOpenFileLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// How many files a process that is started here may open: the soft limit, and the hard one to which it may raise
    /// that.
    public static var openFileLimits: (soft: Int, hard: Int) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return (0, 0) }
        return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }
}
