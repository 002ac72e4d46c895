import CLinux
import Glibc

/// What the machine offers.
public enum SystemFacts {
    /// Processors this process may run on.
    public static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
