import HTTPCore
import Reactor
import TLS

/// What becomes of requests whose head is here and whose body is not.
extension HTTPService {
    /// Says what becomes of a request, of which the head is here.
    func decide(
        _ request: HTTPRequest, _ connection: Connection, _ handle: ConnectionHandle
    ) -> HTTPAction {
        let answer: HTTPResponse
        let isPlain = !loop.isSealed(handle) && !plainPaths.contains(where: request.path.hasPrefix)
        if isPlain, let context = door.context {
            answer = PlainAnswer.response(to: request, context)
        } else {
            switch router.route(request) {
            case .found(let index, let parameters):
                if case .exchange(let open) = routes[index].action {
                    return begin(HTTPExchange(self, handle, request, parameters, connection.peer), open, connection)
                }
                return settle(routes[index].bodyRule(request, parameters, connection.peer), connection, handle)
            case .answer(let response):
                answer = response
            }
        }
        return connection.core.respond(form(answer, request), at: loop.now, into: &output)
    }

    private func settle(_ rule: BodyRule, _ connection: Connection, _ handle: ConnectionHandle) -> HTTPAction {
        switch rule {
        case .read(let limit): return connection.core.acceptBody(limit: limit, at: loop.now, into: &output)
        case .refuse(let response): return connection.core.respond(response, at: loop.now, into: &output)
        case .ask(let ask):
            connection.waitingSince = nil
            var (isLater, decided): (Bool, BodyRule?) = (false, nil)
            ask { [weak self] rule in
                guard isLater else { return decided = rule }
                guard let self, connections[handle] === connection else { return }
                connection.waitingSince = loop.now
                follow(settle(rule, connection, handle), connection, handle)
            }
            isLater = true
            return decided.map { settle($0, connection, handle) } ?? .none
        }
    }
}
