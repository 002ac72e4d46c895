/// What tokens are called, and what those of the administration API may do.
public enum AdminToken {
    public static let scopes = ["read", "write", "ops", "messages"]
    private static let nameLengths = 1...64

    /// Why a token cannot have this name; the database has the same rule.
    public static func flaw(inName name: String) -> String? {
        let isRightLength = nameLengths.contains(name.utf8.count)
        if isRightLength, name.utf8.first.map(isLetterOrDigit) == true, name.utf8.allSatisfy(isOfName) { return nil }
        return "it needs 1 to 64 lower-case letters, digits, '-' or '_', the first a letter or a digit"
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
