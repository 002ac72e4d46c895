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

/// The last lines of a process: of each event some, so that what happens all the time leaves room for what is rare.
final class RecentLines: Sendable {
    private struct Content {
        var records: [String: [LogRecord]] = [:]
        var count: UInt64 = 0
    }

    /// Of one event. There are as many events as places in the source that log.
    private static let capacity = 50

    private let content = Mutex(Content())

    func add(_ line: LogLine, _ fields: [LogField]) {
        content.withLock { content in
            content.count += 1
            let event = line.event.description
            let record = LogRecord(
                number: content.count, time: line.time, level: line.level, event: event,
                message: line.message.description,
                fields: fields.map { ("\($0.name)\($0.value.suffix)", $0.value) })
            if content.records[event]?.count == Self.capacity { content.records[event]?.removeFirst() }
            content.records[event, default: []].append(record)
        }
    }

    /// In the order in which they were logged.
    func records(after number: UInt64) -> [LogRecord] {
        let records = content.withLock { $0.records }
        return records.values.joined().filter { $0.number > number }.sorted { $0.number < $1.number }
    }
}
