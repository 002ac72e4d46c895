import CLinux
import Glibc

/// What the kernel says of this process (proc(5)).
public struct ProcessFacts: Sendable {
    public let cpuSeconds: Double
    /// Since 1970.
    public let startSeconds: Double
    public let virtualBytes: Int
    public let residentBytes: Int

    /// `nil` where there is no `/proc`.
    public init?() {
        guard let stat = Self.read("/proc/self/stat"), let uptime = Self.read("/proc/uptime") else { return nil }
        // The name in parentheses may contain anything; the state behind it is the third field.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let started = Double(fields[19]), let size = Int(fields[20]), let pages = Int(fields[21]),
            let up = uptime.split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        cpuSeconds = (user + system) / ticks
        startSeconds = Double(time(nil)) - up + started / ticks
        virtualBytes = size
        residentBytes = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Files that are open now, without the one that is open for counting. A look at each of them: 20,000 take some
    /// milliseconds.
    public static var openFiles: Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        return max(0, count - 3)
    }

    private static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
