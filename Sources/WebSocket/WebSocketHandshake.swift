import Crypto
public import HTTPCore
import Primitives

/// The request that turns an HTTP connection into a WebSocket, and its answer (RFC 6455, section 4).
public enum WebSocketHandshake {
    public enum Verdict: Equatable, Sendable {
        /// The answer is `101`; behind it both sides speak WebSocket.
        case accepted(HTTPResponse)
        case refused(HTTPResponse)
    }

    private static let version = "13"

    /// Judges a request, whole with its body. Extensions are never agreed on: compressing what strangers and secrets
    /// have a part in betrays the secrets, and small messages grow big without a bound.
    public static func judge(_ request: HTTPRequest, _ origins: WebSocketOrigins) -> Verdict {
        let headers = request.headers
        guard headers.list("upgrade", contains: "websocket"), headers.list("connection", contains: "upgrade") else {
            return .refused(upgradeRequired("This is for WebSocket and TeamTalk clients.\n"))
        }
        guard request.method == .get, request.version == .http11, request.body.isEmpty else {
            return .refused(HTTPResponse(.badRequest, text: "A WebSocket begins with a GET of HTTP/1.1.\n"))
        }
        guard headers.values(of: "sec-websocket-version") == [version] else {
            return .refused(upgradeRequired("Only version 13 of WebSocket is spoken here.\n"))
        }
        let keys = headers.values(of: "sec-websocket-key")
        guard keys.count == 1, Base64.decode([UInt8](keys[0].utf8).rawBytes)?.count == 16 else {
            return .refused(HTTPResponse(.badRequest, text: "Sec-WebSocket-Key must be 16 bytes in Base 64.\n"))
        }
        guard origins.allowsPage(of: headers) else {
            return .refused(HTTPResponse(.forbidden, text: "This page may not connect: see client.origins.\n"))
        }
        guard let key = answer(to: keys[0]) else {
            return .refused(HTTPResponse(.notImplemented, text: "The OpenSSL of this server has no SHA-1.\n"))
        }
        return .accepted(acceptance(key, headers))
    }

    /// What the server must answer to a key; `nil`: this OpenSSL has no SHA-1.
    public static func answer(to key: String) -> String? {
        let text = [UInt8]((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        guard let digest = SHA1.digest(text.rawBytes) else { return nil }
        return String(decoding: Base64.encode(digest.rawBytes), as: UTF8.self)
    }

    private static func upgradeRequired(_ text: String) -> HTTPResponse {
        var response = HTTPResponse(.upgradeRequired, text: text)
        response.set("Upgrade", "websocket")
        response.set("Sec-WebSocket-Version", "13")
        return response
    }

    private static func acceptance(_ key: String, _ headers: HTTPHeaders) -> HTTPResponse {
        var response = HTTPResponse(.switchingProtocols)
        response.set("Upgrade", "websocket")
        // A value of a header has no control characters, and what is made of a hash has none either.
        try? response.set("Sec-WebSocket-Accept", to: key)
        // All of them mean TeamTalk packets here; a client that has asked for some expects one of them.
        let wanted = headers.values(of: "sec-websocket-protocol").first?.split { ", \t".contains($0) } ?? []
        if let first = wanted.first { try? response.set("Sec-WebSocket-Protocol", to: String(first)) }
        return response
    }
}
