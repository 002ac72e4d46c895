public import Primitives

/// The server's side of one HTTP/1.1 connection (RFC 9112) as a pure state machine.
///
/// One request is in the owner's hands at a time; the next one is looked at when the answer has left, so a peer that
/// sends much and reads nothing costs one answer. Every input may append to `output`, which the owner sends in order,
/// and returns what to do. After each input the owner arms one timer for `deadline`, and calls `flushed` once
/// everything in `output` was sent.
public struct HTTPServerConnection: ~Copyable {
    private enum State {
        /// Nothing of the next request is here.
        case waiting
        case readingHead
        /// The owner has a head.
        case deciding
        case readingBody
        /// The owner has a request.
        case answering
        /// The answer is on its way.
        case flushing
        /// The last answer is on its way.
        case finishing
        /// Everything is sent; the peer may still be sending.
        case lingering
        case closed
        case handedOver
    }

    private let limits: HTTPLimits
    private let opened: Instant
    private let openedDate: UnixTime?
    private let refusalAnswer: (HTTPRefusal) -> HTTPResponse
    private var state = State.waiting
    private var parser: HTTPRequestParser
    /// The request in the owner's hands, or whose body is being read; without its body.
    private var request: HTTPRequest?
    private var served = 0
    /// Bytes that wait until the current request is answered, from `unreadStart` on.
    private var unread: [UInt8] = []
    private var unreadStart = 0
    private var hasPeerFinished = false
    private var isDraining = false
    private var bodyStart = Instant.never

    /// When to call `deadlinePassed`. There is none while the owner has a request or output is on its way: then the
    /// peer is not what we wait for. A peer that does not read is the business of the output queue.
    public private(set) var deadline: Instant

    /// Why a request was refused before the owner saw it, for metrics and logs.
    public private(set) var refusal: HTTPRefusal?

    /// - Parameters:
    ///   - date: wall-clock time of `now`, for the field `Date`; without it that field is left out.
    ///   - refusalAnswer: what is said to a refused request; it must have the status of the refusal.
    public init(
        limits: HTTPLimits, at now: Instant, date: UnixTime?,
        refusalAnswer: @escaping (HTTPRefusal) -> HTTPResponse = { HTTPResponse($0.status) }
    ) {
        self.refusalAnswer = refusalAnswer
        self.limits = limits
        opened = now
        openedDate = date
        parser = HTTPRequestParser(limits: limits)
        deadline = now + limits.headTime
    }

    /// False while reading more would only fill memory.
    public var wantsInput: Bool {
        switch state {
        case .waiting, .readingHead, .readingBody, .lingering: true
        case .deciding, .answering, .flushing, .finishing: unread.isEmpty && !hasPeerFinished
        case .closed, .handedOver: false
        }
    }

    // MARK: Inputs

    /// Bytes arrived from the peer.
    public mutating func received(_ bytes: RawSpan, at now: Instant, into output: inout ByteWriter) -> HTTPAction {
        switch state {
        case .waiting, .readingHead, .readingBody:
            var offset = 0
            let action = advance(bytes, from: &offset, at: now, into: &output)
            if isHolding, let rest = bytes.slice(offset..<bytes.byteCount) { unread.append(rest) }
            return action
        case .deciding, .answering, .flushing:
            guard unread.count - unreadStart + bytes.byteCount <= limits.waitingBytes else { return close() }
            unread.append(bytes)
            return .none
        case .finishing, .lingering, .closed:
            return .none
        case .handedOver:
            preconditionFailure("bytes for a connection that was handed over")
        }
    }

    /// The owner takes the body of the request in `HTTPAction.head`, up to `limit` bytes.
    public mutating func acceptBody(
        limit: Int = HTTPLimits.defaultBodyBytes, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        guard let request = takenRequest(in: .deciding) else { return .none }
        do throws(HTTPRefusal) {
            try parser.acceptBody(limit: limit)
        } catch {
            return refuse(error, at: now, into: &output)
        }
        // Also when the body has begun to arrive: what we answer must not depend on how packets were cut.
        if request.framing.expectsContinue { output.append(utf8: "HTTP/1.1 100 Continue\r\n\r\n" as StaticString) }
        state = .readingBody
        bodyStart = now
        return advanceUnread(at: now, into: &output)
    }

    /// The owner answers the request it has. If it did not take the body, the connection closes after the answer.
    /// Ignored if the connection was closed meanwhile.
    public mutating func respond(
        _ response: HTTPResponse, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        let isEarly = state == .deciding
        guard let request = takenRequest(in: isEarly ? .deciding : .answering) else { return .none }
        let hasUnreadBody = isEarly && request.framing.body != .none
        served += 1
        let isLast = !request.keepAlive || hasUnreadBody || isDraining || served >= limits.requestsPerConnection
        let connection: StaticString? = isLast ? "close" : request.version == .http10 ? "keep-alive" : nil
        write(response, connection: connection, isHead: request.method == .head, at: now, into: &output)
        self.request = nil
        if isLast { return finish() }
        if isEarly { parser.skipBody() }
        state = .flushing
        return .none
    }

    /// The owner answers a complete request by 101 and speaks another protocol from here on (RFC 9110, section 7.8).
    /// - Returns: bytes of that protocol that are here already, or `nil` if the connection was closed meanwhile.
    public mutating func upgrade(
        _ response: HTTPResponse, at now: Instant, into output: inout ByteWriter
    ) -> [UInt8]? {
        precondition(response.status == .switchingProtocols, "\(response.status) does not switch protocols")
        guard takenRequest(in: .answering) != nil else { return nil }
        write(response, connection: "Upgrade", isHead: false, at: now, into: &output)
        request = nil
        state = .handedOver
        defer { unread = [] }
        return Array(unread[unreadStart...])
    }

    /// The peer will send nothing more. It may still read: an answer that is due is sent.
    public mutating func peerClosed() -> HTTPAction {
        hasPeerFinished = true
        switch state {
        case .waiting, .readingHead, .readingBody, .lingering: return close()
        case .deciding, .answering, .flushing, .finishing, .closed: return .none
        case .handedOver: preconditionFailure("the end of a connection that was handed over")
        }
    }

    /// Everything in `output` was sent: only now the peer can be expected to do something.
    public mutating func flushed(at now: Instant, into output: inout ByteWriter) -> HTTPAction {
        switch state {
        case .flushing:
            state = .waiting
            deadline = now + limits.idleTime
            let action = advanceUnread(at: now, into: &output)
            return isDraining && state == .waiting ? finish() : action
        case .finishing:
            if hasPeerFinished { return close() }
            state = .lingering
            deadline = now + limits.lingerTime
            return .none
        case .waiting, .readingHead, .deciding, .readingBody, .answering, .lingering, .closed, .handedOver:
            return .none
        }
    }

    /// The timer fired. Calls that come too early are harmless.
    public mutating func deadlinePassed(at now: Instant, into output: inout ByteWriter) -> HTTPAction {
        guard now >= deadline else { return .none }
        switch state {
        case .readingHead, .readingBody: return refuse(.tooSlow, at: now, into: &output)
        // Nothing was asked, so nothing is answered: a 408 could be taken for the answer to a request on its way.
        case .waiting, .lingering: return close()
        case .deciding, .answering, .flushing, .finishing, .closed, .handedOver: return .none
        }
    }

    /// The node wants to stop: the next answer is the last one, and a resting connection ends now.
    public mutating func drain() -> HTTPAction {
        isDraining = true
        switch state {
        case .waiting: return finish()
        case .readingHead, .deciding, .readingBody, .answering, .flushing, .finishing, .lingering, .closed, .handedOver:
            return .none
        }
    }

    // MARK: Private parts

    /// What the parser has not seen must be kept for later.
    private var isHolding: Bool { state == .deciding || state == .answering }

    /// The request in the owner's hands; `nil` if the connection was closed behind the owner's back.
    private func takenRequest(in expected: State) -> HTTPRequest? {
        if state == .closed { return nil }
        guard state == expected, let request else {
            preconditionFailure("the owner has no request in state \(expected): the connection is \(state)")
        }
        return request
    }

    private mutating func advance(
        _ bytes: RawSpan, from offset: inout Int, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        do throws(HTTPRefusal) {
            switch try parser.parse(bytes, from: &offset) {
            case .head(let head):
                request = head
                state = .deciding
                deadline = .never
                return .head(head)
            case .body(let body):
                guard var complete = request else { preconditionFailure("a body without a head") }
                complete.body = body
                state = .answering
                deadline = .never
                return .request(complete)
            case nil:
                waitForMore(at: now)
                return .none
            }
        } catch {
            return refuse(error, at: now, into: &output)
        }
    }

    private mutating func waitForMore(at now: Instant) {
        if state == .readingBody {
            let earned = parser.bodyCount * 1_000 / max(1, limits.bodyBytesPerSecond)
            deadline = bodyStart + limits.headTime + .milliseconds(earned)
        } else if state == .waiting && !parser.isBetweenRequests {
            state = .readingHead
            deadline = now + limits.headTime
        }
    }

    private mutating func advanceUnread(at now: Instant, into output: inout ByteWriter) -> HTTPAction {
        let held = unread
        var offset = unreadStart
        unread = []
        unreadStart = 0
        let action = advance(held.rawBytes, from: &offset, at: now, into: &output)
        if isHolding && offset < held.count {
            unread = held
            unreadStart = offset
        }
        return action == .none && hasPeerFinished ? close() : action
    }

    private mutating func refuse(
        _ refusal: HTTPRefusal, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        self.refusal = refusal
        write(refusalAnswer(refusal), connection: "close", isHead: false, at: now, into: &output)
        return finish()
    }

    private func write(
        _ response: HTTPResponse, connection: StaticString?, isHead: Bool, at now: Instant,
        into output: inout ByteWriter
    ) {
        // A connection lives for minutes: its two clocks do not drift apart in that time.
        let date = openedDate.map { UnixTime(milliseconds: $0.milliseconds + (now - opened).milliseconds) }
        response.write(HTTPResponseContext(date: date, connection: connection, isHead: isHead), to: &output)
    }

    private mutating func finish() -> HTTPAction {
        state = .finishing
        deadline = .never
        unread = []
        unreadStart = 0
        request = nil
        return .finish
    }

    private mutating func close() -> HTTPAction {
        state = .closed
        deadline = .never
        unread = []
        unreadStart = 0
        request = nil
        return .close
    }
}
