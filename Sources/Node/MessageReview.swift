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
/// Whoever runs the cluster has given its address, so it may be anywhere (unlike a webhook's, B66). A question has the
/// deadline for everything: looking up a name, waiting for a connection, the answer.
final class MessageReview: MessageReviewer {
    /// Of each loop.
    static let maxConnections = 64
    private static let maxAnswer = 64 << 10
    /// How long addresses are used that a name was looked up to; then they are until the next ones are known.
    private static let memory: Duration = .seconds(5)
    /// Between two complaints.
    private static let rest: Duration = .seconds(10)

    private final class Question {
        /// Gone with the answer: its timer lasts longer.
        var call: HTTPCall?
        let asked: Instant
        /// Called once; `nil` after that.
        var completion: ((Bool) -> Void)?
        /// Addresses that could not be reached.
        var failures = 0

        init(_ call: HTTPCall, asked: Instant, _ completion: @escaping (Bool) -> Void) {
            self.call = call
            self.asked = asked
            self.completion = completion
        }
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
    private var servers: [SocketAddress] = []
    /// Which of them is asked.
    private var preferred = 0
    private var known = Instant(nanoseconds: 0)
    private var isLookingUp = false
    private var patience = ReviewRest()
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
        var call = HTTPCall(.post, plan.address.path, body: request.body, host: plan.address.authority)
        for field in request.fields { call.add(field.name, field.value) }
        let question = Question(call, asked: loop.now, completion)
        guard patience.admits(at: loop.now) else { return end(question, nil, "it has not answered of late") }
        waiting.append(question)
        loop.schedule(after: plan.deadline) { [weak self] in self?.end(question, nil, "timedOut") }
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
        defer { isAsking = false }
        // Only for a question: a name that nobody knows would be looked up again and again.
        if !waiting.isEmpty, loop.now - known >= Self.memory { lookUp() }
        while !servers.isEmpty, underWay < Self.maxConnections, let question = waiting.popFirst() {
            if question.completion == nil { continue }
            underWay += 1
            ask(question)
        }
    }

    /// One at a time: others wait for names as well.
    private func lookUp() {
        if isLookingUp { return }
        isLookingUp = true
        resolver.resolve(plan.address.host, port: plan.address.port, on: loop) { [weak self] found in
            guard let self else { return }
            isLookingUp = false
            known = loop.now
            if found.isEmpty, servers.isEmpty {
                // With the next question it is looked up again.
                known = Instant(nanoseconds: 0)
                while let question = waiting.popFirst() { end(question, nil, "nothing is known of its host") }
            }
            if !found.isEmpty, Set(found) != Set(servers) { (servers, preferred) = (found, 0) }
            askNext()
        }
    }

    private func ask(_ question: Question) {
        let left = question.asked + plan.deadline - loop.now
        guard left > .zero, let call = question.call else { return answered(question, nil, "timedOut") }
        let seal = plan.context.map { HTTPClient.Seal($0, to: plan.address.host) }
        let server = servers[preferred % servers.count]
        client.send(call, to: server, over: seal, within: left) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let reply):
                answered(question, ReviewRequest.verdict(reply.status, reply.body), "\(reply.status)")
            case .failure(.unreachable) where question.failures + 1 < servers.count:
                question.failures += 1
                if servers[preferred % servers.count] == server { preferred = (preferred + 1) % servers.count }
                ask(question)
            case .failure(let failure): answered(question, nil, "\(failure)")
            }
        }
    }

    private func answered(_ question: Question, _ verdict: Bool?, _ answer: String) {
        underWay -= 1
        end(question, verdict, answer)
        askNext()
    }

    private func end(_ question: Question, _ verdict: Bool?, _ answer: String) {
        guard let completion = question.completion else { return }
        (question.completion, question.call) = (nil, nil)
        counters.note(verdict, after: loop.now - question.asked)
        patience.ended(isAnswered: verdict != nil, at: loop.now)
        if verdict == nil { complain(answer) }
        completion(verdict ?? (plan.whenUnanswered == .store))
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
