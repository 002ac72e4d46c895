import HTTPCore
@testable import NodeAdmin
import Primitives

/// What routes answer, asked without a socket, a token or a database.
struct Page {
    struct NotAnswered: Error {}

    let status: HTTPStatus
    let body: JSON
    /// Of what is no JSON.
    let bytes: [UInt8]

    init(_ target: String, of routes: [Route]) throws {
        var router = HTTPRouter<Int>()
        for (index, route) in routes.enumerated() { router.add(route.method, route.path, index) }
        guard let request = HTTPRequest(get: target), case .found(let index, let path) = router.route(request) else {
            throw NotAnswered()
        }
        self = try Self.answer { send in
            do throws(Problem) {
                routes[index].handler(try Call(request, path, routes[index], send: send))
            } catch {
                send(.problem(error))
            }
        }
    }

    /// What a route that takes a body does with one that is as described.
    init(_ method: HTTPMethod, _ path: String, _ body: JSON, of routes: [Route]) throws {
        guard let route = routes.first(where: { $0.method == method && $0.path == path }) else { throw NotAnswered() }
        self = try Self.answer { route.handler(Call(values: [:], body: body, send: $0)) }
    }

    private init(_ status: HTTPStatus, _ body: JSON, _ bytes: [UInt8]) {
        self.status = status
        self.body = body
        self.bytes = bytes
    }

    private static func answer(_ ask: (@escaping (Call.Reply) -> Void) -> Void) throws -> Page {
        var pages: [Page] = []
        ask { reply in
            switch reply {
            case .json(let status, let json): pages.append(Page(status, json, json.bytes))
            case .page(let page): pages.append(Page(page.status, .null, page.body))
            case .problem(let problem):
                let json = problem.json(requestID: "test")
                pages.append(Page(problem.kind.status, json, json.bytes))
            }
        }
        guard pages.count == 1 else { throw NotAnswered() }
        return pages[0]
    }

    var code: String? { body["error"]?["code"]?.text }
    var message: String? { body["error"]?["message"]?.text }
    var items: [JSON] { body["items"]?.items ?? [] }
}
