import Administration
public import Conversations
public import DBProxy
import HTTPCore
public import HTTPServer
import Log
import Primitives
public import Reactor
import Synchronization
import TalkProtocol

/// `/bot/v1` of the public port of one loop: what programs do as users, with tokens in place of a session.
///
/// Confined to its loop. The pages stand in `BotPages`, `BotNewsPage` and `WebhookPage`.
public final class BotAPI {
    /// What the loops of a node share.
    public final class Tokens: Sendable {
        let book = TokenBook<BotIdentity>()
        /// Of a webhook, by its bot and its name: besides the rate of the bot.
        let webhooks = Mutex(TokenBucketTable<String>(webhookRate, capacity: 10_000))
        private static let webhookRate = TokenBucket.Limit(rate: 2, burst: 20)

        /// Requests with a token that nobody has.
        public var failures: Int { book.failures }

        public init() {}
    }

    static let root = "/bot/v1"
    /// A text of 16 KiB in which every character is escaped.
    private static let bodyLimit = 128 << 10
    /// Of one loop.
    private static let maxHeld = 1_000

    let service: HTTPService
    let database: Database
    let messages = BotMessages()
    let waits: BotWaits
    unowned let sender: any ProgramSender
    unowned let loop: EventLoop
    private let shared: AdminAPI.Shared
    let tokens: Tokens
    private(set) var routes: [Route] = []
    /// Requests that are or may be held.
    private var held = 0

    /// - Parameter sender: lives as long.
    public init(
        _ service: HTTPService, _ shared: AdminAPI.Shared, _ tokens: Tokens, _ database: Database,
        _ sender: any ProgramSender, on loop: EventLoop
    ) {
        self.service = service
        self.shared = shared
        self.tokens = tokens
        self.database = database
        self.sender = sender
        self.loop = loop
        waits = BotWaits(database, on: loop)
        let before = service.form
        service.form = { response, request in
            let isOurs = request?.path.hasPrefix(Self.root + "/") == true
            return isOurs ? response.inEnvelope(of: request) : before(response, request)
        }
        addPages()
        addNews()
        addWebhook()
        let description = Route(
            .get, Self.root + "/openapi.json", "This description", scope: nil, gives: .table(of: .anything)
        ) { [unowned self] call in
            call.answer(OpenAPI.describe(routes, title: "Grapevine bots", version: shared.version))
        }
        routes.append(description)
        service.add(.get, description.path) { request, _, answer in
            description.handler(Call(values: [:], body: .null) { answer($0.response(RequestID.of(request))) })
        }
    }

    /// A page that asks who it is. `page` answers its call once, at once or later.
    func add(_ route: Route, isHeld: Bool = false, _ page: @escaping (Call, BotIdentity) -> Void) {
        routes.append(route.forBots())
        let handler: HTTPService.PeerHandler = { [unowned self] request, path, peer, answer in
            serve(route, request, path, peer, answer, page)
        }
        if isHeld {
            let bound: HTTPService.BodyJudge = { [unowned self] request, _, _ in heldRule(request) }
            service.addHeld(route.method, route.path, bodyRule: bound) { [unowned self] request, path, peer, answer in
                held += 1
                handler(request, path, peer) { [self] response in
                    held -= 1
                    answer(response)
                }
            }
        } else {
            let rule: HTTPService.BodyJudge = { [unowned self] request, _, peer in
                bodyRule(request, BearerField.token(request.headers["authorization"]), .bot, peer)
            }
            service.add(route.method, route.path, bodyRule: rule, handler)
        }
    }

    /// Of what strangers send nothing is read.
    private func bodyRule(
        _ request: HTTPRequest, _ token: String?, _ form: TokenForm, _ peer: SocketAddress
    ) -> HTTPService.BodyRule {
        .ask { [unowned self] decide in
            let refuse = { (reply: Call.Reply) in decide(.refuse(reply.response(RequestID.of(request)))) }
            guard let token else { return refuse(.problem(Self.stranger())) }
            identify(token, form, from: peer, refuse) { _ in decide(.read(limit: Self.bodyLimit)) }
        }
    }

    /// While requests wait they take no room from others, so that there is a bound for these.
    private func heldRule(_ request: HTTPRequest) -> HTTPService.BodyRule {
        if held < Self.maxHeld { return .read(limit: 0) }
        var problem = Problem(.overloaded, "too many bots wait at this node")
        problem.retryAfterSeconds = 1
        return .refuse(Call.Reply.problem(problem).response(RequestID.of(request)))
    }

    /// A page that knows by the `token` in its path who asks.
    func addOpen(_ route: Route, _ form: TokenForm, _ page: @escaping (Call, SocketAddress) -> Void) {
        routes.append(route)
        let rule: HTTPService.BodyJudge = { [unowned self] request, path, peer in
            bodyRule(request, path["token"], form, peer)
        }
        service.add(route.method, route.path, bodyRule: rule) { request, path, peer, answer in
            let send = { (reply: Call.Reply) in answer(reply.response(RequestID.of(request))) }
            do throws(Problem) {
                page(try Call(request, path, route, send: send), peer)
            } catch {
                send(.problem(error))
            }
        }
    }

    private func serve(
        _ route: Route, _ request: HTTPRequest, _ path: HTTPPathParameters, _ peer: SocketAddress,
        _ answer: @escaping HTTPService.Answer, _ page: @escaping (Call, BotIdentity) -> Void
    ) {
        let id = RequestID.of(request)
        let send = { (reply: Call.Reply) in answer(reply.response(id)) }
        guard let token = BearerField.token(request.headers["authorization"]) else {
            return send(.problem(Self.stranger()))
        }
        identify(token, .bot, from: peer, send) { [self] bot in
            if let wait = sender.takeRequest(of: bot.user) { return send(.problem(.tooFast(for: wait))) }
            do throws(Problem) {
                page(
                    try Call(request, path, route) { [self] reply in
                        let response = reply.response(id)
                        sender.charge(response.body.count, to: bot.user)
                        answer(response)
                    }, bot)
            } catch {
                send(.problem(error))
            }
        }
    }

    /// Whom a token lets in; if nobody, the request is answered.
    func identify(
        _ token: String, _ form: TokenForm, from peer: SocketAddress, _ send: @escaping (Call.Reply) -> Void,
        _ body: @escaping (BotIdentity) -> Void
    ) {
        let digest = form.fits(token) ? TokenForm.digest(of: token) : nil
        tokens.book.find(digest, from: peer, at: loop.now, ask: { database.useBotToken($0, $1) }) { [self] finding in
            switch finding {
            case .known(let bot): body(bot)
            case .unknown:
                shared.log.warn(
                    "bot_token_unknown", "somebody asked as a bot with a token that nobody has",
                    ["peer": .string(peer.description)])
                send(.problem(Self.stranger(isUnknown: true)))
            case .tooManyGuesses: send(.problem(.tooManyGuesses))
            case .noDatabase: send(.problem(Problem(DatabaseError.unavailable)))
            }
        }
    }

    private static func stranger(isUnknown: Bool = false) -> Problem {
        .stranger(isUnknown: isUnknown, advice: "talkctl bot token BOT --name NAME")
    }
}

extension Problem {
    static func tooFast(for wait: Duration) -> Problem {
        var problem = Problem(.tooFast, "this is more than the rate allows; nothing was done")
        problem.retryAfterSeconds = max(1, Int(wait.components.seconds) + (wait.components.attoseconds > 0 ? 1 : 0))
        return problem
    }
}
