import HTTPCore
import Primitives
import Testing

/// B63: ranges, and what a client has already.
@Suite struct HTTPByteRangeTests {
    private let tag = "\"abc\""

    private func request(_ fields: String, method: String = "GET") throws -> HTTPRequest {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send("\(method) / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        return try #require(dialogue.record.heads.first)
    }

    private func range(_ fields: String, length: Int = 100, method: String = "GET") throws -> HTTPByteRange {
        HTTPByteRange(of: try request(fields, method: method), tag: tag, length: length)
    }

    @Test func onePieceIsGiven() throws {
        for (text, range) in [
            ("0-0", 0..<1), ("0-", 0..<100), ("10-19", 10..<20), ("99-", 99..<100), ("50-1000", 50..<100),
            ("-1", 99..<100), ("-100", 0..<100), ("-1000", 0..<100), ("0-99999999999999999999", 0..<100),
            ("-99999999999999999999", 0..<100), (" 1-2 ", 1..<3),
        ] {
            #expect(try self.range("Range: bytes=\(text)\r\n") == .part(range), "\(text)")
        }
        #expect(try range("Range: BYTES=1-2\r\n") == .part(1..<3))
    }

    @Test func whatIsNotThereCannotBeGiven() throws {
        for text in ["100-", "100-200", "-0", "99999999999999999999-", "99999999999999999999-99999999999999999999"] {
            #expect(try range("Range: bytes=\(text)\r\n") == .unsatisfiable, "\(text)")
        }
        for text in ["0-", "0-0", "-1", "-0"] {
            #expect(try range("Range: bytes=\(text)\r\n", length: 0) == .unsatisfiable, "\(text)")
        }
    }

    @Test("B63: many, reversed or malformed ones get the whole")
    func others() throws {
        let many = (0..<1_000).map { "\($0)-" }.joined(separator: ",")
        for text in [
            "bytes=0-1,2-3", "bytes=\(many)", "bytes=5-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-b", "bytes=1--2",
            "bytes=+1-2", "bytes=0x1-2", "bytes=1 - 2", "lines=1-2", "bytes", "1-2", "bytes=1.5-2", "",
        ] {
            #expect(try range("Range: \(text)\r\n") == .whole, "\(text.prefix(40))")
        }
        #expect(try range("") == .whole)
        #expect(try range("Range: bytes=0-1\r\nRange: bytes=2-3\r\n") == .whole)
        #expect(try range("Range: bytes=0-1\r\n", method: "HEAD") == .whole)
    }

    @Test("a range of something else is the whole")
    func conditions() throws {
        #expect(try range("Range: bytes=1-2\r\nIf-Range: \"abc\"\r\n") == .part(1..<3))
        for condition in ["\"abd\"", "W/\"abc\"", "abc", "Sun, 06 Nov 1994 08:49:37 GMT", "\"ABC\""] {
            #expect(try range("Range: bytes=1-2\r\nIf-Range: \(condition)\r\n") == .whole, "\(condition)")
        }
    }

    @Test func whatTheClientHas() throws {
        for value in ["\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\"", "\"x\",W/\"abc\" , \"y\""] {
            #expect(try request("If-None-Match: \(value)\r\n").knows(tag: tag), "\(value)")
            #expect(try request("If-None-Match: \(value)\r\n", method: "HEAD").knows(tag: tag), "\(value)")
            #expect(try !request("If-None-Match: \(value)\r\n", method: "POST").knows(tag: tag), "\(value)")
        }
        for value in ["\"abd\"", "abc", "", "\"abc"] {
            #expect(try !request("If-None-Match: \(value)\r\n").knows(tag: tag), "\(value)")
        }
        #expect(try !request("").knows(tag: tag))
    }

    @Test func whatTheBodyWillHave() throws {
        #expect(try request("").bodyLength == 0)
        #expect(try request("Content-Length: 12\r\n").bodyLength == 12)
        #expect(try request("Transfer-Encoding: chunked\r\n").bodyLength == nil)
    }
}
