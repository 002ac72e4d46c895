import Glibc
public import Primitives
import Synchronization

/// Where the lines of a process go: a bounded buffer, and a thread that writes it to one descriptor.
///
/// The thread ends, after the last line, when the last `Logger` of the sink is gone.
public final class LogSink: Sendable {
    private let threshold: Atomic<UInt8>
    private let format: LogFormat
    private let origin: LogOrigin
    private let clock: @Sendable () -> UnixTime
    private let buffer: LogBuffer
    private let recent = RecentLines()

    /// - Parameters:
    ///   - descriptor: stays open and belongs to the caller; blocking or not.
    ///   - capacity: bytes that may wait for the descriptor. A line that does not fit is dropped and counted.
    public init(
        descriptor: Int32, origin: LogOrigin, format: LogFormat, level: LogLevel, capacity: Int = 1 << 20,
        clock: @escaping @Sendable () -> UnixTime = LogSink.systemTime
    ) {
        threshold = Atomic(level.severity)
        self.format = format
        self.origin = origin
        self.clock = clock
        buffer = LogBuffer(capacity: capacity)
        LogWriter(descriptor: descriptor, buffer: buffer) { [format, origin, clock] dropped, batch in
            let line = LogLine(
                time: clock(), level: .warn, origin: origin, event: "log_dropped",
                message: "lines were lost because the log could not be written fast enough")
            line.write(as: format, fields: [LogField("lines", .int(dropped))], to: &batch)
        }.start()
    }

    deinit {
        buffer.close()
    }

    /// The lowest level that is written; may be changed at any time from any thread.
    public var level: LogLevel {
        get { LogLevel.allCases[Int(threshold.load(ordering: .relaxed))] }
        set { threshold.store(newValue.severity, ordering: .relaxed) }
    }

    /// The test that every call makes, one atomic load.
    func writes(_ level: LogLevel) -> Bool {
        level.severity >= threshold.load(ordering: .relaxed)
    }

    /// Lines lost since the start, for a metric.
    public var droppedLines: UInt64 { buffer.droppedInAll }

    /// Waits until every line logged before the call is written or lost, for the end of a process.
    /// - Returns: false if that took longer than `limit`.
    @discardableResult
    public func flush(within limit: Duration = .seconds(1)) -> Bool {
        buffer.waitUntilFinished(within: limit)
    }

    func write(_ level: LogLevel, _ event: StaticString, _ message: StaticString, _ fields: [LogField]) {
        var bytes = ByteWriter(capacity: 512)
        let line = LogLine(time: clock(), level: level, origin: origin, event: event, message: message)
        line.write(as: format, fields: fields, to: &bytes)
        buffer.offer(bytes.bytes)
        // What is logged for debugging would crowd out the rest.
        if level != .debug { recent.add(line, fields) }
    }

    /// The last lines above `debug`, oldest first.
    func records(after number: UInt64) -> [LogRecord] { recent.records(after: number) }

    /// The wall clock of the machine.
    public static let systemTime: @Sendable () -> UnixTime = {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return UnixTime(milliseconds: 0) }
        return UnixTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
