import HTTPCore
import Primitives
import Testing

/// Bodies that are taken as they arrive, and answers whose content comes later.
@Suite struct HTTPStreamTests {
    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func post(_ fields: String, _ body: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
    }

    private func stream(limit: Int = 1_000, pace: Int = 1 << 10, limits: HTTPLimits = HTTPLimits()) -> Dialogue {
        let dialogue = Dialogue(limits: limits)
        dialogue.decide = { $0.method == .post ? .parts(limit: limit, pace: pace) : .accept(limit: 0) }
        return dialogue
    }

    @Test(
        "a body is given as it arrives, and the connection goes on",
        arguments: ["Content-Length: 11", "Transfer-Encoding: chunked"])
    func parts(framing: String) {
        let dialogue = stream()
        let isChunked = framing.hasPrefix("T")
        dialogue.send(post(framing, isChunked ? "6\r\nhello " : "hello "))
        #expect(dialogue.record.streamed == Array("hello ".utf8))
        #expect(dialogue.record.requests.isEmpty)
        dialogue.send((isChunked ? "\r\n5\r\nworld\r\n0\r\n\r\n" : "world") + get)
        #expect(dialogue.record.streamed == Array("hello world".utf8))
        #expect(dialogue.record.requests.map(\.method) == [.post, .get])
        #expect(dialogue.record.requests.map(\.body) == [[], []])
        #expect(dialogue.record.statuses == [200, 200])
        #expect(!dialogue.record.hasFinished)
    }

    @Test("however packets are cut, the same body is given")
    func cuts() {
        let text = Array((post("Transfer-Encoding: chunked", "3\r\nabc\r\n4\r\ndefg\r\n0\r\nA: b\r\n\r\n") + get).utf8)
        let whole = stream()
        whole.send(text)
        for cut in text.indices.dropFirst() {
            let dialogue = stream()
            dialogue.send(text, cuts: [cut])
            #expect(dialogue.record == whole.record, "cut before byte \(cut)")
        }
        let dialogue = stream()
        dialogue.send(text, cuts: Array(text.indices.dropFirst()))
        #expect(dialogue.record == whole.record)
    }

    @Test("nothing more is read than one part ahead of the owner")
    func backPressure() {
        let dialogue = stream()
        dialogue.takesParts = false
        dialogue.send(post("Content-Length: 9", "abc"))
        #expect(dialogue.wantsInput)
        dialogue.send("def")
        #expect(!dialogue.wantsInput)
        #expect(dialogue.record.streamed == Array("abc".utf8))
        dialogue.takePart()
        #expect(dialogue.record.streamed == Array("abcdef".utf8))
        #expect(dialogue.wantsInput)
        dialogue.takePart()
        #expect(dialogue.record.requests.isEmpty && dialogue.wantsInput)
        dialogue.send("ghi" + get)
        #expect(dialogue.record.requests.isEmpty)
        dialogue.takePart()
        #expect(dialogue.record.requests.map(\.method) == [.post, .get])
    }

    @Test func emptyBodiesAreCompleteAtOnce() {
        for fields in ["Content-Length: 0", "A: b"] {
            let dialogue = stream()
            dialogue.send(post(fields) + get)
            #expect(dialogue.record.statuses == [200, 200])
        }
        let chunked = stream()
        chunked.send(post("Transfer-Encoding: chunked", "0\r\n\r\n") + get)
        #expect(chunked.record.statuses == [200, 200])
    }

    @Test("H04: a body over its limit is refused before it is read")
    func limits() {
        for body in ["Content-Length: 1001\r\nExpect: 100-continue", "Transfer-Encoding: chunked\r\n\r\n3e9\r\nx"] {
            let dialogue = stream()
            dialogue.send(post(body))
            #expect(dialogue.record.statuses == [413])
            #expect(dialogue.record.streamed.isEmpty && dialogue.record.hasFinished)
        }
    }

    @Test("an answer amid the body is the last one, and the rest is not looked at")
    func earlyAnswer() {
        for isTaking in [true, false] {
            let dialogue = stream()
            dialogue.takesParts = isTaking
            dialogue.send(post("Content-Length: 9", "abc"))
            dialogue.respond(HTTPResponse(.conflict))
            #expect(dialogue.record.statuses == [409])
            #expect(dialogue.record.output.contains("Connection: close"))
            dialogue.send("def" + get)
            #expect(dialogue.record.streamed == Array("abc".utf8))
            #expect(dialogue.record.statuses == [409])
        }
    }

    @Test("a client that leaves amid the body is closed when the owner comes back, or at once")
    func leaving() {
        let waiting = stream()
        waiting.send(post("Content-Length: 9", "abc"))
        waiting.peerCloses()
        #expect(waiting.record.hasClosed)
        let busy = stream()
        busy.takesParts = false
        busy.send(post("Content-Length: 9", "abc"))
        busy.peerCloses()
        #expect(!busy.record.hasClosed)
        busy.takePart()
        #expect(busy.record.hasClosed)
        busy.takePart()
        busy.respond(HTTPResponse(.ok))
        #expect(busy.record.output.isEmpty)
    }

    @Test("H03: the pace is the client's own: the owner's time does not count")
    func pace() {
        let dialogue = stream(limit: 1 << 20, pace: 100)
        dialogue.takesParts = false
        dialogue.send(post("Content-Length: 100000", String(repeating: "x", count: 100)))
        dialogue.wait(.seconds(3_600))
        #expect(dialogue.record.statuses == [])
        dialogue.takePart()
        dialogue.send("x")
        dialogue.wait(.seconds(60))
        dialogue.takePart()
        // 101 bytes have earned a second, and there are ten at first.
        dialogue.wait(.milliseconds(11_009))
        #expect(dialogue.record.statuses == [])
        dialogue.wait(.milliseconds(1))
        #expect(dialogue.record.statuses == [408])
    }

    @Test("H03: nobody earns a long silence by having been fast")
    func silence() {
        let dialogue = stream(limit: 1 << 30, pace: 100)
        dialogue.send(post("Content-Length: 100000000", String(repeating: "x", count: 1 << 20)))
        dialogue.wait(.milliseconds(29_999))
        #expect(dialogue.record.statuses == [])
        dialogue.wait(.milliseconds(1))
        #expect(dialogue.record.statuses == [408])
    }

    @Test("content is asked for piece by piece, each when the one before has left")
    func content() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send(get + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        dialogue.begin(HTTPResponse(.ok, type: "image/png"), length: 6)
        #expect(
            dialogue.takeRecordedOutput() == "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: image/png\r\n\r\n")
        #expect(dialogue.contentQuestions == 1)
        dialogue.give("abc")
        #expect(dialogue.contentQuestions == 2)
        #expect(dialogue.record.requests.map(\.target) == ["/"])
        dialogue.wait(.seconds(3_600))
        dialogue.give("def")
        #expect(dialogue.takeRecordedOutput() == "abcdef")
        #expect(dialogue.record.requests.map(\.target) == ["/", "/2"])
        dialogue.pieces = ["a", "b"]
        dialogue.begin(HTTPResponse(.partialContent), length: 2)
        #expect(dialogue.record.output.hasSuffix("\r\n\r\nab"))
        #expect(dialogue.wantsInput && !dialogue.record.hasFinished)
    }

    @Test("content is asked for once, however often it is said that everything has left")
    func contentIsAskedForOnce() {
        let now = Instant(nanoseconds: 0)
        var connection = HTTPServerConnection(limits: HTTPLimits(), at: now, date: nil)
        var output = ByteWriter()
        _ = connection.received(Array(get.utf8).rawBytes, at: now, into: &output)
        _ = connection.begin(HTTPResponse(.ok), length: 2, at: now, into: &output)
        #expect(connection.flushed(at: now, into: &output) == .content)
        #expect(connection.flushed(at: now, into: &output) == .none)
        #expect(connection.contentGiven(1) == .none)
        #expect(connection.flushed(at: now, into: &output) == .content)
        #expect(connection.contentGiven(1) == .none)
        #expect(connection.flushed(at: now, into: &output) == .none)
        #expect(connection.wantsInput && connection.deadline == now + .seconds(30))
    }

    @Test("no content follows the head of an answer that has none")
    func noContent() {
        for (method, status) in [("HEAD", HTTPStatus.ok), ("GET", .notModified)] {
            let dialogue = Dialogue()
            dialogue.answer = { _ in nil }
            dialogue.send("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n" + get)
            dialogue.begin(HTTPResponse(status), length: 100)
            #expect(dialogue.contentQuestions == 0)
            #expect(dialogue.record.requests.count == 2)
            #expect(dialogue.record.output.contains("Content-Length: 100") == (method == "HEAD"))
        }
        let empty = Dialogue()
        empty.answer = { _ in nil }
        empty.send(get + get)
        empty.begin(HTTPResponse(.ok), length: 0)
        #expect(empty.record.requests.count == 2)
    }

    @Test("a connection whose last answer has content ends behind it; one whose content does not come ends at once")
    func lastContent() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send("GET / HTTP/1.0\r\n\r\n")
        dialogue.begin(HTTPResponse(.ok), length: 2)
        #expect(!dialogue.record.hasFinished)
        dialogue.give("ab")
        #expect(dialogue.record.hasFinished)
        let broken = Dialogue()
        broken.answer = { _ in nil }
        broken.send(get)
        broken.begin(HTTPResponse(.ok), length: 2)
        broken.give("a")
        broken.abandon()
        #expect(broken.record.hasClosed)
        broken.give("b")
        broken.abandon()
    }

    @Test func aHalfClosedClientGetsTheContent() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send(get)
        dialogue.begin(HTTPResponse(.ok), length: 4)
        dialogue.give("ab")
        dialogue.peerCloses()
        #expect(!dialogue.record.hasClosed)
        dialogue.give("cd")
        #expect(dialogue.record.output.hasSuffix("abcd"))
        #expect(dialogue.record.hasClosed)
    }

    @Test("a drained connection ends behind the content")
    func drain() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send(get)
        dialogue.begin(HTTPResponse(.ok), length: 2)
        dialogue.drain()
        #expect(!dialogue.record.hasFinished)
        dialogue.give("ab")
        #expect(dialogue.record.hasFinished)
    }
}
