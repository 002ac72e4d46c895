import DBProxy
import HTTPClient
import HTTPCore
import Log
import Outbox
import Primitives
import Program
import Reactor
import TLS

/// Tells services of events: each of them of one at a time, in order. Confined to its loop.
final class WebhookPump {
    private static let rest: Duration = .milliseconds(200)
    private static let pause: Duration = .seconds(1)
    /// Until the whole answer is there (B66), and how long it may be.
    static let patience: Duration = .seconds(5)
    private static let maxAnswer = 64 << 10
    private static let maxUnderWay = 50

    private let lease: Duration
    private let event: WebhookEvent
    private let allowed: WebhookAddress.Allowed
    private let tls: TLSContext
    private let database: Database
    private let resolver: NameResolver
    private let client: HTTPClient
    private let log: Logger
    private let counters: ChannelCounters
    private unowned let loop: EventLoop
    private var underWay = 0
    private(set) var isEnding = false

    /// - Parameter lease: how long an event belongs to who claimed it; whole seconds, more than `patience`.
    init(
        _ event: WebhookEvent, _ allowed: WebhookAddress.Allowed, _ tls: TLSContext, lease: Duration = .seconds(30),
        database: Database, resolver: NameResolver, log: Logger, counters: ChannelCounters, on loop: EventLoop
    ) {
        self.lease = lease
        self.event = event
        self.allowed = allowed
        self.tls = tls
        self.database = database
        self.resolver = resolver
        self.log = log
        self.counters = counters
        self.loop = loop
        client = HTTPClient(maxAnswer: Self.maxAnswer, on: loop)
        look()
    }

    /// Unix seconds.
    private static var now: Int64 { wallClock().milliseconds / 1000 }

    /// Nothing more is taken; what is under way ends.
    func end() { isEnding = true }

    var isIdle: Bool { underWay == 0 }

    private func look() {
        claim()
        if !isEnding { after(Self.rest) { $0.look() } }
    }

    private func claim() {
        guard !isEnding, underWay < Self.maxUnderWay else { return }
        // An answer to an attempt that begins later may come when the event is somebody else's.
        let latest = loop.now + lease - Self.patience
        database.claimEvents(limit: Self.maxUnderWay, lease: lease) { [weak self] result in
            guard let self, case .success(let due) = result else { return }
            underWay += due.count
            for event in due { send(event, until: latest) }
        }
    }

    private func send(_ due: DueEvent, until latest: Instant) {
        guard let request = event.request(due, at: Self.now) else {
            return end(due, .withdrawn, "the message is gone")
        }
        do throws(WebhookAddress.Flaw) {
            let address = try WebhookAddress(due.url)
            resolver.resolve(address.host, port: address.port, on: loop) { [weak self] found in
                guard let self else { return }
                guard loop.now <= latest else {
                    return judged(due, Verdict(.later(nil), "the name of its host was not looked up in time"))
                }
                send(due, request, to: address, found)
            }
        } catch {
            judged(due, Verdict(.refused, "\(error)"))
        }
    }

    private func send(
        _ due: DueEvent, _ request: OutboundRequest, to address: WebhookAddress, _ found: [SocketAddress]
    ) {
        let server: SocketAddress
        do throws(WebhookAddress.Flaw) {
            server = try address.judge(found, allowing: allowed)
        } catch {
            let verdict = Verdict(error == .unknownHost ? .later(nil) : .refused, "\(error)")
            return judged(due, verdict)
        }
        var call = HTTPCall(.post, address.path, body: request.body, host: address.authority)
        for field in request.fields { call.add(field.name, field.value) }
        let seal = address.isSecret ? HTTPClient.Seal(tls, to: address.host) : nil
        client.send(call, to: server, over: seal, within: Self.patience) { [weak self] result in
            guard let self else { return }
            let answer: OutboundAnswer =
                switch result {
                case .success(let reply):
                    .status(reply.status, body: reply.body, retryAfter: Self.wait(reply.field("retry-after")))
                case .failure(let failure): .nothing(Self.words(failure))
                }
            judged(due, event.judge(answer, of: due, at: Self.now))
        }
    }

    private static func words(_ failure: HTTPClient.Failure) -> String {
        switch failure {
        case .unreachable(let error): "there is no connection: \(error)"
        case .unsealed(let error): "there is no agreement on TLS: \(error)"
        case .timedOut: "the whole answer did not come within \(patience.milliseconds / 1000) s"
        case .noAnswer: "what it answers is not HTTP, or too long"
        }
    }

    private static func wait(_ field: String?) -> Duration? {
        field.flatMap { Int($0) }.map { .seconds(max(0, min($0, 3600))) }
    }

    private func judged(_ due: DueEvent, _ verdict: Verdict) {
        counters.count(verdict.outcome)
        switch verdict.outcome {
        case .sent: end(due, .sent, verdict.answer)
        case .refused, .gone:
            log.warn(
                "event_given_up", "a service is not told of an event any more",
                ["webhook": .int(Int(due.webhook)), "answer": .string(verdict.answer)])
            end(due, .givenUp, verdict.answer)
        case .later(let asked):
            end(due, .waiting, verdict.answer, Retries.wait(after: due.attempts, atLeast: asked, &loop.random))
        }
    }

    /// What the database does not take is said again: after the lease it would be sent twice.
    private func end(_ due: DueEvent, _ state: SendingEnd.State, _ answer: String, _ wait: Duration = .zero) {
        let end = SendingEnd(due.id, attempts: due.attempts, state, answer, wait: wait)
        database.endSending([end]) { [weak self] result in
            guard let self else { return }
            guard case .success = result else {
                return after(Self.pause) { $0.end(due, state, answer, wait) }
            }
            underWay -= 1
            // The next one of this service, which waited for the end of this one.
            if state != .waiting { claim() }
        }
    }

    private func after(_ time: Duration, _ body: @escaping (WebhookPump) -> Void) {
        loop.schedule(after: time) { [weak self] in self.map(body) }
    }
}
