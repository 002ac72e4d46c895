import Crypto
import Primitives
import TalkProtocol

/// The TURN servers (RFC 8656) that pass sound and picture on where two devices cannot reach each other, and what lets
/// a device use them: a password that says until when it is good, so that no server has to be told of it. This is the
/// scheme of draft-uberti-behave-turn-rest-00, which coturn calls `use-auth-secret`.
public struct CallRelay: Equatable, Sendable {
    /// As RFC 7065 writes them. Empty: there is none.
    public var urls: [String]
    /// Shared with those servers.
    public var secret: String
    public var lifetime: Duration

    public init(urls: [String] = [], secret: String = "", lifetime: Duration = .seconds(43_200)) {
        self.urls = urls
        self.secret = secret
        self.lifetime = lifetime
    }

    /// - Parameter now: Unix seconds, on the clock of the TURN servers.
    /// - Returns: `nil` if this OpenSSL has no SHA-1.
    public func pass(for user: String, at now: UInt32) -> (username: String, password: String)? {
        let username = "\(Int64(now) + lifetime.components.seconds):\(user)"
        let code = HMACSHA1.code([UInt8](username.utf8).rawBytes, key: [UInt8](secret.utf8).rawBytes)
        return code.map { (username, String(decoding: Base64.encode($0.rawBytes), as: UTF8.self)) }
    }
}

extension Gateway {
    /// Fresh for each call: whoever has been online for a day has no old one.
    func giveRelay(_ request: Request) {
        let user = request.user.rawValue
        guard !relay.urls.isEmpty, let pass = relay.pass(for: String(user), at: shared.wallClock()) else {
            return answer(request, .avCallRelayRes, IMAVCallRelayRes(userID: user))
        }
        answer(
            request, .avCallRelayRes,
            IMAVCallRelayRes(
                userID: user, urls: relay.urls, username: pass.username, password: pass.password,
                lifetime: UInt32(clamping: relay.lifetime.components.seconds)))
    }
}
