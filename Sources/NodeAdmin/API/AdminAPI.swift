public import DBProxy
import HTTPCore
public import HTTPServer
public import Log
import Primitives
public import Reactor

/// Serves a table of routes on the administration port of one loop: who asks, what, may he, do it, note it, answer.
///
/// Confined to its loop.
public final class AdminAPI {
    /// What the loops of a node share.
    public struct Shared: Sendable {
        let authority: Authority
        let key: [UInt8]
        let version: String
        let log: Logger

        /// - Parameters:
        ///   - key: secret of the cluster, for digests of requests.
        ///   - version: of the product, for `openapi.json`.
        public init(authority: Authority, key: [UInt8], version: String, log: Logger) {
            self.authority = authority
            self.key = key
            self.version = version
            self.log = log
        }
    }

    private let service: HTTPService
    private let shared: Shared
    private let database: Database
    private let ledger: WriteLedger
    private unowned let loop: EventLoop
    private var routes: [Route] = []
    private unowned let others: any OtherNodes
    /// Pages that other nodes may ask for.
    private var ownPages = HTTPRouter<Int>()

    /// - Parameter others: the owner of these pages, who lives as long.
    public init(
        _ service: HTTPService, _ shared: Shared, _ database: Database, others: any OtherNodes, on loop: EventLoop
    ) {
        self.others = others
        self.service = service
        self.shared = shared
        self.database = database
        self.loop = loop
        ledger = WriteLedger(database, key: shared.key, log: shared.log)
        service.form = { $0.inEnvelope(of: $1) }
        add([
            Route(
                .get, "/admin/v1/openapi.json", "This description", scope: .read, gives: .table(of: .anything)
            ) { [unowned self] call in
                call.answer(OpenAPI.describe(routes, title: "Grapevine administration", version: shared.version))
            },
            Route(
                .get, "/admin/v1/token", "The token of this request, and what it may do", scope: .read,
                gives: .object([
                    .init("name", .string), .init("scopes", .list(of: .choice(Scope.allCases.map(\.rawValue)))),
                ])
            ) { call in
                let scopes = Scope.allCases.filter { call.caller?.scopes.contains($0) == true }
                call.answer(
                    .object([
                        ("name", .string(call.caller?.name ?? "")),
                        ("scopes", .array(scopes.map { .string($0.rawValue) })),
                    ]))
            },
        ])
    }

    public func add(_ routes: [Route]) {
        for route in routes {
            if route.isOfOneNode { ownPages.add(route.method, route.path, self.routes.count) }
            self.routes.append(route)
            service.add(route.method, route.path) { [unowned self] request, path, peer, answer in
                serve(route, request, path, peer, answer)
            }
        }
    }

    private func serve(
        _ route: Route, _ request: HTTPRequest, _ path: HTTPPathParameters, _ peer: SocketAddress,
        _ answer: @escaping HTTPService.Answer
    ) {
        let id = RequestID.of(request)
        let send = { (reply: Call.Reply) in answer(reply.response(id)) }
        // Probes add what they like to the query of such a page.
        guard let scope = route.scope else { return route.handler(Call(values: [:], body: .null, send: send)) }
        shared.authority.identify(
            request.headers, from: peer, in: database, log: shared.log, at: loop.now
        ) { [self] result in
            switch result {
            case .failure(let problem): send(.problem(problem))
            case .success(let identity):
                guard identity.scopes.contains(scope) else { return send(.problem(Authority.lacks(scope))) }
                run(route, request, path, identity, id, send)
            }
        }
    }

    private func run(
        _ route: Route, _ request: HTTPRequest, _ path: HTTPPathParameters, _ identity: Authority.Identity,
        _ id: String, _ send: @escaping (Call.Reply) -> Void
    ) {
        do throws(Problem) {
            var call = try Call(request, path, route, send: send)
            call.caller = identity
            if route.isAudited { try WriteLedger.check(request, route) }
            if route.isOfOneNode, let node = call.number(Route.node), node != others.own {
                return pass(request, to: node, id, send)
            }
            guard route.isAudited, !call.isDryRun else { return route.handler(call) }
            write(route, request, call, identity.name, id, send)
        } catch {
            send(.problem(error))
        }
    }

    private func write(
        _ route: Route, _ request: HTTPRequest, _ call: Call, _ token: String, _ id: String,
        _ send: @escaping (Call.Reply) -> Void
    ) {
        let record = WriteRecord(
            token: token, method: request.method.rawValue, path: route.method == .get ? request.target : request.path,
            request: (route.body?.redacted(call.body) ?? .object([])).bytes, requestID: id)
        ledger.open(request, record, isUrgent: route.scope == .ops) { [self] opening in
            switch opening {
            case .refused(let problem): send(.problem(problem))
            case .repeated(let status, let json): send(.json(status, Problem.rename(json, to: id)))
            case .go(let entry):
                route.handler(call.replying { [self] reply in
                    let response = reply.response(id)
                    var isRepeatable = false
                    if case .problem(let problem) = reply { isRepeatable = problem.isRepeatable }
                    // What was read stays out of the note.
                    let answer = route.method == .get ? [] : response.body
                    ledger.close(entry, response.status, answer, isRepeatable: isRepeatable) { send(reply) }
                })
            }
        }
    }

    // MARK: Between nodes

    private func pass(_ request: HTTPRequest, to node: Int, _ id: String, _ send: @escaping (Call.Reply) -> Void) {
        others.ask(node, request.target) { page in
            guard let page else {
                return send(.problem(Problem(.nodeUnreachable, "node \(node) does not answer this one now")))
            }
            send(.json(page.status, Problem.rename(page.body, to: id)))
        }
    }

    /// Answers another node, which has judged who asks. The completion is called once, on this loop.
    public func answer(_ target: String, _ completion: @escaping (NodePage) -> Void) {
        let send = { (reply: Call.Reply) in
            switch reply {
            case .json(let status, let json): completion(NodePage(status, json))
            case .problem(let problem): completion(NodePage(problem.kind.status, problem.json(requestID: "")))
            case .page: completion(NodePage(.internalServerError, .null))
            }
        }
        guard let request = HTTPRequest(get: target), case .found(let index, let path) = ownPages.route(request) else {
            return send(.problem(Problem(.of(.notFound), "that node has no such page: its version is another one")))
        }
        do throws(Problem) {
            let call = try Call(request, path, routes[index], send: send)
            routes[index].handler(call)
        } catch {
            send(.problem(error))
        }
    }
}
