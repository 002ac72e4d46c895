import Crypto
import Primitives
public import TalkProtocol

/// Says who brings a picture, over HTTP and to any node of the cluster. A session gives it to its client: without it
/// only the address speaks for whoever brings one, and several people may share that.
///
/// No node remembers one: it holds as long as it says, whatever becomes of the session. Immutable.
public struct PictureToken: Sendable {
    /// Seconds that one holds.
    public static let life: Int64 = 600

    private let key: [UInt8]

    /// - Parameter secret: of the cluster.
    public init(secret: [UInt8]) {
        key = HKDF.key(
            from: secret.rawBytes, salt: [UInt8]().rawBytes, info: Array("grapevine picture tokens".utf8).rawBytes)
    }

    /// - Parameter now: unix seconds.
    public func make(for user: UserID, at now: Int64) -> String {
        let claim = "\(user.rawValue).\(now + Self.life)"
        return claim + "." + code(of: claim)
    }

    /// Whose it is; `nil`: nobody's, or its time is over. Clocks of nodes may be a life apart.
    public func user(of token: String, at now: Int64) -> UserID? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= 128, parts.count == 3, let user = UInt32(parts[0]), let end = Int64(parts[1]),
            end > now, end - now <= 2 * Self.life
        else { return nil }
        let expected = Array(code(of: "\(parts[0]).\(parts[1])").utf8)
        let given = Array(parts[2].utf8)
        return equalInConstantTime(expected.rawBytes, given.rawBytes) ? UserID(user) : nil
    }

    private func code(of claim: String) -> String {
        Hex.encode(HMACSHA256.code(Array(claim.utf8).rawBytes, key: key.rawBytes).rawBytes)
    }
}
