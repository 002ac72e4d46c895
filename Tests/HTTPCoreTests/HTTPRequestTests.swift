import HTTPCore
import Primitives
import Testing

@Suite struct HTTPRequestTests {
    private func request(_ target: String, _ fields: String = "") throws -> HTTPRequest {
        let dialogue = Dialogue()
        dialogue.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        return try #require(dialogue.record.requests.first)
    }

    @Test(arguments: [
        ("/", []), ("/a", ["a"]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("//a", ["", "a"]),
        ("/%61%2F%2e%2e/%252e", ["a/..", "%2e"]), ("/%C3%A9%00", ["é\0"]), ("/a+b;c", ["a+b;c"]),
        ("http://a/x?y", ["x"]), ("http://a", []), ("http://a?q=1", []),
    ])
    func pathsAreDecodedOnceAfterTheyWereCut(target: String, segments: [String]) throws {
        let request = try request(target)
        #expect(request.segments == segments)
        #expect(request.target == target)
    }

    @Test func queriesAreDecodedLikeForms() throws {
        let request = try request("/p?a=1&b=x+y%2B&=v&c&&a=2&d=e=f%26")
        #expect(request.path == "/p")
        #expect(
            request.query.map { "\($0.name)|\($0.value)" } == ["a|1", "b|x y+", "|v", "c|", "a|2", "d|e=f&"])
        #expect(request.query("a") == "1")
        #expect(request.query("c") == "")
        #expect(request.query("e") == nil)
    }

    @Test func fieldsAreFoundWhateverTheirCase() throws {
        let request = try request("/", "X-One:  a \t\r\nx-one: b\r\nList: a,, B ,c\r\nlist: \"d\"\r\n")
        #expect(request.headers["x-ONE"] == "a")
        #expect(request.headers["x-two"] == nil)
        #expect(request.headers.list("LIST", contains: "b"))
        #expect(request.headers.list("list", contains: "\"d\""))
        #expect(!request.headers.list("list", contains: "d"))
        #expect(request.headers.count == 5)
    }

    @Test func theKelvinSignIsNoK() throws {
        let request = try request("/%E2%84%AA?%E2%84%AA=1")
        #expect(request.query("K") == nil)
        var router = HTTPRouter<Int>()
        router.add(.get, "/K", 1)
        guard case .answer(let response) = router.route(request) else {
            Issue.record("the handler of /K was found")
            return
        }
        #expect(response.status == .notFound)
    }

    /// The work must grow with the input and not with its square: each byte is looked at once or twice.
    @Test func manySmallPacketsMakeNoCopies() throws {
        let body = [UInt8](repeating: 7, count: 300_000)
        let dialogue = Dialogue()
        dialogue.decide = { _ in .accept(limit: 1 << 20) }
        dialogue.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        for byte in body { dialogue.send([byte]) }
        #expect(dialogue.record.requests.first?.body == body)
    }
}
