public import HTTPCore

/// Who answers what.
extension HTTPService {
    /// Adds a route; `pattern` as in `HTTPPathPattern`.
    public func add(
        _ method: HTTPMethod, _ pattern: String, bodyLimit: Int = HTTPLimits.defaultBodyBytes,
        _ handler: @escaping Handler
    ) {
        add(method, pattern, bodyLimit: bodyLimit) { request, parameters, _, answer in
            handler(request, parameters, answer)
        }
    }

    /// The same for a handler that asks from where the request came.
    public func add(
        _ method: HTTPMethod, _ pattern: String, bodyLimit: Int = HTTPLimits.defaultBodyBytes,
        _ handler: @escaping PeerHandler
    ) {
        add(method, pattern, bodyLimit, .answer(handler))
    }

    /// The same where it depends on who asks how much of a body is read, if anything.
    public func add(
        _ method: HTTPMethod, _ pattern: String, bodyRule: @escaping BodyJudge, _ handler: @escaping PeerHandler
    ) {
        router.add(method, pattern, routes.count)
        routes.append(Route(bodyRule: bodyRule, action: .answer(handler)))
    }

    /// Adds a route that leads to another protocol. Who takes over does so in a turn of its own, and hands the
    /// connection on to the service that speaks it (`EventLoop.handOver`).
    public func addUpgrade(_ pattern: String, _ judge: @escaping Judge, takeOver: @escaping Takeover) {
        add(.get, pattern, 0, .upgrade(judge, takeOver))
    }

    /// Adds a route whose requests may be held for long: while they are, who holds them bounds them, and they take no
    /// room from others.
    public func addHeld(
        _ method: HTTPMethod, _ pattern: String, bodyRule: @escaping BodyJudge,
        _ handler: @escaping PeerHandler
    ) {
        router.add(method, pattern, routes.count)
        routes.append(Route(bodyRule: bodyRule, action: .answer(handler), isHeld: true))
    }

    /// Adds a route whose bodies come, and whose answers go, in parts. `open` is asked when the head of a request is
    /// here.
    public func addExchange(_ method: HTTPMethod, _ pattern: String, _ open: @escaping Opener) {
        add(method, pattern, 0, .exchange(open))
    }

    private func add(_ method: HTTPMethod, _ pattern: String, _ bodyLimit: Int, _ action: Action) {
        router.add(method, pattern, routes.count)
        routes.append(Route(bodyRule: { _, _, _ in .read(limit: bodyLimit) }, action: action))
    }
}
