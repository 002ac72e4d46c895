public import Crypto
import Primitives

/// Bearer tokens of the administration API: `gva_` and 64 hex digits. Long and random, so their digest needs no salt.
public enum AdminToken {
    public static let scopes = ["read", "write", "ops", "messages"]
    private static let prefix = "gva_"
    private static let byteCount = 32
    private static let nameLengths = 1...64

    public static func make() throws(CryptoError) -> String {
        let bytes = try randomBytes(byteCount)
        return prefix + Hex.encode(bytes.rawBytes)
    }

    /// What is stored and compared.
    public static func digest(of token: String) -> [UInt8] {
        SHA256.digest([UInt8](token.utf8).rawBytes)
    }

    /// Whether this can be one at all.
    public static func hasForm(_ token: String) -> Bool {
        guard token.utf8.count == prefix.utf8.count + 2 * byteCount, token.hasPrefix(prefix) else { return false }
        return Hex.decode(String(token.dropFirst(prefix.count))) != nil
    }

    /// Why a token cannot have this name; the database has the same rule.
    static func flaw(inName name: String) -> String? {
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
