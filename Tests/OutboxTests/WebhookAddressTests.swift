@testable import Outbox
import Reactor
import Testing

/// Where a webhook may lead, and where not (B66).
@Suite struct WebhookAddressTests {
    private func judge(_ url: String, _ found: [String], allowing text: String = "") throws -> String {
        let allowed = try #require(WebhookAddress.Allowed(text))
        let address = try WebhookAddress(url)
        let addresses = found.compactMap { SocketAddress(numeric: $0, port: address.port) }
        return "\(try address.judge(addresses, allowing: allowed))"
    }

    private static let forbidden = [
        "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "203.0.113.5", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1",
        "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1",
    ]

    @Test(arguments: forbidden) func whatIsNotOfTheInternetIsNotReached(_ address: String) {
        #expect(throws: WebhookAddress.Flaw.notPublic) { try judge("https://hooks.example.org/x", [address]) }
        // Nor by its number.
        let literal = address.contains(":") ? "[\(address)]" : address
        #expect(throws: WebhookAddress.Flaw.notPublic) { try judge("https://\(literal)/x", [address]) }
    }

    private static let open = [
        "8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.128.0.1", "192.167.255.255", "223.255.255.255",
        "2606:4700:4700::1111", "2a00:1450::1",
    ]

    @Test(arguments: open) func theInternetIsReachedByHTTPS(_ address: String) throws {
        #expect(try judge("https://hooks.example.org/x", [address]).contains(address))
        #expect(throws: WebhookAddress.Flaw.notSecret) { try judge("http://hooks.example.org/x", [address]) }
    }

    @Test func oneOfSeveralAddressesIsTakenThatMayBe() throws {
        #expect(try judge("https://hooks.example.org/", ["127.0.0.1", "8.8.8.8", "9.9.9.9"]) == "8.8.8.8:443")
        #expect(throws: WebhookAddress.Flaw.unknownHost) { try judge("https://hooks.example.org/", []) }
    }

    @Test func whatTheConfigurationAllowsIsReachedWithoutTLSToo() throws {
        let allowed = "hooks.lan, 10.1.0.0/16, fd00:1::/32, 192.168.7.9"
        #expect(try judge("http://hooks.lan:8080/x", ["127.0.0.1"], allowing: allowed) == "127.0.0.1:8080")
        #expect(try judge("http://other.lan/x", ["10.1.2.3"], allowing: allowed) == "10.1.2.3:80")
        #expect(try judge("https://other.lan/x", ["fd00:1::5"], allowing: allowed) == "[fd00:1::5]:443")
        #expect(try judge("http://192.168.7.9/x", ["192.168.7.9"], allowing: allowed) == "192.168.7.9:80")
        for (url, address) in [("http://other.lan/", "10.2.0.1"), ("https://x.hooks.lan/", "127.0.0.1"),
            ("https://a/", "192.168.7.8"), ("https://a/", "::ffff:10.1.0.1")]
        {
            #expect(throws: WebhookAddress.Flaw.notPublic) { try judge(url, [address], allowing: allowed) }
        }
        for text in ["10.0.0.0/33", "10.0.0.0/8/8", "a b/c", "http://x", "fd00::/129", "x_y"] {
            #expect(WebhookAddress.Allowed(text) == nil, "\(text)")
        }
    }

    private static let noURLs = [
        "", "hooks.example.org", "ftp://hooks.example.org/", "https://", "https:///x", "https://a:0/",
        "https://a:65536/",
        "https://a:080/", "https://a:/", "https://user@a/", "https://user:secret@a/", "https://a/#b", "https://a\\@b/",
        "https://a b/", "https://ä.example/", "https://[127.0.0.1]/", "https://[::1/", "https://[::1]x/",
        "https://a%2eb/",
        "https://a/\r\nHost: b", "https://a/\u{0}", "HTTPS://a/", "https://[fe80::1%25eth0]/", "//a/",
        "https://a/" + String(repeating: "x", count: 2_000),
    ]

    @Test(arguments: noURLs) func anythingElseIsNoURL(_ text: String) {
        #expect(throws: WebhookAddress.Flaw.noURL) { try WebhookAddress(text) }
    }

    @Test func aURLHasHostPortAndPath() throws {
        let address = try WebhookAddress("https://Hooks.example.org:8443/a/b?c=d")
        #expect(address.host == "hooks.example.org" && address.port == 8443 && address.path == "/a/b?c=d")
        #expect(address.authority == "Hooks.example.org:8443" && address.isSecret)
        #expect(try WebhookAddress("https://a?b").path == "/?b")
        #expect(try WebhookAddress("http://[2001:DB8::1]").host == "2001:db8::1")
    }
}
