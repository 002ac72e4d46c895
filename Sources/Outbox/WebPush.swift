public import Crypto
public import DBProxy
import Primitives
import TalkProtocol

/// Push services of browsers (RFC 8030), to which the cluster is known by its key (RFC 8292).
///
/// A core.
public struct WebPush: Sendable {
    private static let day: Int64 = 86_400
    /// A token may say that it lives for a day (RFC 8292, section 2).
    private static let tokenLife: Int64 = 12 * 3600
    /// Services that are sent to; one per maker of browsers, so few.
    private static let maxTokens = 64

    private let key: PrivateKey
    /// A point of P-256: by it browsers know the cluster.
    public var publicPoint: [UInt8] { key.publicPoint }
    private let publicKey: String
    /// Whom a push service may write to: mailto: or https:.
    private let subject: String
    /// Hosts that messages may go to; one that begins with a point stands for all below it.
    private let hosts: [String]
    private var tokens: [String: (text: String, made: Int64)] = [:]

    public init(key: PrivateKey, subject: String, hosts: [String]) {
        self.key = key
        publicKey = Base64.encodeForURL(key.publicPoint.rawBytes)
        self.subject = subject
        self.hosts = hosts
    }

    /// `nil`: it cannot be sent. The address comes from a client: nothing else than https to a known push service is
    /// asked (B66).
    public mutating func request(_ due: DueNotification, _ text: NotificationText, at now: Int64) -> OutboundRequest? {
        guard let origin = Self.origin(of: due.token), allows(origin), due.keys.count == 81,
            let token = token(for: origin.text, at: now)
        else { return nil }
        let content = JSON.object([
            ("title", .string(text.title)), ("body", .string(text.body)), ("unread", .number(due.unread)),
            ("conversation", .string("\(due.conversation.rawValue)")), ("data", due.data),
        ])
        let browser = WebPushSeal.Browser(publicKey: Array(due.keys[..<65]), secret: Array(due.keys[65...]))
        guard let sealed = try? WebPushSeal.seal(content.bytes, for: browser) else { return nil }
        var request = OutboundRequest(to: due.token, body: sealed)
        request.add("authorization", "vapid t=\(token), k=\(publicKey)")
        request.add("content-encoding", "aes128gcm")
        request.add("content-type", "application/octet-stream")
        request.add("ttl", "\(max(0, due.sentAt + Self.day - now))")
        request.add("urgency", "high")
        request.add("topic", "c\(due.conversation.rawValue)")
        return request
    }

    public func judge(_ answer: OutboundAnswer, at now: Int64) -> Verdict {
        var verdict = Verdict(common: answer)
        guard case .status(let status, let body, _) = answer else { return verdict }
        switch status {
        case 404, 410: return Verdict(.gone(since: now), "\(status) \(OutboundText.line(body))")
        // One browser has been sent too much.
        case 429: verdict.stopsChannel = false
        default: break
        }
        return verdict
    }

    private mutating func token(for origin: String, at now: Int64) -> String? {
        if let token = tokens[origin], now - token.made < Self.tokenLife / 2, now >= token.made { return token.text }
        let claims = JSON.object([
            ("aud", .string(origin)), ("exp", .number(Int(now + Self.tokenLife))), ("sub", .string(subject)),
        ])
        guard let text = WebToken.make(claims, key: key) else { return nil }
        if tokens.count >= Self.maxTokens { tokens = [:] }
        tokens[origin] = (text, now)
        return text
    }

    /// A port of its own has only what is named with it.
    private func allows(_ origin: (text: String, host: String)) -> Bool {
        let authority = origin.text.dropFirst("https://".count)
        let hasPort = authority.count > origin.host.count && !authority.hasSuffix(":443")
        return hosts.contains { allowed in
            if hasPort { return allowed == authority }
            return allowed.hasPrefix(".") ? origin.host.hasSuffix(allowed) : origin.host == allowed
        }
    }

    /// Of an https URL: a host name, and a port perhaps; whatever else could stand before the path is refused, and
    /// whatever would be another way to write the same: each service has one pace (``ServicePaces``).
    static func origin(of url: String) -> (text: String, host: String)? {
        let scheme = "https://"
        guard url.hasPrefix(scheme), url.utf8.count <= 1024,
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" }
        guard url.utf8.count > scheme.count + authority.utf8.count else { return nil }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2,
            host.utf8.allSatisfy({ byte in
                let sign = Character(Unicode.Scalar(byte))
                return sign.isLetter && sign.isLowercase || sign.isNumber || sign == "." || sign == "-"
            })
        else { return nil }
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port != 443, "\(port)" == parts[1] else { return nil }
        }
        return (scheme + authority, String(host))
    }
}
