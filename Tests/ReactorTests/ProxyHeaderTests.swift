import Primitives
import Reactor
import Testing

@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    private func read(_ bytes: [UInt8]) -> ProxyHeader { ProxyHeader(bytes.rawBytes) }

    /// Whole with anything behind it; any part of it asks for more.
    private func expect(
        _ bytes: [UInt8], _ source: String?, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .source(let found, let count) = read(bytes + [1, 2, 3]) else {
            Issue.record("\(read(bytes))", sourceLocation: sourceLocation)
            return
        }
        #expect(found?.description == source && count == bytes.count, sourceLocation: sourceLocation)
        for length in 0..<bytes.count {
            #expect(read(Array(bytes.prefix(length))) == .needMore, "\(length)", sourceLocation: sourceLocation)
        }
    }

    @Test func versionOneIsALine() {
        expect([UInt8]("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".utf8), "192.0.2.1:56324")
        expect([UInt8]("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n".utf8), "[2001:db8::1]:56324")
        expect([UInt8]("PROXY UNKNOWN\r\n".utf8), nil)
        expect([UInt8]("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".utf8), nil)
    }

    @Test func versionTwoIsBinary() {
        let four: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 0xdc, 4, 1, 187]
        expect(Self.signature + [0x21, 0x11, 0, 12] + four, "192.0.2.1:56324")
        expect(Self.signature + [0x21, 0x11, 0, 16] + four + [4, 0, 1, 0], "192.0.2.1:56324")
        let six: [UInt8] = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
        expect(Self.signature + [0x21, 0x21, 0, 36] + six + six + [0xdc, 4, 1, 187], "[2001:db8::1]:56324")
        // The proxy's own health check, and an address of a family that has no port.
        expect(Self.signature + [0x20, 0, 0, 0], nil)
        expect(Self.signature + [0x21, 0, 0, 0], nil)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 56324\r\n", "PROXY TCP4 name 192.0.2.2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 99999 443\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
        "PROXY " + String(repeating: "x", count: 120),
    ])
    func whatIsNoHeaderIsRefused(_ text: String) {
        #expect(read([UInt8](text.utf8)) == .invalid)
    }

    @Test func aBinaryHeaderThatLiesIsRefused() {
        for rest: [UInt8] in [
            [0x11, 0x11, 0, 12], [0x22, 0x11, 0, 12], [0x21, 0x11, 0xff, 0xff],
            [0x21, 0x11, 0, 4, 1, 2, 3, 4], [0x21, 0x21, 0, 12] + [UInt8](repeating: 0, count: 12),
        ] {
            #expect(read(Self.signature + rest) == .invalid, "\(rest)")
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func anyBytesAreReadOrRefused(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bytes = Bool.random(using: &random) ? Self.signature : [UInt8]("PROXY TCP4 ".utf8)
        for _ in 0..<Int.random(in: 0...80, using: &random) { bytes.append(.random(in: 0...255, using: &random)) }
        for length in 0...bytes.count {
            if case .source(_, let count) = read(Array(bytes.prefix(length))) { #expect(count <= length) }
        }
    }
}
