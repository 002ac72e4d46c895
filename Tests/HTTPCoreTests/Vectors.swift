import HTTPCore
import Testing

/// One input, and what must come of it.
struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let input: [UInt8]
    /// Codes of all answers.
    let statuses: [Int]
    /// The server ends the connection by itself.
    let closes: Bool
    let refusal: HTTPRefusal?

    var testDescription: String { name }

    /// A request that is refused, with a second one behind it that must never be answered.
    static func refused(_ name: String, _ input: String, _ refusal: HTTPRefusal) -> Vector {
        Vector(
            name: name, input: Array((input + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n").utf8),
            statuses: [refusal.status.rawValue], closes: true, refusal: refusal)
    }

    static func refused(_ name: String, field: String, _ refusal: HTTPRefusal) -> Vector {
        .refused(name, "POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n", refusal)
    }

    static func refused(_ name: String, chunks: String, _ refusal: HTTPRefusal) -> Vector {
        .refused(name, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)", refusal)
    }

    static func accepted(_ name: String, _ input: String, _ statuses: [Int] = [200], closes: Bool = false) -> Vector {
        Vector(name: name, input: Array(input.utf8), statuses: statuses, closes: closes, refusal: nil)
    }

    static func accepted(_ name: String, field: String) -> Vector {
        .accepted(name, "POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
    }

    static let all = lines + fields + framing + chunks + targets + good

    static let lines: [Vector] = [
        .refused("HTTP/0.9", "GET /\r\n", .badRequestLine),
        .refused("HTTP/0.9 spelt out", "GET / HTTP/0.9\r\n\r\n", .unsupportedVersion),
        .refused("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        .refused("version 9.9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", .unsupportedVersion),
        .refused("version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("version with leading zero", "GET / HTTP/01.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("version with two digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("version without minor", "GET / HTTP/1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("other protocol", "GET / RTSP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("blank before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("blank after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("tabs", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("method with a slash", "GE/T / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused(
            "endless method", String(repeating: "A", count: 33) + " / HTTP/1.1\r\nHost: a\r\n\r\n", .unknownMethod),
        .refused("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", .unknownMethod),
        .refused("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        .refused("bare LF", "GET / HTTP/1.1\nHost: a\n\n", .badLineEnd),
        .refused("bare LF in the head", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", .badLineEnd),
        .refused("bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", .badLineEnd),
        .refused("bare CR", "GET / HTTP/1.1\rHost: a\r\n\r\n", .badLineEnd),
        .refused("bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .badLineEnd),
        .refused("two CR", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", .badLineEnd),
        .refused("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", .controlByte),
        .refused("SSH", "SSH-2.0-OpenSSH_9.2\r\n", .badRequestLine),
        .refused("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", .controlByte),
        .refused("long target", "GET /\(String(repeating: "a", count: 4_096)) HTTP/1.1\r\n", .startLineTooLong),
        .refused("long line without end", String(repeating: "a", count: 5_000), .startLineTooLong),
    ]

    static let fields: [Vector] = [
        .refused("NUL in a value", field: "X: a\0b", .controlByte),
        .refused("vertical tab in a value", field: "Transfer-Encoding: \u{B}chunked", .controlByte),
        .refused("DEL in a value", field: "X: \u{7F}", .controlByte),
        .refused("NUL in a name", field: "X\0: b", .controlByte),
        .refused("blank before the colon", field: "Transfer-Encoding : chunked", .badField),
        .refused("tab before the colon", field: "Content-Length\t: 5", .badField),
        .refused("no colon", field: "Nonsense", .badField),
        .refused("no name", field: ": value", .badField),
        .refused("bad sign in a name", field: "X(y): z", .badField),
        .refused("name beyond ASCII", field: "Hést: z", .badField),
        .refused("obs-fold", field: "X: a\r\n b", .foldedField),
        .refused("obs-fold with tab", field: "Transfer-Encoding:\r\n\tchunked", .foldedField),
        .refused("blank before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedField),
        .refused("no Host", "GET / HTTP/1.1\r\n\r\n", .badHost),
        .refused("two Hosts", field: "Host: b", .badHost),
        .refused("the same Host twice", field: "hOsT: a", .badHost),
        .refused("list of Hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        .refused("Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        .refused("Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .badHost),
        .refused("Host with a bad port", "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", .badHost),
        .refused("Host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .badHost),
        .refused("Host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .badHost),
        .refused("two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .badHost),
        .refused("one huge field", field: "X: " + String(repeating: "a", count: 16_384), .headerTooLarge),
        .refused("endless name", field: String(repeating: "a", count: 20_000), .headerTooLarge),
        .refused(
            "many small fields", field: (0..<100).map { "A\($0): b" }.joined(separator: "\r\n"), .tooManyFields),
        .refused(
            "many large fields",
            field: (0..<50).map { "A\($0): " + String(repeating: "b", count: 400) }.joined(separator: "\r\n"),
            .headerTooLarge),
        .refused("unknown expectation", field: "Expect: 200-ok", .badExpectation),
    ]

    static let framing: [Vector] = [
        .refused("CL and TE", field: "Content-Length: 5\r\nTransfer-Encoding: chunked", .twoFramings),
        .refused("TE and CL", field: "tRANSFER-eNCODING: chunked\r\ncONTENT-lENGTH: 5", .twoFramings),
        .refused("CL 0 and TE", field: "Content-Length: 0\r\nTransfer-Encoding: chunked", .twoFramings),
        .refused("two CL", field: "Content-Length: 5\r\nContent-Length: 6", .badContentLength),
        .refused("the same CL twice", field: "Content-Length: 5\r\nContent-Length: 5", .badContentLength),
        .refused("list of CL", field: "Content-Length: 5, 5", .badContentLength),
        .refused("signed CL", field: "Content-Length: +5", .badContentLength),
        .refused("negative CL", field: "Content-Length: -5", .badContentLength),
        .refused("overflowing negative CL", field: "Content-Length: -99999999999999999999", .badContentLength),
        .refused("overflowing CL", field: "Content-Length: 99999999999999999999", .badContentLength),
        .refused("hexadecimal CL", field: "Content-Length: 0x5", .badContentLength),
        .refused("octal CL", field: "Content-Length: 005", .badContentLength),
        .refused("CL with a point", field: "Content-Length: 5.0", .badContentLength),
        .refused("CL with a blank", field: "Content-Length: 5 5", .badContentLength),
        .refused("CL with a separator", field: "Content-Length: 1_0", .badContentLength),
        .refused("empty CL", field: "Content-Length:", .badContentLength),
        .refused("CL that is no number", field: "Content-Length: abc", .badContentLength),
        .refused("CL in other digits", field: "Content-Length: ５", .badContentLength),
        .refused("TE xchunked", field: "Transfer-Encoding: xchunked", .badTransferEncoding),
        .refused("TE identity", field: "Transfer-Encoding: identity", .badTransferEncoding),
        .refused("TE twice in one field", field: "Transfer-Encoding: chunked, chunked", .badTransferEncoding),
        .refused("TE not last", field: "Transfer-Encoding: chunked, gzip", .badTransferEncoding),
        .refused("TE chunked, identity", field: "Transfer-Encoding: chunked, identity", .badTransferEncoding),
        .refused("TE with empty element", field: "Transfer-Encoding: , chunked", .badTransferEncoding),
        .refused("TE with parameter", field: "Transfer-Encoding: chunked;q=1", .badTransferEncoding),
        .refused("TE in quotes", field: "Transfer-Encoding: \"chunked\"", .badTransferEncoding),
        .refused("empty TE", field: "Transfer-Encoding:", .badTransferEncoding),
        .refused(
            "two TE", field: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .badTransferEncoding),
        .refused("TE without chunked", field: "Transfer-Encoding: gzip", .badTransferEncoding),
        .refused("TE gzip, chunked", field: "Transfer-Encoding: gzip, chunked", .unsupportedTransferCoding),
        .refused(
            "TE in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .badTransferEncoding),
        .refused("body over the limit", field: "Content-Length: 1001", .bodyTooLarge),
        .refused("body far over the limit", field: "Content-Length: 9223372036854775807", .bodyTooLarge),
        .refused(
            "Expect and a body over the limit", field: "Expect: 100-continue\r\nContent-Length: 1001",
            .bodyTooLarge),
    ]
}
