import HTTPCore
import LongPoll
import Primitives
import Testing

/// What is a request of a session, and what is not.
@Suite struct PollRequestTests {
    private static let name = "00112233445566778899aabbccddeeff"

    /// - Parameter query: with its mark.
    private func read(_ query: String = "", fields: [String] = [], body: String = "") throws -> PollRequest {
        let head = ["POST /poll\(query) HTTP/1.1", "Host: a", "Content-Length: \(body.utf8.count)"] + fields
        let bytes = [UInt8]((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        var connection = HTTPServerConnection(limits: HTTPLimits(), at: Instant(nanoseconds: 0), date: nil)
        var output = ByteWriter()
        let now = Instant(nanoseconds: 0)
        var action = connection.received(bytes.rawBytes, at: now, into: &output)
        if case .head = action { action = connection.acceptBody(at: now, into: &output) }
        guard case .request(let request) = action else { throw Refused() }
        return try PollRequest(request)
    }

    private struct Refused: Error {}

    @Test func opening() throws {
        #expect(try read() == .open)
        #expect(throws: PollRefusal.namelessTurn) { try read("?number=1") }
        #expect(throws: PollRefusal.namelessTurn) { try read("?received=0") }
        #expect(throws: PollRefusal.namelessTurn) { try read(body: "x") }
    }

    @Test func turns() throws {
        let name = try #require(PollName(random: (0..<16).map { $0 * 17 }))
        #expect(name.text == Self.name)
        let field = ["Poll-Session: \(Self.name)"]
        #expect(try read("?received=0", fields: field) == .turn(name, PollTurn(received: 0)))
        #expect(try read("?number=7", fields: field, body: "x") == .turn(name, PollTurn(number: 7)))
        #expect(
            try read("?received=999999999999999999&number=1&_=3", fields: field)
                == .turn(name, PollTurn(number: 1, received: 999_999_999_999_999_999)))
    }

    @Test(arguments: [
        ("", "", PollRefusal.emptyTurn), ("?received=0", "x", .unnumberedUpload), ("?number=0", "", .notAnInteger),
        ("?number=", "", .notAnInteger), ("?number=-1", "", .notAnInteger), ("?number=+1", "", .notAnInteger),
        ("?received=1&received=1", "", .notAnInteger), ("?received=1000000000000000000", "", .notAnInteger),
        ("?received=1e3", "", .notAnInteger), ("?received=%D9%A1", "", .notAnInteger),
    ])
    func badTurns(query: String, body: String, refusal: PollRefusal) {
        #expect(throws: refusal) { try read(query, fields: ["Poll-Session: \(Self.name)"], body: body) }
    }

    @Test(arguments: [
        "", "0", "00112233445566778899AABBCCDDEEFF", "00112233445566778899aabbccddeef", "../../etc/passwd",
    ])
    func badNames(name: String) {
        #expect(throws: PollRefusal.noName) { try read("?received=0", fields: ["Poll-Session: \(name)"]) }
    }

    @Test func twoNames() {
        let field = "Poll-Session: \(Self.name)"
        #expect(throws: PollRefusal.noName) { try read("?received=0", fields: [field, field]) }
    }

    @Test func namesAreNotPrinted() throws {
        let name = try #require(PollName(random: Array(repeating: 0xab, count: 16)))
        #expect(!"\(name) \(String(reflecting: name))".contains("abab"))
    }
}
