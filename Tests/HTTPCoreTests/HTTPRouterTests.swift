import HTTPCore
import Primitives
import Testing

@Suite(.timeLimit(.minutes(5))) struct HTTPRouterTests {
    private var router: HTTPRouter<String> {
        var router = HTTPRouter<String>()
        router.add(.get, "/", "root")
        router.add(.get, "/users/{id}", "user")
        router.add(.delete, "/users/{id}", "remove")
        router.add(.get, "/users/me", "me")
        router.add(.post, "/users/{id}/sessions/{session}", "session")
        router.add(.get, "/{any}/me", "any")
        router.add(.get, "/old*", "old")
        router.add(.get, "/old/new", "new")
        router.add(.get, "/olden", "olden")
        router.add(.post, "/asked", "asked")
        router.add(.options, "/asked", "whether it may ask")
        return router
    }

    /// Handler and parameters, or the answer, on one line.
    private func route(_ method: String, _ path: String, _ fields: String = "") -> String {
        let dialogue = Dialogue()
        dialogue.answer = { _ in nil }
        dialogue.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        guard let request = dialogue.record.requests.first else { return "no request" }
        switch router.route(request) {
        case .found("user", let parameters): return "user \(parameters["id"])"
        case .found("session", let parameters): return "session \(parameters["id"]) \(parameters["session"])"
        case .found(let handler, _): return handler
        case .answer(let response):
            dialogue.respond(response)
            let allow = dialogue.record.output.split(separator: "\r\n").first { $0.hasPrefix("Allow") }
            return ["\(response.status.rawValue)", allow.map(String.init)].compactMap { $0 }.joined(separator: " ")
        }
    }

    @Test(arguments: [
        ("OPTIONS", "/asked", "whether it may ask"),
        ("GET", "/", "root"), ("GET", "/users/7", "user 7"), ("GET", "/users/me", "me"), ("HEAD", "/users/me", "me"),
        ("DELETE", "/users/me", "remove"), ("GET", "/x/me", "any"), ("GET", "/users/a%20b?x=y", "user a b"),
        ("POST", "/users/1/sessions/2", "session 1 2"),
        ("GET", "/old", "old"), ("GET", "/older", "old"), ("GET", "/old/", "old"), ("GET", "/old/a/b", "old"),
        ("GET", "/old/new", "new"), ("GET", "/olden", "olden"), ("GET", "/ol", "404"), ("GET", "/Old", "404"),
        ("POST", "/oldest", "405 Allow: GET, HEAD, OPTIONS"),
        ("GET", "/nothing", "404"), ("GET", "/users", "404"), ("GET", "/users/", "404"), ("GET", "//users/7", "404"),
        ("GET", "/users/7/", "404"), ("OPTIONS", "/nothing", "404"), ("GET", "/Users/me/x", "404"),
        ("POST", "/users/7", "405 Allow: DELETE, GET, HEAD, OPTIONS"), ("TRACE", "/", "405 Allow: GET, HEAD, OPTIONS"),
        ("BREW", "/", "405 Allow: GET, HEAD, OPTIONS"), ("get", "/", "405 Allow: GET, HEAD, OPTIONS"),
        ("HEAD", "/users/1/sessions/2", "405 Allow: OPTIONS, POST"),
        ("OPTIONS", "/users/7", "204 Allow: DELETE, GET, HEAD, OPTIONS"),
        ("OPTIONS", "*", "204 Allow: DELETE, GET, HEAD, OPTIONS, POST"),
    ])
    func answersFollowFromTheTable(method: String, path: String, outcome: String) {
        #expect(route(method, path) == outcome)
    }

    @Test(arguments: ["..", ".", "%2e%2e", "%2E", "a%2Fb", "a\\b", "a%5Cb", "a%00", "%0a", "%7f", ""])
    func dangerousSegmentsAreNotFound(segment: String) {
        #expect(route("GET", "/users/\(segment)") == "404")
    }

    @Test func aStarIsTheLeastExact() {
        var router = HTTPRouter<String>()
        for pattern in ["/*", "/files*", "/{any}/parts", "/files/{id}", "/files/{id}/parts"] {
            router.add(.get, pattern, pattern)
        }
        let found = ["/files/7", "/files/7/parts", "/x/parts", "/filesystem", "/x/y"].map { path -> String in
            guard let request = HTTPRequest(get: path), case .found(let pattern, _) = router.route(request) else {
                return ""
            }
            return pattern
        }
        #expect(found == ["/files/{id}", "/files/{id}/parts", "/{any}/parts", "/files*", "/*"])
    }

    @Test func methodOverridesAreIgnored() {
        #expect(route("GET", "/users/7", "X-HTTP-Method-Override: DELETE\r\n") == "user 7")
        #expect(route("GET", "/users/7?_method=DELETE") == "user 7")
    }

    @Test func aTableWithTwoHandlersForOnePathIsRefused() async {
        await #expect(processExitsWith: .failure) {
            var router = HTTPRouter<Int>()
            router.add(.get, "/users/{id}", 1)
            router.add(.get, "/users/{name}", 2)
        }
        await #expect(processExitsWith: .failure) {
            var router = HTTPRouter<Int>()
            router.add(.head, "/", 1)
        }
    }
}
