public import Primitives
import Synchronization

/// A line that was logged, for those who ask the process itself.
public struct LogRecord: Sendable {
    /// Counts the lines of the process from 1.
    public let number: UInt64
    public let time: UnixTime
    public let level: LogLevel
    public let event: String
    public let message: String
    public let fields: [(name: String, value: LogValue)]
}

/// The last lines of a process.
final class RecentLines: Sendable {
    private struct Content {
        var records: [LogRecord] = []
        var next = 0
        var count: UInt64 = 0
    }

    private static let capacity = 500

    private let content = Mutex(Content())

    func add(_ line: LogLine, _ fields: [LogField]) {
        content.withLock { content in
            content.count += 1
            let record = LogRecord(
                number: content.count, time: line.time, level: line.level, event: line.event.description,
                message: line.message.description,
                fields: fields.map { ("\($0.name)\($0.value.suffix)", $0.value) })
            if content.records.count < Self.capacity {
                content.records.append(record)
            } else {
                content.records[content.next] = record
                content.next = (content.next + 1) % Self.capacity
            }
        }
    }

    func records(after number: UInt64) -> [LogRecord] {
        content.withLock { content in
            (content.records[content.next...] + content.records[..<content.next]).filter { $0.number > number }
        }
    }
}
