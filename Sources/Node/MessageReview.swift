import ClientGateway
import Conversations
import Crypto
import HTTPClient
import HTTPCore
import Log
import Metrics
import Outbox
import Primitives
import Reactor
import TalkProtocol

/// Asks a service whether messages are stored. Confined to its loop.
///
/// Whoever runs the cluster has given its address, so it may be anywhere (unlike a webhook's, B66). It has all of the
/// deadline for an answer, waiting for a connection included.
final class MessageReview: MessageReviewer {
    /// Of each loop.
    static let maxConnections = 64
    private static let maxAnswer = 64 << 10
    /// How long an address is used that a name was looked up to.
    private static let memory: Duration = .seconds(5)
    /// Between two complaints.
    private static let rest: Duration = .seconds(10)

    private struct Question {
        let request: OutboundRequest
        let asked: Instant
        let completion: (Bool) -> Void
    }

    private let plan: ReviewPlan
    private let requests: ReviewRequest
    private let resolver: NameResolver
    private let client: HTTPClient
    private let counters: ReviewCounters
    private let log: Logger
    private let wallClock: @Sendable () -> UnixTime
    private unowned let loop: EventLoop
    private var waiting = Fifo<Question>()
    private var underWay = 0
    private var isAsking = false
    private var found: (server: SocketAddress, until: Instant)?
    private var complained = Instant(nanoseconds: 0)

    init(
        _ plan: ReviewPlan, resolver: NameResolver, counters: ReviewCounters, log: Logger,
        wallClock: @escaping @Sendable () -> UnixTime, on loop: EventLoop
    ) {
        self.plan = plan
        requests = ReviewRequest(to: plan.url, secret: plan.secret, plan.codec)
        self.resolver = resolver
        self.counters = counters
        self.log = log
        self.wallClock = wallClock
        self.loop = loop
        client = HTTPClient(maxAnswer: Self.maxAnswer, on: loop)
    }

    func review(_ send: Send, body: [UInt8], _ completion: @escaping (Bool) -> Void) {
        let request = requests.request(
            Self.name(of: send.key), of: send.sender, to: send.conversation, send.type, body: body,
            at: wallClock().milliseconds / 1000)
        waiting.append(Question(request: request, asked: loop.now, completion: completion))
        askNext()
    }

    private static func name(of key: SendKey) -> String {
        var writer = ByteWriter(capacity: SendKey.byteCount)
        key.write(into: &writer)
        return Hex.encode(writer.bytes)
    }

    private func askNext() {
        // What ends at once makes room for the next one here, and not within itself.
        if isAsking { return }
        isAsking = true
        while underWay < Self.maxConnections, let question = waiting.popFirst() {
            underWay += 1
            ask(question)
        }
        isAsking = false
    }

    private func ask(_ question: Question) {
        if let found, loop.now < found.until { return ask(question, at: found.server) }
        resolver.resolve(plan.address.host, port: plan.address.port, on: loop) { [weak self] addresses in
            guard let self else { return }
            guard let server = addresses.first else { return end(question, nil, "nothing is known of its host") }
            found = (server, loop.now + Self.memory)
            ask(question, at: server)
        }
    }

    private func ask(_ question: Question, at server: SocketAddress) {
        let left = question.asked + plan.deadline - loop.now
        guard left > .zero else { return end(question, nil, "timedOut") }
        var call = HTTPCall(.post, plan.address.path, body: question.request.body, host: plan.address.authority)
        for field in question.request.fields { call.add(field.name, field.value) }
        let seal = plan.context.map { HTTPClient.Seal($0, to: plan.address.host) }
        client.send(call, to: server, over: seal, within: left) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let reply):
                end(question, ReviewRequest.verdict(reply.status, reply.body), "\(reply.status)")
            case .failure(let failure): end(question, nil, "\(failure)")
            }
        }
    }

    private func end(_ question: Question, _ verdict: Bool?, _ answer: String) {
        underWay -= 1
        counters.note(verdict, after: loop.now - question.asked)
        if verdict == nil { complain(answer) }
        question.completion(verdict ?? (plan.whenUnanswered == .store))
        askNext()
    }

    private func complain(_ answer: String) {
        guard loop.now - complained >= Self.rest else { return }
        complained = loop.now
        log.warn(
            "review_unanswered", "the service that reviews messages gave no answer that counts",
            ["answer": .string(answer), "messages": .string(plan.whenUnanswered.rawValue)])
    }
}

/// How reviews ended, for the metrics page.
struct ReviewCounters: Sendable {
    private let accepted: Counter
    private let refused: Counter
    private let unanswered: Counter
    private let time: Histogram

    init(_ registry: MetricsRegistry) {
        func counter(_ verdict: String) -> Counter {
            registry.counter(
                "grapevine_reviews_total", help: "Messages that a service was asked about before they were stored.",
                labels: ["verdict": verdict])
        }
        (accepted, refused, unanswered) = (counter("accepted"), counter("refused"), counter("unanswered"))
        time = registry.histogram(
            "grapevine_review_seconds", help: "From the question to the answer.", buckets: .seconds)
    }

    func note(_ verdict: Bool?, after time: Duration) {
        switch verdict {
        case true?: accepted.add()
        case false?: refused.add()
        case nil: unanswered.add()
        }
        self.time.record(time)
    }
}
