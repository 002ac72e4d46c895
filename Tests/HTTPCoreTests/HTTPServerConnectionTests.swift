import HTTPCore
import Primitives
import Testing

@Suite struct HTTPServerConnectionTests {
    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func post(_ fields: String, _ body: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
    }

    @Test func theAnswerIsWrittenToTheByte() {
        let dialogue = Dialogue(date: UnixTime(milliseconds: 784_111_777_000))
        dialogue.wait(.milliseconds(1_900))
        dialogue.send("POST /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
        #expect(
            dialogue.record.output == """
                HTTP/1.1 200 OK\r
                Date: Sun, 06 Nov 1994 08:49:38 GMT\r
                Content-Length: 14\r
                Content-Type: text/plain; charset=utf-8\r
                \r
                POST /a?b=c 2

                """)
        #expect(dialogue.record.requests.map(\.body) == [Array("hi".utf8)])
        #expect(dialogue.record.heads.map(\.body) == [[]])
    }

    @Test func headIsAnsweredWithoutContent() {
        let dialogue = Dialogue()
        dialogue.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get)
        let head = "HTTP/1.1 200 OK\r\nContent-Length: "
        let type = "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        #expect(dialogue.record.output == "\(head)9\(type)\(head)8\(type)GET / 0\n")
    }

    @Test func olderClientsAreToldThatTheConnectionStays() {
        let dialogue = Dialogue()
        dialogue.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(dialogue.record.output.contains("\r\nConnection: keep-alive\r\n"))
        #expect(!dialogue.record.hasFinished)
    }

    @Test func pipelinedRequestsWaitForTheAnswer() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send(post("Content-Length: 1", "x") + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n" + get)
        #expect(dialogue.record.requests.map(\.target) == ["/"])
        #expect(!dialogue.wantsInput)
        dialogue.respond(HTTPResponse(.ok))
        #expect(dialogue.record.requests.map(\.target) == ["/", "/2"])
        dialogue.respond(HTTPResponse(.ok))
        #expect(dialogue.wantsInput)
        dialogue.send(get)
        dialogue.respond(HTTPResponse(.ok))
        #expect(dialogue.record.requests.map(\.target) == ["/", "/2", "/", "/"])
    }

    @Test func aShellThatIgnoresBackPressureIsCutOff() {
        var limits = HTTPLimits()
        limits.waitingBytes = 1_000
        let dialogue = Dialogue(limits: limits)
        dialogue.answer = { _ in nil }
        dialogue.send(get)
        dialogue.send(String(repeating: "x", count: 1_000))
        #expect(!dialogue.record.hasClosed)
        dialogue.send("x")
        #expect(dialogue.record.hasClosed)
        dialogue.respond(HTTPResponse(.ok))
        #expect(dialogue.record.output.isEmpty)
    }

    @Test func theLastOfManyRequestsCloses() {
        var limits = HTTPLimits()
        limits.requestsPerConnection = 3
        let dialogue = Dialogue(limits: limits)
        for _ in 0..<3 { dialogue.send(get) }
        #expect(dialogue.record.statuses == [200, 200, 200])
        #expect(dialogue.record.hasFinished)
        #expect(dialogue.record.output.components(of: "Connection: close") == 1)
        dialogue.send(get)
        #expect(dialogue.record.statuses.count == 3)
    }

    @Test func anEarlyAnswerToABodyCloses() {
        let dialogue = Dialogue()
        dialogue.decide = { _ in .refuse(.unauthorized) }
        dialogue.send(post("Content-Length: 500\r\nExpect: 100-continue") + get)
        #expect(dialogue.record.statuses == [401])
        #expect(dialogue.record.hasFinished)
        dialogue.peerCloses()
        #expect(dialogue.record.hasClosed)
    }

    @Test func anEarlyAnswerWithoutBodyKeepsTheConnection() {
        let dialogue = Dialogue()
        dialogue.decide = { $0.method == .get ? .refuse(.notFound) : .accept(limit: 10) }
        dialogue.send(get + post("Content-Length: 1", "x") + get)
        #expect(dialogue.record.statuses == [404, 200, 404])
        #expect(!dialogue.record.hasFinished)
    }

    @Test func continueIsSentBeforeTheBody() {
        let dialogue = Dialogue()
        dialogue.send(post("Expect: 100-continue\r\nContent-Length: 2"))
        #expect(dialogue.takeRecordedOutput() == "HTTP/1.1 100 Continue\r\n\r\n")
        dialogue.send("hi")
        #expect(dialogue.record.statuses == [200])
    }

    @Test func anUpgradeHandsOverWhatIsUnread() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        let fields = "Host: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"
        dialogue.send("GET /ws HTTP/1.1\r\n\(fields)\u{1}\u{2}")
        dialogue.send("\u{3}")
        #expect(dialogue.record.requests.first?.headers.list("connection", contains: "upgrade") == true)
        var response = HTTPResponse(.switchingProtocols)
        response.set("Upgrade", "websocket")
        #expect(dialogue.upgrade(response) == [1, 2, 3])
        #expect(
            dialogue.record.output
                == "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        #expect(dialogue.deadline == .never)
    }

    @Test func aHalfClosedClientGetsItsAnswers() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send(get + get + "GET /unfinished")
        dialogue.peerCloses()
        #expect(!dialogue.record.hasClosed)
        dialogue.respond(HTTPResponse(.ok))
        dialogue.respond(HTTPResponse(.noContent))
        #expect(dialogue.record.statuses == [200, 204])
        #expect(dialogue.record.hasClosed)
    }

    @Test func thereIsNothingToWaitForWhenBothSidesAreDone() {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send("GET / HTTP/1.0\r\n\r\n")
        dialogue.peerCloses()
        dialogue.respond(HTTPResponse(.ok))
        #expect(dialogue.record.statuses == [200])
        #expect(dialogue.record.hasClosed)
    }

    /// Limits of a head are those of one request, not of all on a connection.
    @Test func eachRequestHasItsOwnLimits() {
        let dialogue = Dialogue()
        let fields = (0..<90).map { "A\($0): " + String(repeating: "b", count: 100) }.joined(separator: "\r\n")
        for _ in 0..<3 { dialogue.send("\r\n" + post(fields)) }
        #expect(dialogue.record.statuses == [200, 200, 200])
    }

    @Test func aClientThatLeavesAmidARequestIsClosedSilently() {
        for text in ["", "GET", post("Content-Length: 5", "hell")] {
            let dialogue = Dialogue()
            dialogue.send(text)
            dialogue.peerCloses()
            #expect(dialogue.record.hasClosed)
            #expect(dialogue.record.output.isEmpty)
        }
    }

    @Test func drainingEndsRestingConnectionsAndLetsRequestsFinish() {
        let resting = Dialogue()
        resting.send(get)
        resting.drain()
        #expect(resting.record.hasFinished)

        let busy = Dialogue()
        busy.answer = { _ in nil }
        busy.send(get)
        busy.drain()
        #expect(!busy.record.hasFinished)
        busy.respond(HTTPResponse(.ok))
        #expect(busy.record.output.contains("Connection: close"))
        #expect(busy.record.hasFinished)
    }

    @Test func drainingWaitsForAnAnswerOnItsWay() {
        let now = Instant(nanoseconds: 0)
        var connection = HTTPServerConnection(limits: HTTPLimits(), at: now, date: nil)
        var output = ByteWriter()
        _ = connection.received(Array(get.utf8).rawBytes, at: now, into: &output)
        _ = connection.respond(HTTPResponse(.ok), at: now, into: &output)
        #expect(connection.drain() == .none)
        #expect(connection.flushed(at: now, into: &output) == .finish)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
