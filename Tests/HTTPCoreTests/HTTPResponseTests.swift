import HTTPCore
import Primitives
import Testing

@Suite(.timeLimit(.minutes(5))) struct HTTPResponseTests {
    private func answer(_ response: HTTPResponse) -> String {
        let dialogue = Dialogue()
        dialogue.answer = { _ in response }
        dialogue.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return dialogue.record.output
    }

    @Test func fieldsAreReplacedWhateverTheirCase() throws {
        var response = HTTPResponse(.created, type: "application/json", body: [0x7B, 0x7D])
        response.set("Cache-Control", "no-store")
        try response.set("content-type", to: "text/html; é")
        #expect(
            answer(response)
                == "HTTP/1.1 201 Created\r\nContent-Length: 2\r\nCache-Control: no-store\r\n"
                + "content-type: text/html; é\r\n\r\n{}")
    }

    @Test(arguments: ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0", "\u{7F}", "\r\n\r\n<html>"])
    func valuesCannotEndTheLine(value: String) {
        var response = HTTPResponse(.found)
        let before = response
        #expect(throws: HTTPFieldError.controlByte(field: "Location")) { try response.set("Location", to: value) }
        #expect(response == before)
    }

    @Test(arguments: [HTTPStatus.noContent, .notModified])
    func someAnswersHaveNoContent(status: HTTPStatus) {
        let text = answer(HTTPResponse(status, body: [1, 2, 3]))
        #expect(text == "HTTP/1.1 \(status.rawValue) \(status.reason)\r\n\r\n")
    }

    @Test func framingIsNotForHandlers() async {
        await #expect(processExitsWith: .failure) {
            var response = HTTPResponse(.ok)
            response.set("content-LENGTH", "5")
        }
        await #expect(processExitsWith: .failure) {
            var response = HTTPResponse(.ok)
            response.set("Bad Name", "5")
        }
        await #expect(processExitsWith: .failure) {
            var response = HTTPResponse(.ok)
            response.set("X", "a\r\nb")
        }
    }

    @Test(arguments: HTTPRefusal.allCases)
    func refusalsAreErrors(refusal: HTTPRefusal) {
        #expect((400..<600).contains(refusal.status.rawValue))
    }

    @Test func datesAreThoseOfTheRFC() {
        #expect(UnixTime(milliseconds: 784_111_777_000).httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(UnixTime(milliseconds: 0).httpDate == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
