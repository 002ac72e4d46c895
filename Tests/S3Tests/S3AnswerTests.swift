import HTTPCore
import Primitives
@testable import S3
import Testing

@Suite struct S3AnswerTests {
    private func answer(_ head: String, _ text: String = "") throws -> S3Answer {
        var reader = HTTPAnswerReader(to: .head)
        let bytes = [UInt8](("HTTP/1.1 \(head)\r\n\r\n").utf8)
        var offset = 0
        guard case .head(let head)? = try reader.read(bytes.rawBytes, from: &offset) else {
            throw S3Failure.nonsense
        }
        return S3Answer(head, text: [UInt8](text.utf8))
    }

    private func error(_ code: String) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code><Message>a &amp; b</Message></Error>"
    }

    @Test("what is wrong, by the code, and else by the status", arguments: [
        ("404 Not Found", "NoSuchKey", S3Failure.absent), ("404 Not Found", "NoSuchBucket", .refused("NoSuchBucket")),
        ("404 Not Found", "", .tryLater("HTTP 404")), ("403 Forbidden", "RequestTimeTooSkewed", .skewed),
        ("403 Forbidden", "AccessDenied", .refused("AccessDenied")), ("403 Forbidden", "", .refused("HTTP 403")),
        ("503 Slow Down", "SlowDown", .tryLater("SlowDown")), ("500 x", "", .tryLater("HTTP 500")),
        ("400 Bad Request", "RequestTimeout", .tryLater("RequestTimeout")), ("507 x", "", .full),
        ("408 x", "", .tryLater("HTTP 408")), ("429 x", "", .tryLater("HTTP 429")),
        ("301 Moved", "PermanentRedirect", .nonsense),
        // A part that did not become an object, after the answer had begun.
        ("200 OK", "InternalError", .tryLater("InternalError")),
        // What is no word is not told.
        ("403 Forbidden", "&lt;a b&gt;", .refused("HTTP 403")),
    ])
    func failures(head: String, code: String, expected: S3Failure) throws {
        let answer = try answer(head, code.isEmpty ? "" : error(code))
        #expect(throws: expected) { try answer.check() }
    }

    @Test func whatIsAskedForIsRead() throws {
        let upload = try answer(
            "200 OK", "<InitiateMultipartUploadResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Bucket>b"
                + "</Bucket><UploadId>a&quot;1</UploadId></InitiateMultipartUploadResult>")
        #expect(try upload.upload() == "a\"1")
        #expect(try answer("200 OK\r\nContent-Length: 17").byteCount() == 17)
        #expect(try answer("200 OK\r\nETag: \"x\"").tag() == "\"x\"")
        #expect(throws: S3Failure.nonsense) { try answer("200 OK").tag() }
        try answer("200 OK", "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>").checkJoined()
        #expect(throws: S3Failure.nonsense) { try answer("200 OK", "<html></html>").checkJoined() }
        #expect(throws: S3Failure.nonsense) { try answer("200 OK").byteCount() }
        #expect(throws: S3Failure.nonsense) { try answer("200 OK", "<a></a>").upload() }
        #expect(throws: S3Failure.nonsense) { try answer("200 OK", "").upload() }
    }

    @Test("an object comes from where it was asked for, with all that it must have, or not at all", arguments: [
        ("200 OK\r\nETag: x\r\nContent-Length: 8", 0, nil),
        ("200 OK\r\nETag: x\r\nContent-Length: 8", 3, .nonsense),
        ("200 OK\r\nETag: x\r\nContent-Length: 7", 0, .otherSize),
        ("200 OK\r\nETag: x\r\nContent-Length: 1099511627776", 0, .otherSize),
        // A page of something between.
        ("200 OK\r\nContent-Length: 7", 0, .nonsense),
        ("206 x\r\nETag: x\r\nContent-Length: 5\r\nContent-Range: bytes 3-7/9", 3, .otherSize),
        ("206 x\r\nETag: x\r\nContent-Length: 6\r\nContent-Range: bytes 3-7/8", 3, .nonsense),
        ("206 x\r\nETag: x\r\nContent-Length: 6\r\nContent-Range: bytes 3-8/9", 3, .otherSize),
        ("206 x\r\nETag: x\r\nContent-Length: 5\r\nContent-Range: bytes 3-7/8", 3, nil),
        ("206 x\r\nETag: x\r\nContent-Length: 5\r\nContent-Range: bytes 30-34/40", 3, .otherSize),
        ("206 x\r\nETag: x\r\nContent-Length: 5", 3, .nonsense),
        ("200 OK\r\nETag: x", 0, .nonsense),
    ] as [(String, Int, S3Failure?)])
    func ranges(head: String, offset: Int, expected: S3Failure?) throws {
        var reader = HTTPAnswerReader(to: .get)
        let bytes = [UInt8](("HTTP/1.1 \(head)\r\n\r\n").utf8)
        var start = 0
        guard case .head(let head)? = try reader.read(bytes.rawBytes, from: &start) else {
            throw S3Failure.nonsense
        }
        var found: S3Failure?
        do throws(S3Failure) {
            try S3Answer.checkBeginning(of: head, at: offset, of: 8)
        } catch {
            found = error
        }
        #expect(found == expected)
    }

    @Test("what is no document of one root", arguments: [
        "", "text", "<a>", "</a>", "<a></b>", "<a></a><b></b>", "<a></a>text", "<", "<>", "<a", "<!DOCTYPE a><a></a>",
        "<a><![CDATA[x]]></a>", "<!-- x", "<a b=\"c\"",
        "<a><b><c><d><e><f><g><h><i></i></h></g></f></e></d></c></b></a>",
    ])
    func noDocuments(text: String) {
        #expect(XMLFields([UInt8](text.utf8)) == nil)
    }

    @Test func textsOfOneLevel() throws {
        let text = """
            <?xml version='1.0'?>
            <!-- a > b -->
            <r x="1"> <a>1 &lt; 2</a><a>second</a><b/><c><d>deep</d></c><e>&bad;</e><f>x<g>y</g>z</f></r>

            """
        let fields = try #require(XMLFields([UInt8](text.utf8)))
        #expect(fields.root == "r" && fields["a"] == "1 < 2" && fields["b"] == "" && fields["d"] == nil)
        #expect(fields["e"] == nil && fields["f"] == "z" && fields["r"] == nil)
    }

    @Test func partsAreNeitherTooSmallNorTooMany() {
        #expect(S3Parts.ranges(of: 20 << 20, partBytes: 16 << 20) == [0..<16 << 20, 16 << 20..<20 << 20])
        #expect(S3Parts.ranges(of: 12 << 20, partBytes: 1) == [0..<5 << 20, 5 << 20..<10 << 20, 10 << 20..<12 << 20])
        let many = S3Parts.ranges(of: 1 << 40, partBytes: 16 << 20)
        #expect(many.count <= S3Parts.maxCount && many.last?.upperBound == 1 << 40)
    }

    @Test func whatMaySucceedIsTriedAgainAtRandomTimes() {
        var random = SeededRandom(seed: 1)
        for failure in [S3Failure.unreachable, .tryLater("SlowDown")] {
            var retry = S3Retry()
            var pauses: [Duration] = []
            while let pause = retry.pause(after: failure, &random) { pauses.append(pause) }
            #expect(pauses.count == S3Retry.maxAttempts - 1 && pauses.allSatisfy { $0 <= .seconds(5) })
            #expect(Set(pauses).count > 1)
        }
        for failure in [S3Failure.absent, .refused("AccessDenied"), .skewed, .full, .nonsense, .disk, .busy] {
            var retry = S3Retry()
            #expect(retry.pause(after: failure, &random) == nil)
        }
    }
}
