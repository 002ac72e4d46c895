/// How much a line matters. A logger at one level lets through this level and those above it.
///
/// The raw values are the names in configuration, in the admin API and on the lines.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// What a developer needs to follow one case.
    case debug
    /// Changes of state an operator wants to see: start, join, drain.
    case info
    /// Something is wrong and the node deals with it.
    case warn
    /// Something is wrong and users may feel it.
    case error

    var severity: UInt8 {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.severity < right.severity
    }
}
