public import Crypto
public import DBProxy
import Primitives
import TalkProtocol

/// Apple's push service ("Sending notification requests to APNs"), by a provider token.
///
/// A core: what is asked, and what an answer means.
public struct APNs: Sendable {
    /// Apple takes a token for between 20 minutes and an hour.
    private static let tokenLife: Int64 = 45 * 60
    private static let day: Int64 = 86_400

    private let url: String
    private let key: PrivateKey
    private let keyID: String
    private let team: String
    /// The app's bundle.
    private let topic: String
    private var token: (text: String, made: Int64)?

    /// - Parameter key: of P-256.
    public init(url: String, key: PrivateKey, keyID: String, team: String, topic: String) {
        self.url = url
        self.key = key
        self.keyID = keyID
        self.team = team
        self.topic = topic
    }

    /// - Parameters:
    ///   - due: its token is as clients give it, "ios:" and hexadecimal digits; `nil` for any other.
    ///   - now: unix seconds.
    public mutating func request(
        _ due: DueNotification, _ text: NotificationText, at now: Int64
    ) -> OutboundRequest? {
        let device = due.token.hasPrefix("ios:") ? String(due.token.dropFirst(4)) : due.token
        guard !device.isEmpty, device.utf8.count <= 200, device.utf8.allSatisfy(\.isHexDigit),
            let bearer = bearer(at: now)
        else { return nil }
        var aps: [(String, JSON)] = [("badge", .number(due.unread))]
        if !due.isSilent {
            aps.append(("alert", .object([("title", .string(text.title)), ("body", .string(text.body))])))
            // The name of the sound in the stock client.
            aps.append(("sound", .string("bingbong.aiff")))
            aps.append(("thread-id", .string("\(due.conversation.rawValue)")))
        }
        // As the stock client reads it: a text that is JSON.
        let custom = String(decoding: due.data.bytes, as: UTF8.self)
        let payload = JSON.object([("aps", .object(aps)), ("custom", .string(custom))])
        var request = OutboundRequest(to: "\(url)/3/device/\(device)", body: payload.bytes)
        request.add("authorization", "bearer \(bearer)")
        request.add("apns-topic", topic)
        request.add("apns-push-type", "alert")
        request.add("apns-priority", due.isSilent ? "5" : "10")
        request.add("apns-expiration", "\(due.sentAt + Self.day)")
        request.add("apns-collapse-id", "c\(due.conversation.rawValue)")
        request.add("apns-id", due.uuid)
        return request
    }

    private mutating func bearer(at now: Int64) -> String? {
        if let token, now - token.made < Self.tokenLife, now >= token.made { return token.text }
        let claims = JSON.object([("iss", .string(team)), ("iat", .number(Int(now)))])
        guard let text = WebToken.make(claims, key: key, keyID: keyID) else { return nil }
        token = (text, now)
        return text
    }

    /// - Parameter now: unix seconds.
    public mutating func judge(_ answer: OutboundAnswer, at now: Int64) -> Verdict {
        guard case .status(let status, let body, let retryAfter) = answer else { return Verdict(common: answer) }
        let reason = JSON(reading: body)?["reason"]?.text ?? ""
        let said = "\(status) \(OutboundText.line(Array(reason.utf8)))"
        switch (status, reason) {
        case (410, _):
            // Milliseconds.
            let time = JSON(reading: body)?["timestamp"]?.integer.map { Int64($0) / 1000 }
            return Verdict(.gone(since: time ?? now), said)
        case (400, "BadDeviceToken"), (400, "DeviceTokenNotForTopic"): return Verdict(.gone(since: now), said)
        case (403, "ExpiredProviderToken"):
            token = nil
            return Verdict(.later(nil), said)
        // A wrong key or topic: every other message would be refused as well.
        case (403, _): return Verdict(.later(nil), said, stopsChannel: true)
        case (429, "TooManyRequests"): return Verdict(.later(retryAfter ?? .seconds(60)), said)
        default: return Verdict(common: answer)
        }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool { Character(Unicode.Scalar(self)).isHexDigit }
}

extension DueNotification {
    /// What apps get with it: the fields of the original.
    var data: JSON {
        let group = type.sessionType == .group ? Int(conversation.rawValue) : 0
        return .object([
            ("msg_type", .number(Int(type.rawValue))), ("from_id", .number(Int(sender.rawValue))),
            ("group_id", .number(group)),
        ])
    }

    /// The same for each attempt: services that compare know a repeated one by it.
    var uuid: String {
        let name = Array("grapevine \(id) \(sentAt)".utf8)
        var bytes = SHA256.digest(name.rawBytes).prefix(16)
        // Version 8: of our own making (RFC 9562, section 5.8).
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Hex.encode(Array(bytes).rawBytes))
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(hex[$0]) }.joined(separator: "-")
    }
}
