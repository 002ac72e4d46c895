import HTTPCore
import Primitives
import Testing

/// Slow peers, in simulated time (H03).
@Suite struct DeadlineTests {
    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func aSilentConnectionIsClosedWithoutAWord() {
        let dialogue = Dialogue()
        dialogue.wait(.milliseconds(9_999))
        #expect(!dialogue.record.hasClosed)
        dialogue.wait(.milliseconds(1))
        #expect(dialogue.record.hasClosed)
        #expect(dialogue.record.output.isEmpty)
    }

    @Test func aSlowHeadIsTimedFromItsFirstByte() {
        let dialogue = Dialogue()
        dialogue.wait(.seconds(9))
        for byte in get.utf8.dropLast() {
            dialogue.send([byte])
            dialogue.wait(.milliseconds(350))
        }
        // 26 bytes took 9.1 s.
        dialogue.wait(.milliseconds(899))
        #expect(dialogue.record.statuses == [])
        dialogue.wait(.milliseconds(1))
        #expect(dialogue.record.statuses == [408])
        #expect(dialogue.record.refusal == .tooSlow)
        #expect(!dialogue.record.hasClosed)
        dialogue.wait(.seconds(2))
        #expect(dialogue.record.hasClosed)
    }

    @Test func aSlowBodyMustKeepTheRate() {
        let dialogue = Dialogue()
        dialogue.decide = { _ in .accept(limit: 1 << 20) }
        dialogue.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        for _ in 0..<40 {
            dialogue.send([UInt8](repeating: 0, count: 1_024))
            dialogue.wait(.seconds(1))
        }
        #expect(dialogue.record.statuses == [])
        // 40 s are earned and used, the 10 s of grace are left.
        dialogue.wait(.milliseconds(9_999))
        #expect(dialogue.record.statuses == [])
        dialogue.wait(.milliseconds(1))
        #expect(dialogue.record.statuses == [408])
    }

    @Test func aRestingConnectionIsClosedWithoutAWord() {
        let dialogue = Dialogue()
        dialogue.send(get)
        let output = dialogue.takeRecordedOutput()
        #expect(!output.isEmpty)
        dialogue.wait(.milliseconds(29_999))
        dialogue.send(get)
        dialogue.wait(.milliseconds(29_999))
        #expect(!dialogue.record.hasClosed)
        dialogue.wait(.milliseconds(1))
        #expect(dialogue.record.hasClosed)
        #expect(dialogue.record.output == output)
    }

    @Test func theOwnerMayTakeItsTime() {
        for text in [get, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"] {
            let dialogue = Dialogue()
            dialogue.answer = { _ in nil }
            dialogue.send(text)
            dialogue.send("hi")
            dialogue.wait(.seconds(3_600))
            dialogue.respond(HTTPResponse(.ok))
            #expect(dialogue.record.statuses == [200])
        }
    }

    @Test func aPeerThatKeepsSendingAfterTheEndIsCutOff() {
        let dialogue = Dialogue()
        dialogue.send("nonsense\r\n")
        #expect(dialogue.record.hasFinished)
        for _ in 0..<19 {
            dialogue.wait(.milliseconds(100))
            dialogue.send("more")
        }
        #expect(!dialogue.record.hasClosed)
        dialogue.wait(.milliseconds(100))
        #expect(dialogue.record.hasClosed)
        #expect(dialogue.record.statuses == [400])
    }

    /// No clock runs while the answer is on its way: how slowly a peer may read is for the output queue to say.
    @Test func theClockOfTheNextRequestStartsWhenTheAnswerHasLeft() {
        var connection = HTTPServerConnection(limits: HTTPLimits(), at: Instant(nanoseconds: 0), date: nil)
        var output = ByteWriter()
        let start = Instant(nanoseconds: 0)
        let bytes = Array(get.utf8)
        guard case .head = connection.received(bytes.rawBytes, at: start, into: &output) else {
            Issue.record("no head")
            return
        }
        #expect(connection.respond(HTTPResponse(.ok), at: start, into: &output) == .none)
        #expect(connection.deadline == .never)
        #expect(connection.received(bytes.rawBytes, at: start, into: &output) == .none)
        let later = start + .seconds(100)
        guard case .head = connection.flushed(at: later, into: &output) else {
            Issue.record("the second request was not looked at")
            return
        }
        #expect(connection.respond(HTTPResponse(.ok), at: later, into: &output) == .none)
        #expect(connection.flushed(at: later, into: &output) == .none)
        #expect(connection.deadline == later + .seconds(30))
    }
}
