public import Crypto
import Primitives

/// What a bearer token looks like: a word that says what it is for, and 64 hex digits. Long and random, so its digest
/// needs no salt.
public struct TokenForm: Sendable {
    /// Of the administration API.
    public static let admin = TokenForm(prefix: "gva_")
    /// Of a bot.
    public static let bot = TokenForm(prefix: "gvb_")
    /// Of a webhook.
    public static let webhook = TokenForm(prefix: "gvh_")

    /// What requests to services are signed with.
    public static let signing = TokenForm(prefix: "gvs_")

    private static let byteCount = 32

    private let prefix: String

    public func make() throws(CryptoError) -> String {
        let bytes = try randomBytes(Self.byteCount)
        return prefix + Hex.encode(bytes.rawBytes)
    }

    /// Whether this can be one at all.
    public func fits(_ token: String) -> Bool {
        guard token.utf8.count == prefix.utf8.count + 2 * Self.byteCount, token.hasPrefix(prefix) else { return false }
        return Hex.decode(String(token.dropFirst(prefix.count))) != nil
    }

    /// What is stored and compared.
    public static func digest(of token: String) -> [UInt8] {
        SHA256.digest([UInt8](token.utf8).rawBytes)
    }
}
