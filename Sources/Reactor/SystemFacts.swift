import CLinux
import Glibc
public import Primitives

/// What the machine offers.
public enum SystemFacts {
    /// The clock of all loops, for who is on none of them.
    public static var now: Instant { Instant(nanoseconds: System.monotonicNow()) }

    /// Processors this process may run on.
    public static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
