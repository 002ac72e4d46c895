/// Writes log lines without ever blocking the caller; any thread may use it.
///
/// What a line says in words is fixed in the source (`event`, `message`); what varies goes into typed fields. So a
/// line can be searched for, and user data cannot slip into it by interpolation.
public struct Logger: Sendable {
    private let sink: LogSink
    private let fields: [LogField]

    public init(_ sink: LogSink) {
        self.sink = sink
        fields = []
    }

    private init(_ sink: LogSink, fields: [LogField]) {
        self.sink = sink
        self.fields = fields
    }

    /// Lines of the whole process that were lost, see `LogSink`.
    public var droppedLines: UInt64 { sink.droppedLines }

    /// Of the whole process, see `LogSink`.
    public var level: LogLevel {
        get { sink.level }
        nonmutating set { sink.level = newValue }
    }

    /// The last lines of the whole process above `debug`, oldest first.
    public func records(after number: UInt64) -> [LogRecord] { sink.records(after: number) }

    /// A logger that adds `fields` to each of its lines.
    public func with(_ fields: KeyValuePairs<StaticString, LogValue>) -> Logger {
        Logger(sink, fields: self.fields + fields.map { LogField($0.key, $0.value) })
    }

    public func debug(
        _ event: StaticString, _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        log(.debug, event, message, fields())
    }

    public func info(
        _ event: StaticString, _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        log(.info, event, message, fields())
    }

    public func warn(
        _ event: StaticString, _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        log(.warn, event, message, fields())
    }

    public func error(
        _ event: StaticString, _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        log(.error, event, message, fields())
    }

    /// One atomic load when the level is off; `fields` is then not evaluated.
    /// - Parameters:
    ///   - event: stable lower snake case name that programs filter on.
    ///   - message: the same for people.
    public func log(
        _ level: LogLevel, _ event: StaticString, _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        guard sink.writes(level) else { return }
        let own = fields()
        sink.write(
            level, event, message, own.isEmpty ? self.fields : self.fields + own.map { LogField($0.key, $0.value) })
    }
}
