import CLinux
import Glibc
import Primitives

/// What the system says about this machine and its processes. The only file of the module with unsafe calls.
public enum Machine {
    /// Processes that wanted to run in the last 1, 5 and 15 minutes; empty if the system does not say.
    public static var loadAverage: [Double] {
        var averages = [0.0, 0.0, 0.0]
        let count = unsafe getloadavg(&averages, 3)
        return Array(averages.prefix(max(0, Int(count))))
    }

    public static var coreCount: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

    /// User and system time of this process.
    static var cpuTime: Duration {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(.zero) { sum, time in
            sum + .seconds(time.tv_sec) + .microseconds(time.tv_usec)
        }
    }

    static var now: Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// Seconds since 1970.
    static var unixTime: UInt32 { UInt32(truncatingIfNeeded: time(nil)) }

    /// Memory of a process that is in RAM; `nil` if there is no such process.
    static func residentBytes(of process: Int32) -> Int? {
        guard let file = unsafe fopen("/proc/\(process)/statm", "r") else { return nil }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard unsafe fgets(&line, Int32(line.count), file) != nil else { return nil }
        let bytes = line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        // Pages: the whole program, then what is resident.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.dropFirst().first.flatMap { Int($0) }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }

    /// Allows this process as many open files as it may allow itself; returns how many that is.
    static func raiseFileLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// From now on SIGINT and SIGTERM wait for `interrupt`. To be called before other threads are started.
    public static func holdInterrupts() {
        var signals = interrupts
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for SIGINT or SIGTERM; `false` if none came in time.
    public static func interrupt(within limit: Duration) -> Bool {
        var signals = interrupts
        let (seconds, attoseconds) = limit.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        return unsafe sigtimedwait(&signals, nil, &time) > 0
    }

    public static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes to standard error, at once.
    public static func writeError(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    private static var interrupts: sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGINT)
        unsafe sigaddset(&signals, SIGTERM)
        return signals
    }
}
