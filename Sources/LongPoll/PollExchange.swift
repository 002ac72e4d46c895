public import Primitives

/// A session over HTTP requests: what was taken of its uploads, what was sent and not acknowledged, the request that
/// is held, and the end. A core.
///
/// Each request is answered once, by an effect. After each input the owner arms one timer for `deadline`.
public struct PollExchange: Sendable {
    public struct Limits: Sendable {
        /// Bytes that were not acknowledged.
        public var keptBytes = 1 << 20
        /// Of one answer, if it has more than one packet: who asks again and again gets no more of it.
        public var answerBytes = 64 << 10
        /// How long a request is held: less than the 30 seconds after which proxies give up.
        public var hold: Duration = .seconds(25)
        /// How long a client may ask nothing.
        public var absence: Duration = .seconds(60)
        /// How long an ended session waits to be asked.
        public var linger: Duration = .seconds(10)

        public init() {}
    }

    /// Names a request to whoever has its connection.
    public struct Ticket: Hashable, Sendable {
        public let loop: UInt16
        public let number: UInt64

        public init(loop: UInt16, number: UInt64) {
            self.loop = loop
            self.number = number
        }
    }

    public struct Effect: Equatable, Sendable {
        public let ticket: Ticket
        public let answer: PollAnswer
        /// Bytes of the answer that another one had before.
        public var repeatedByteCount = 0
    }

    /// A request that waits for bytes.
    private struct Question {
        let ticket: Ticket
        let since: Instant
    }

    /// A request whose packets are being taken.
    private struct Upload {
        /// `nil`: it was answered before its packets were executed, as they have to wait.
        var ticket: Ticket?
        /// It asks for bytes as well.
        let asks: Bool
    }

    private let limits: Limits
    /// Uploads that were taken.
    private var taken: UInt64 = 0
    private var upload: Upload?
    private var question: Question?
    /// Position of the first byte that is kept.
    private var acknowledged: UInt64 = 0
    private var kept: [UInt8] = []
    /// Position behind the last byte that was in an answer.
    private var told: UInt64 = 0
    /// When the client last asked, or was last answered.
    private var lastSeen: Instant
    public private(set) var ending: PollEnding?
    private var ended = Instant.never
    /// The client knows of the end, or has not come for it.
    public private(set) var isOver = false

    public init(_ limits: Limits = Limits(), at now: Instant) {
        self.limits = limits
        lastSeen = now
    }

    /// Bytes that were not acknowledged.
    public var keptByteCount: Int { kept.count }
    /// Those of them for which the next answer has no room.
    public var backlog: Int { max(0, kept.count - limits.answerBytes) }
    /// Whether so many bytes more could be kept.
    public func hasRoom(for byteCount: Int) -> Bool { kept.count + byteCount <= limits.keptBytes }
    private var end: UInt64 { acknowledged + UInt64(kept.count) }

    /// When to call `deadlinePassed`.
    public var deadline: Instant {
        if isOver { return .never }
        if ending != nil { return ended + limits.linger }
        if let question { return question.since + limits.hold }
        return lastSeen + limits.absence
    }

    // MARK: Inputs

    /// A request came. `true`: its packets are to be executed, behind those that wait, if any; then `uploadTaken` is to
    /// be called.
    ///
    /// - Parameter fits: its packets can be kept beside those that wait.
    public mutating func asked(
        _ turn: PollTurn, _ ticket: Ticket, fits: Bool = true, at now: Instant, _ effects: inout [Effect]
    ) -> Bool {
        if isOver {
            effects.append(Effect(ticket: ticket, answer: .unknown))
            return false
        }
        lastSeen = now
        if let received = turn.received, !acknowledge(received) {
            let answer = ending.map(PollAnswer.ended) ?? .outOfRange(from: acknowledged, to: end)
            effects.append(Effect(ticket: ticket, answer: answer))
            return false
        }
        guard let number = turn.number else {
            ask(ticket, at: now, &effects)
            return false
        }
        let asks = turn.received != nil
        if ending != nil {
            finish(Upload(ticket: ticket, asks: asks), at: now, &effects)
            return false
        }
        let isBusy = upload.map { $0.ticket != nil || !fits } ?? false
        if number == taken + 1, !isBusy {
            taken = number
            upload = Upload(ticket: ticket, asks: asks)
            return true
        }
        if number == taken {
            repeated(Upload(ticket: ticket, asks: asks), at: now, &effects)
        } else {
            effects.append(Effect(ticket: ticket, answer: .outOfTurn(expected: isBusy ? taken : taken + 1)))
        }
        return false
    }

    /// All packets of the upload at hand were executed.
    public mutating func uploadTaken(at now: Instant, _ effects: inout [Effect]) {
        guard let upload else { return }
        self.upload = nil
        lastSeen = now
        finish(upload, at: now, &effects)
    }

    /// The rest of the upload waits until its client has acknowledged some of what is kept. It is answered meanwhile:
    /// its client may make one request at a time, and could not acknowledge anything before.
    public mutating func uploadWaits(at now: Instant, _ effects: inout [Effect]) {
        guard let waiting = upload, waiting.ticket != nil else { return }
        upload?.ticket = nil
        finish(waiting, at: now, &effects)
    }

    /// A packet for the client; `flush` answers with it.
    public mutating func send(_ packet: RawSpan, at now: Instant) {
        guard ending == nil else { return }
        guard kept.count + packet.byteCount <= limits.keptBytes else {
            acknowledged = end
            kept = []
            return finished(because: .slowReader, at: now)
        }
        kept.append(packet)
    }

    /// The session has ended. What was sent is answered before.
    public mutating func finished(because ending: PollEnding, at now: Instant) {
        guard self.ending == nil else { return }
        self.ending = ending
        ended = now
    }

    /// Answers the requests that have waited for what came.
    public mutating func flush(at now: Instant, _ effects: inout [Effect]) {
        if ending != nil, let upload {
            self.upload = nil
            finish(upload, at: now, &effects)
        }
        guard let question else { return }
        if !kept.isEmpty {
            answer(question, .packets(position: acknowledged, portion), at: now, &effects)
        } else if let ending {
            answer(question, .ended(ending), at: now, &effects)
            close()
        }
    }

    /// Nobody waits for its end to be asked for.
    public mutating func forget(at now: Instant, _ effects: inout [Effect]) {
        guard ending != nil else { return }
        flush(at: now, &effects)
        close()
    }

    public mutating func deadlinePassed(at now: Instant, _ effects: inout [Effect]) {
        guard now >= deadline else { return }
        if ending != nil {
            forget(at: now, &effects)
        } else if let question {
            answer(question, .nothing, at: now, &effects)
        } else {
            finished(because: .silent, at: now)
            forget(at: now, &effects)
        }
    }

    // MARK: Private parts

    private mutating func close() {
        isOver = true
        acknowledged = end
        kept = []
    }

    /// What the next answer has: whole packets, each of which begins with its length.
    private var portion: [UInt8] {
        guard kept.count > limits.answerBytes else { return kept }
        var end = 0
        while kept.count - end >= 4 {
            let length = kept[end..<end + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length > 0, length <= kept.count - end, end == 0 || end + length <= limits.answerBytes else { break }
            end += length
        }
        // A client that has acknowledged half a packet has itself to blame for what it gets.
        return Array(kept.prefix(end > 0 ? end : limits.answerBytes))
    }

    /// Lets go of what the client has; `false`: it cannot have this.
    private mutating func acknowledge(_ received: UInt64) -> Bool {
        guard (acknowledged...end).contains(received) else { return false }
        if received == end {
            kept = []
        } else {
            kept.removeFirst(Int(received - acknowledged))
        }
        acknowledged = received
        return true
    }

    /// An upload came a second time: its client does not listen where it came first.
    private mutating func repeated(_ again: Upload, at now: Instant, _ effects: inout [Effect]) {
        guard let first = upload else { return finish(again, at: now, &effects) }
        if let ticket = first.ticket { effects.append(Effect(ticket: ticket, answer: .nothing)) }
        upload = again
    }

    private mutating func finish(_ upload: Upload, at now: Instant, _ effects: inout [Effect]) {
        guard let ticket = upload.ticket else { return }
        if upload.asks { return ask(ticket, at: now, &effects) }
        effects.append(Effect(ticket: ticket, answer: ending.map(PollAnswer.ended) ?? .nothing))
    }

    private mutating func ask(_ ticket: Ticket, at now: Instant, _ effects: inout [Effect]) {
        if let older = question { answer(older, .nothing, at: now, &effects) }
        question = Question(ticket: ticket, since: now)
        flush(at: now, &effects)
    }

    private mutating func answer(
        _ question: Question, _ answer: PollAnswer, at now: Instant, _ effects: inout [Effect]
    ) {
        self.question = nil
        lastSeen = now
        var effect = Effect(ticket: question.ticket, answer: answer)
        if case .packets(let position, let bytes) = answer {
            effect.repeatedByteCount = told > position ? min(bytes.count, Int(clamping: told - position)) : 0
            told = max(told, position + UInt64(bytes.count))
        }
        effects.append(effect)
    }

    /// For tests: what is not as it must be between two calls, if anything.
    public func checkInvariants() -> String? {
        if kept.count > limits.keptBytes { return "\(kept.count) bytes are kept, \(limits.keptBytes) may be" }
        if isOver, question != nil || upload != nil { return "a request waits for a session that is over" }
        if isOver, ending == nil { return "a session is over and has not ended" }
        if isOver, !kept.isEmpty { return "bytes are kept for a session that is over" }
        if ending == .slowReader, !kept.isEmpty { return "bytes are kept for one who does not read them" }
        if upload != nil, taken == 0 { return "an upload is under way and none was taken" }
        return (ending == nil) == (ended == .never) ? nil : "an end without a time, or a time without an end"
    }
}
