import Glibc
import Primitives

/// The thread that moves lines from the buffer to the descriptor, many lines per `write(2)`.
final class LogWriter: Sendable {
    private let descriptor: Int32
    private let buffer: LogBuffer
    /// Appends the line that reports a number of lost lines.
    private let report: @Sendable (UInt64, inout ByteWriter) -> Void

    init(
        descriptor: Int32, buffer: LogBuffer, report: @escaping @Sendable (UInt64, inout ByteWriter) -> Void
    ) {
        self.descriptor = descriptor
        self.buffer = buffer
        self.report = report
    }

    /// Starts the thread, which keeps the writer alive until the buffer is closed and empty.
    func start() {
        var thread = pthread_t()
        let writer = unsafe Unmanaged.passRetained(self).toOpaque()
        let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<LogWriter>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }
        let result = unsafe pthread_create(&thread, nil, body, writer)
        precondition(result == 0, "the thread that writes the log could not be started: error \(result)")
        pthread_detach(thread)
    }

    private func run() {
        blockSignals()
        var batch = ByteWriter(capacity: 4_096)
        while case .lines(let count, let dropped) = buffer.take(into: &batch) {
            if dropped > 0 { report(dropped, &batch) }
            let isWritten = writeAll(batch.bytes)
            buffer.finish(count, areLost: !isWritten, unreported: dropped)
            batch.clear(keeping: 65_536)
        }
    }

    /// Signals are for the main thread. SIGPIPE is sent to the thread that writes; blocked here, a closed pipe is an
    /// error of `write` and not the end of the process.
    private func blockSignals() {
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    /// False when the descriptor refuses the bytes for good.
    private func writeAll(_ bytes: RawSpan) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
                let written = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
                let reason = errno
                if written >= 0 {
                    start += written
                } else if reason == EAGAIN {
                    waitForRoom()
                } else if reason != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// Standard output may have been made non-blocking by whoever shares it.
    private func waitForRoom() {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, -1)
    }
}
