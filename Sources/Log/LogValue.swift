/// A typed field of a log line. Never message text, tokens or passwords.
public enum LogValue: Equatable, Sendable {
    case string(String)
    /// Text from the wire that may not be UTF-8; what is not becomes U+FFFD.
    case utf8([UInt8])
    case integer(Int128)
    case double(Double)
    case bool(Bool)
    /// Printed in milliseconds; the name of the field gets the suffix `_ms`.
    case duration(Duration)

    public static func int(_ value: some FixedWidthInteger & Sendable) -> LogValue {
        .integer(Int128(clamping: value))
    }
}
