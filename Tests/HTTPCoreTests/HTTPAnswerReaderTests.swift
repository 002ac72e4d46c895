import HTTPCore
import Primitives
import Testing

@Suite struct HTTPAnswerReaderTests {
    private func read(
        _ text: String, to method: HTTPMethod = .get, size: Int, hasEnded: Bool = false
    ) throws -> (status: Int?, body: String, isWhole: Bool) {
        var reader = HTTPAnswerReader(to: method)
        var (status, body, isWhole): (Int?, [UInt8], Bool) = (nil, [], false)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty, !isWhole {
            let part = Array(rest.prefix(size))
            rest = rest.dropFirst(part.count)
            var offset = 0
            while !isWhole, let event = try reader.read(part.rawBytes, from: &offset) {
                switch event {
                case .head(let head): status = head.status
                case .part(let bytes): body += bytes
                case .end: isWhole = true
                }
            }
        }
        if !isWhole, hasEnded { isWhole = reader.inputEnded() }
        return (status, String(decoding: body, as: UTF8.self), isWhole)
    }

    @Test("bodies by length, in chunks, and none, however they are cut", arguments: [1, 2, 7, 1_000])
    func bodies(size: Int) throws {
        #expect(try read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", size: size) == (200, "abc", true))
        #expect(
            try read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", size: size)
                == (200, "abcd", true))
        #expect(try read("HTTP/1.1 204 No Content\r\n\r\n", size: size) == (204, "", true))
        #expect(try read("HTTP/1.1 200\r\nContent-Length: 9\r\n\r\n", to: .head, size: size) == (200, "", true))
        #expect(try read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", size: size) == (200, "", true))
        let early = "HTTP/1.1 100 Continue\r\nA: b\r\n\r\n"
        #expect(try read(early + "HTTP/1.1 404 x\r\nContent-Length: 1\r\n\r\ny", size: size) == (404, "y", true))
    }

    @Test func anEndIsAnEndOnlyWhereNothingElseSaysSo() throws {
        #expect(try read("HTTP/1.0 200 OK\r\n\r\nabc", size: 4, hasEnded: true) == (200, "abc", true))
        #expect(
            try read("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", size: 4, hasEnded: true) == (200, "abc", false))
        #expect(try read("HTTP/1.1 200 OK\r\n", size: 4, hasEnded: true) == (nil, "", false))
    }

    @Test("what is no answer", arguments: [
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\nA: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n",
    ])
    func nonsense(text: String) {
        #expect(throws: HTTPRefusal.self) { try read(text, size: 1_000) }
    }

    @Test func headsAreBounded() {
        let field = "A: \(String(repeating: "b", count: 1_000))\r\n"
        #expect(throws: HTTPRefusal.headerTooLarge) {
            try read("HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 17), size: 1_000)
        }
        let early = "HTTP/1.1 100 Continue\r\n" + field + "\r\n"
        #expect(throws: HTTPRefusal.headerTooLarge) { try read(String(repeating: early, count: 17), size: 1_000) }
        let brief = String(repeating: "HTTP/1.1 100\r\n\r\n", count: 17)
        #expect(throws: HTTPRefusal.headerTooLarge) { try read(brief, size: 1_000) }
    }

    @Test func datesAreReadAsTheyAreWritten() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2024 23:59:59 GMT", "Fri, 31 Dec 1999 00:00:00 GMT",
        ] {
            #expect(UnixTime(httpDate: text)?.httpDate == text)
        }
        #expect(UnixTime(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT")?.milliseconds == 784_111_777_000)
        for text in [
            "", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Fri, 30 Feb 2024 23:59:59 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 5555555555555555:49:37 GMT", "Sun, 06 Nov 1994 08:49:-1 GMT",
        ] {
            #expect(UnixTime(httpDate: text) == nil)
        }
    }
}
