import HTTPCore

extension Vector {
    static let chunks: [Vector] = [
        .refused("chunk size overflow", chunks: "FFFFFFFFFFFFFFFFF\r\n", .badChunk),
        .refused("negative chunk size by overflow", chunks: "FFFFFFFFFFFFFFFF\r\n", .badChunk),
        .refused("largest chunk size", chunks: "7FFFFFFFFFFFFFFF\r\n", .bodyTooLarge),
        .refused("chunk over the limit", chunks: "3E9\r\n", .bodyTooLarge),
        .refused("chunks over the limit", chunks: "1\r\na\r\n3E8\r\n", .bodyTooLarge),
        .refused("empty chunk size", chunks: "\r\n", .badChunk),
        .refused("chunk size with prefix", chunks: "0x5\r\nhello\r\n0\r\n\r\n", .badChunk),
        .refused("signed chunk size", chunks: "+5\r\nhello\r\n0\r\n\r\n", .badChunk),
        .refused("negative chunk size", chunks: "-1\r\n", .badChunk),
        .refused("blank after the chunk size", chunks: "5 \r\nhello\r\n0\r\n\r\n", .badChunk),
        .refused("blank before the chunk size", chunks: " 5\r\nhello\r\n0\r\n\r\n", .badChunk),
        .refused("chunk extension", chunks: "5;a=b\r\nhello\r\n0\r\n\r\n", .badChunk),
        .refused("last chunk with extension", chunks: "0;a\r\n\r\n", .badChunk),
        .refused("bare LF after the chunk size", chunks: "5\nhello\r\n0\r\n\r\n", .badLineEnd),
        .refused("bare CR after the chunk size", chunks: "5\rhello\r\n0\r\n\r\n", .badLineEnd),
        .refused("chunk longer than it says", chunks: "5\r\nhello!\r\n0\r\n\r\n", .badChunk),
        .refused("chunk shorter than it says", chunks: "5\r\nhell\r\n0\r\n\r\n", .badLineEnd),
        .refused("bare LF after a chunk", chunks: "5\r\nhello\n0\r\n\r\n", .badLineEnd),
        .refused("trailer that is no field", chunks: "0\r\nNonsense\r\n\r\n", .badField),
        .refused("folded trailer", chunks: "0\r\nX: y\r\n z\r\n\r\n", .foldedField),
        .refused(
            "many trailers", chunks: "0\r\n" + (0..<99).map { "A\($0): b\r\n" }.joined() + "\r\n", .tooManyFields),
        .refused(
            "large trailers", chunks: "0\r\nX: " + String(repeating: "y", count: 16_384) + "\r\n\r\n",
            .headerTooLarge),
    ]

    static let targets: [Vector] = [
        .refused("relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("asterisk without OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("authority form", "GET a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", .badTarget),
        .refused("fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("raw bytes beyond ASCII", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("quotes", "GET /\"a\" HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("absolute form of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", .badHost),
        .refused("absolute form of another port", "GET http://a:81/ HTTP/1.1\r\nHost: a:80\r\n\r\n", .badHost),
        .refused("absolute form without host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("absolute form with only a port", "GET http://:80/ HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("absolute form with a user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("other scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .refused("percent at the end", "GET /% HTTP/1.1\r\nHost: a\r\n\r\n", .badEncoding),
        .refused("percent with one digit", "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", .badEncoding),
        .refused("percent without digits", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", .badEncoding),
        .refused("percent in the query", "GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n", .badEncoding),
        .refused("not UTF-8", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", .badEncoding),
        .refused("overlong UTF-8", "GET /%c0%ae%c0%ae/ HTTP/1.1\r\nHost: a\r\n\r\n", .badEncoding),
        .refused("surrogate", "GET /%ed%a0%80 HTTP/1.1\r\nHost: a\r\n\r\n", .badEncoding),
    ]

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    static let good: [Vector] = [
        .accepted("GET", get),
        .accepted("nothing", "", []),
        .accepted("half a head", "GET / HTTP/1.1\r\nHost: a\r\n", []),
        .accepted("half a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell", []),
        .accepted("half a chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", []),
        .accepted("unended chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", []),
        .accepted("three at once", get + get + get, [200, 200, 200]),
        .accepted("one empty line before", "\r\n" + get + "\r\n" + get, [200, 200]),
        .accepted("close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n" + get, closes: true),
        .accepted("1.0", "GET / HTTP/1.0\r\n\r\n" + get, closes: true),
        .accepted("1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + get, [200, 200]),
        .accepted("1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        .accepted("body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get, [200, 200]),
        .accepted("empty body", field: "Content-Length: 0"),
        .accepted(
            "body as long as allowed", field: "Content-Length: 1000\r\n\r\n" + String(repeating: "x", count: 996)),
        .accepted(
            "body with garbage behind", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGARBAGE\r\n",
            [200, 400], closes: true),
        .accepted(
            "chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n00a\r\n0123456789\r\n"
                + "0\r\nTrailer: x\r\n\r\n" + get, [200, 200]),
        .accepted("no chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .accepted(
            "Expect", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi", [100, 200]),
        .accepted("Expect without body", field: "Expect: 100-continue"),
        .accepted("Expect in 1.0", "GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", closes: true),
        .accepted("empty value", field: "X-Empty:"),
        .accepted("value beyond ASCII", field: "X: é"),
        .accepted("blanks around the value", field: "X: \t y \t "),
        .accepted("no blank after the colon", field: "X:y"),
        .accepted("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        .accepted("IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
        .accepted("absolute form", "GET HTTP://Example.com/a?b HTTP/1.1\r\nHost: example.COM\r\n\r\n"),
        .accepted("absolute form without path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n"),
        .accepted("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        .accepted("unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .accepted("signs that browsers leave", "GET /a|b?c={d}^`\\ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .accepted("100 fields", field: (0..<99).map { "A\($0): b" }.joined(separator: "\r\n")),
        .accepted(
            "target as long as allowed",
            "GET /\(String(repeating: "a", count: 4_082)) HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]
}
