import Glibc
import Log
import Primitives

/// A sink that writes into a pipe which the test reads.
struct PipeLog: ~Copyable {
    let reader: Int32
    let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let result = unsafe pipe(&ends)
        precondition(result == 0, "no pipe: error \(errno)")
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    func sink(_ format: LogFormat = .json, level: LogLevel = .debug, capacity: Int = 1 << 20) -> LogSink {
        LogSink(
            descriptor: writer, origin: LogOrigin(node: "n1", boot: "b7"), format: format, level: level,
            capacity: capacity, clock: { UnixTime(milliseconds: 1_767_225_600_007) })
    }

    /// Reads until the text ends with a whole line.
    func read() -> [String] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.last != UInt8(ascii: "\n") {
            let count = unsafe Glibc.read(reader, &chunk, chunk.count)
            precondition(count > 0, "the pipe ended")
            bytes += chunk.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Reads until a line contains `mark`.
    func lines(until mark: String) -> [String] {
        var lines: [String] = []
        while !lines.contains(where: { $0.contains(mark) }) { lines += read() }
        return lines
    }
}
