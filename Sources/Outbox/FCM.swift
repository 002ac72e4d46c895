import Crypto
public import DBProxy
import Primitives
import TalkProtocol

/// Firebase Cloud Messaging, HTTP v1: by tokens that an account of the project gets for a signature (RFC 7523).
///
/// A core.
public struct FCM: Sendable {
    private static let day = 86_400
    private static let scope = "https://www.googleapis.com/auth/firebase.messaging"

    private let url: String
    private let account: Account
    private var token: (text: String, until: Int64)?

    /// A service account, as Google's console writes it.
    public struct Account: Sendable {
        let project: String
        let mail: String
        let key: PrivateKey
        public let tokenURL: String

        /// `nil` if it is none.
        public init?(file: [UInt8]) {
            guard let json = JSON(reading: file), let project = json["project_id"]?.text,
                let mail = json["client_email"]?.text, let pem = json["private_key"]?.text,
                let key = PrivateKey(pem: Array(pem.utf8)), key.kind == .rsa,
                let tokenURL = json["token_uri"]?.text
            else { return nil }
            self.project = project
            self.mail = mail
            self.key = key
            self.tokenURL = tokenURL
        }
    }

    /// - Parameter url: of the service: https://fcm.googleapis.com.
    public init(url: String, account: Account) {
        self.url = url
        self.account = account
    }

    // MARK: Tokens

    public func hasToken(at now: Int64) -> Bool {
        token.map { now < $0.until } ?? false
    }

    public func tokenRequest(at now: Int64) -> OutboundRequest? {
        let claims = JSON.object([
            ("iss", .string(account.mail)), ("scope", .string(Self.scope)), ("aud", .string(account.tokenURL)),
            ("iat", .number(Int(now))), ("exp", .number(Int(now) + 3600)),
        ])
        guard let assertion = WebToken.make(claims, key: account.key) else { return nil }
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
        var request = OutboundRequest(to: account.tokenURL, body: Array(form.utf8))
        request.add("content-type", "application/x-www-form-urlencoded")
        return request
    }

    /// Whether there is a token now; otherwise why not, for people.
    public mutating func tookToken(_ answer: OutboundAnswer, at now: Int64) -> String? {
        guard case .status(200, let body, _) = answer, let json = JSON(reading: body),
            let text = json["access_token"]?.text, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            if case .status(let status, let body, _) = answer { return "\(status) \(OutboundText.line(body))" }
            if case .nothing(let reason) = answer { return reason }
            return "the answer has no token"
        }
        let life = json["expires_in"]?.integer ?? 3600
        token = (text, now + Int64(max(60, min(life, 86_400)) - 60))
        return nil
    }

    // MARK: Messages

    public func request(_ due: DueNotification, _ text: NotificationText, at now: Int64) -> OutboundRequest? {
        guard let token else { return nil }
        let device = due.token.hasPrefix("android:") ? String(due.token.dropFirst(8)) : due.token
        guard !device.isEmpty else { return nil }
        let conversation = "c\(due.conversation.rawValue)"
        var android: [(String, JSON)] = [
            ("priority", .string(due.isSilent ? "normal" : "high")), ("collapse_key", .string(conversation)),
            ("ttl", .string("\(max(0, Int(due.sentAt - now) + Self.day))s")),
        ]
        var message: [(String, JSON)] = [("token", .string(device))]
        if !due.isSilent {
            message.append(("notification", .object([("title", .string(text.title)), ("body", .string(text.body))])))
            android.append(
                (
                    "notification",
                    .object([("tag", .string(conversation)), ("notification_count", .number(due.unread))])
                ))
        }
        message.append(("android", .object(android)))
        // Values are texts.
        let data: [(String, JSON)] = [
            ("unread", .string("\(due.unread)")), ("id", .string(due.uuid)),
            ("custom", .string(String(decoding: due.data.bytes, as: UTF8.self))),
        ]
        message.append(("data", .object(data)))
        var request = OutboundRequest(
            to: "\(url)/v1/projects/\(account.project)/messages:send",
            body: JSON.object([("message", .object(message))]).bytes)
        request.add("authorization", "Bearer \(token.text)")
        request.add("content-type", "application/json")
        return request
    }

    public mutating func judge(_ answer: OutboundAnswer, at now: Int64) -> Verdict {
        guard case .status(let status, let body, _) = answer else { return Verdict(common: answer) }
        let error = JSON(reading: body)?["error"]
        let code = error?["details"]?.items.compactMap { $0["errorCode"]?.text }.first ?? error?["status"]?.text ?? ""
        let said = "\(status) \(OutboundText.line(Array(code.utf8)))"
        switch (status, code) {
        case (404, _), (403, "SENDER_ID_MISMATCH"): return Verdict(.gone(since: now), said)
        case (401, _):
            // What is under way with it is tried again; nothing is sent before there is another one.
            token?.until = 0
            return Verdict(.later(nil), said)
        case (403, _): return Verdict(.later(nil), said, stopsChannel: true)
        // Too much for this device.
        case (429, "QUOTA_EXCEEDED"): return Verdict(.later(.seconds(60)), said)
        default: return Verdict(common: answer)
        }
    }
}
