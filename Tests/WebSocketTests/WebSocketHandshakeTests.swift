import HTTPCore
import Primitives
import Testing

@testable import WebSocket

/// How a WebSocket is opened; the names are those of the bad input in PROMISES.md.
@Suite struct WebSocketHandshakeTests {
    /// The request of RFC 6455, section 1.3, with fields in the place of its own, or without them.
    private func answer(
        _ changes: [String: String?] = [:], line: String = "GET /any HTTP/1.1", body: String = "",
        origins: WebSocketOrigins = .sameHost
    ) throws -> (status: HTTPStatus, response: HTTPResponse) {
        var fields: [String: String?] = [
            "Host": "im.example.org:8000", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
        ]
        fields.merge(changes) { $1 }
        let head = fields.compactMap { name, value in value.map { "\(name): \($0)\r\n" } }.joined()
        let now = Instant(nanoseconds: 0)
        var connection = HTTPServerConnection(limits: HTTPLimits(), at: now, date: nil)
        var output = ByteWriter()
        _ = connection.received([UInt8]("\(line)\r\n\(head)\r\n\(body)".utf8).rawBytes, at: now, into: &output)
        guard case .request(let request) = connection.acceptBody(limit: 100, at: now, into: &output) else {
            throw HTTPRefusal.badRequestLine
        }
        switch WebSocketHandshake.judge(request, origins) {
        case .accepted(let response), .refused(let response): return (response.status, response)
        }
    }

    private func text(_ response: HTTPResponse) -> String {
        "\(response)"
    }

    @Test func theExampleOfTheStandard() throws {
        let (status, response) = try answer()
        #expect(status == .switchingProtocols)
        #expect(text(response).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        #expect(!text(response).contains("Sec-WebSocket-Protocol"))
    }

    @Test("the subprotocol that was asked for, the first one of several")
    func subprotocol() throws {
        #expect(text(try answer(["Sec-WebSocket-Protocol": "teamtalk"]).response).contains("\"teamtalk\""))
        let several = text(try answer(["Sec-WebSocket-Protocol": " a.b , c"]).response)
        #expect(several.contains("\"a.b\"") && !several.contains("\"c\""))
    }

    @Test("W14: no extension is agreed on")
    func compression() throws {
        let answer = try answer(["Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"])
        #expect(answer.status == .switchingProtocols)
        #expect(!text(answer.response).contains("Extensions"))
    }

    @Test("W01: what is no opening of a WebSocket", arguments: [
        (["Upgrade": nil], 426), (["Connection": "keep-alive"], 426), (["Upgrade": "h2c"], 426),
        (["Sec-WebSocket-Version": "8"], 426), (["Sec-WebSocket-Version": nil], 426),
        (["Sec-WebSocket-Key": nil], 400), (["Sec-WebSocket-Key": "dGhlIHNhbXBsZQ=="], 400),
        (["Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ"], 400), (["Sec-WebSocket-Key": ""], 400),
    ] as [([String: String?], Int)])
    func badRequests(changes: [String: String?], status: Int) throws {
        #expect(try answer(changes).status.rawValue == status)
    }

    @Test("W01: HTTP/1.0, another method, a body")
    func badLines() throws {
        #expect(try answer(line: "GET / HTTP/1.0").status == .badRequest)
        #expect(try answer(["Content-Length": "0"], line: "POST / HTTP/1.1").status == .badRequest)
        #expect(try answer(["Content-Length": "2"], body: "hi").status == .badRequest)
    }

    @Test("W02: only pages of the same host, whatever its port", arguments: [
        ("http://im.example.org:8080", true), ("https://im.example.org", true), ("https://IM.example.org", true),
        ("null", false), ("https://im.example.org.evil.test", false), ("https://evil.test", false),
        ("https://im.example.org@evil.test", false), ("https://evil.test/im.example.org", false),
        ("file://", false), ("http://", false), ("", false), ("im.example.org", false),
        ("https://notim.example.org", false), ("http://example.org", false),
    ])
    func origins(origin: String, isAllowed: Bool) throws {
        #expect(try answer(["Origin": origin]).status == (isAllowed ? .switchingProtocols : .forbidden))
    }

    @Test("W02: and those that the setting lists")
    func listedOrigins() throws {
        let list = try #require(WebSocketOrigins("https://chat.example.org, http://127.0.0.1:3000,null"))
        for origin in ["https://chat.example.org", "http://127.0.0.1:3000", "null", "http://im.example.org"] {
            #expect(try answer(["Origin": origin], origins: list).status == .switchingProtocols)
        }
        for origin in ["http://chat.example.org", "http://127.0.0.1:3001", "https://chat.example.org.evil.test"] {
            #expect(try answer(["Origin": origin], origins: list).status == .forbidden)
        }
        let all = try #require(WebSocketOrigins("*"))
        #expect(try answer(["Origin": "https://evil.test"], origins: all).status == .switchingProtocols)
        for wrong in ["chat.example.org", "ftp://a", "https://a/b", "https://"] {
            #expect(WebSocketOrigins(wrong) == nil)
        }
    }

    @Test func addressesAreHostsToo() {
        #expect(WebSocketOrigins.sameHost.allows("http://[::1]:8080", at: "[::1]:8000"))
        #expect(WebSocketOrigins.sameHost.allows("http://127.0.0.1:8080", at: "127.0.0.1:8000"))
        #expect(!WebSocketOrigins.sameHost.allows("http://[::2]:8080", at: "[::1]:8000"))
        #expect(!WebSocketOrigins.sameHost.allows("http://a", at: ""))
    }
}
