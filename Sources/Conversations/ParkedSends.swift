import Primitives
import TalkProtocol

/// Sends of conversations that somebody else holds a lock of, apart from all others: whoever waits for one of them
/// would make everybody wait. Each conversation keeps its order and is tried by itself now and then. A core.
struct ParkedSends {
    private struct Queue {
        var batches = Fifo<SendBatch>()
        var retryAt: Instant
        /// One of them may have been stored by an attempt whose end is not known.
        var uncertain = false
    }

    static let retryDelay: Duration = .milliseconds(50)

    private var queues: [ConversationID: Queue] = [:]
    /// Each conversation once, the one that is tried next in front.
    private var order = Fifo<ConversationID>()
    private(set) var count = 0
    private(set) var byteCount = 0

    var isEmpty: Bool { queues.isEmpty }

    func holds(_ conversation: ConversationID) -> Bool { queues[conversation] != nil }

    /// Behind what is parked of its conversation.
    mutating func append(_ send: Send, body: RawSpan, since started: Instant, uncertain: Bool, at now: Instant) {
        let conversation = send.conversation
        if queues[conversation] == nil {
            queues[conversation] = Queue(retryAt: now + Self.retryDelay)
            order.append(conversation)
        }
        if uncertain { queues[conversation]?.uncertain = true }
        let last = queues[conversation].flatMap { $0.batches.isEmpty ? nil : $0.batches[$0.batches.count - 1] }
        let batch: SendBatch
        if let last, last.accepts(send, byteCount: body.byteCount, at: started) {
            batch = last
        } else {
            batch = SendBatch()
            queues[conversation]?.batches.append(batch)
        }
        batch.add(send, body: body, at: started)
        count += 1
        byteCount += body.byteCount
    }

    /// A batch that `next` gave, or a part of it, to its place in front.
    mutating func putBack(_ batch: SendBatch, uncertain: Bool, retryAt: Instant) {
        guard let conversation = batch.sends.first?.conversation else { return }
        if queues[conversation] == nil {
            queues[conversation] = Queue(retryAt: retryAt)
            order.append(conversation)
        }
        queues[conversation]?.batches.prepend(batch)
        queues[conversation]?.retryAt = retryAt
        if uncertain { queues[conversation]?.uncertain = true }
        count += batch.count
        byteCount += batch.byteCount
    }

    /// A batch of one conversation whose time has come. One that has waited for longer than `budget` is left to
    /// `expire`.
    mutating func next(at now: Instant, budget: Duration) -> (batch: SendBatch, uncertain: Bool)? {
        guard let conversation = order.first, let queue = queues[conversation], now >= queue.retryAt,
            let first = queue.batches.first, now < first.started + budget
        else { return nil }
        _ = order.popFirst()
        guard let batch = queues[conversation]?.batches.popFirst() else { return nil }
        if queues[conversation]?.batches.isEmpty == true {
            queues[conversation] = nil
        } else {
            queues[conversation]?.retryAt = now
            order.append(conversation)
        }
        count -= batch.count
        byteCount -= batch.byteCount
        return (batch, queue.uncertain)
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        var (sends, bytes) = (0, 0)
        for (conversation, queue) in queues {
            if queue.batches.isEmpty { return "nothing is parked for \(conversation)" }
            for index in 0..<queue.batches.count {
                sends += queue.batches[index].count
                bytes += queue.batches[index].byteCount
            }
        }
        if sends != count || bytes != byteCount {
            return "\(sends) sends of \(bytes) bytes are parked, \(count) of \(byteCount) are counted"
        }
        if order.count == queues.count { return nil }
        return "\(queues.count) conversations are parked, \(order.count) have a turn"
    }

    /// Takes out what has waited for longer than `budget`.
    mutating func expire(at now: Instant, budget: Duration) -> [(batch: SendBatch, uncertain: Bool)] {
        var expired: [(SendBatch, Bool)] = []
        for conversation in queues.keys.sorted() {
            while let first = queues[conversation]?.batches.first, now >= first.started + budget {
                _ = queues[conversation]?.batches.popFirst()
                expired.append((first, queues[conversation]?.uncertain == true))
                count -= first.count
                byteCount -= first.byteCount
            }
            if queues[conversation]?.batches.isEmpty == true { queues[conversation] = nil }
        }
        if expired.isEmpty { return [] }
        var rest = Fifo<ConversationID>()
        while let conversation = order.popFirst() {
            if holds(conversation) { rest.append(conversation) }
        }
        order = rest
        return expired
    }
}
