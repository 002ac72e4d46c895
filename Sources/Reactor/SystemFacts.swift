import CLinux
import Glibc

/// What the machine offers.
public enum SystemFacts {
    /// Processors this process may run on.
    public static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Files and sockets this process may hold.
    public static var maxOpenFiles: Int {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
