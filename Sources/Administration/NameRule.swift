/// Names of users, groups and departments: what people can type, and clients can show and log in with.
public enum NameRule {
    /// The longest name a client can log in with (`GatewayLimits`).
    public static let maxByteCount = 64

    /// Completes "'…' cannot be a name: "; `nil` if it can.
    public static func flaw(in name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.utf8.count > maxByteCount { return "it is longer than \(maxByteCount) bytes" }
        if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { return "it contains control characters" }
        let hasBlankEnd = name.first?.isWhitespace == true || name.last?.isWhitespace == true
        return hasBlankEnd ? "it starts or ends with a blank" : nil
    }
}
