import Crypto
public import DBProxy
import Primitives
import TalkProtocol

/// A service of one's own that passes notifications on to the push services of vendors (Huawei, Xiaomi, OPPO, vivo …):
/// it gets JSON, signed as webhooks are.
///
/// A core.
public struct Relay: Sendable {
    private let url: String
    private let secret: [UInt8]

    public init(url: String, secret: [UInt8]) {
        self.url = url
        self.secret = secret
    }

    public func request(_ due: DueNotification, _ text: NotificationText, at now: Int64) -> OutboundRequest {
        var members: [(String, JSON)] = [
            ("id", .string(due.uuid)), ("token", .string(due.token)), ("user", .number(Int(due.user.rawValue))),
            ("unread", .number(due.unread)), ("silent", .bool(due.isSilent)),
            ("collapse", .string("c\(due.conversation.rawValue)")), ("expires", .number(Int(due.sentAt) + 86_400)),
            ("data", due.data),
        ]
        if !due.isSilent { members += [("title", .string(text.title)), ("text", .string(text.body))] }
        var request = OutboundRequest(to: url, body: JSON.object(members).bytes)
        request.add("content-type", "application/json")
        request.sign(with: secret, id: due.uuid, attempt: due.attempts, at: now)
        return request
    }

    public func judge(_ answer: OutboundAnswer, at now: Int64) -> Verdict {
        guard case .status(410, let body, _) = answer else { return Verdict(common: answer) }
        return Verdict(.gone(since: now), "410 \(OutboundText.line(body))")
    }
}

extension OutboundRequest {
    /// HMAC-SHA-256 over the time and the body, with a point between them: whoever holds the secret knows that it is
    /// from here, and how old it is.
    ///
    /// - Parameter id: the same for each attempt.
    public mutating func sign(with secret: [UInt8], id: String, attempt: Int16, at now: Int64) {
        let signed = Array("\(now).".utf8) + body
        let code = HMACSHA256.code(signed.rawBytes, key: secret.rawBytes)
        add("grapevine-id", id)
        add("grapevine-timestamp", "\(now)")
        add("grapevine-attempt", "\(attempt)")
        add("grapevine-signature", "v1=" + Hex.encode(code.rawBytes))
    }
}
