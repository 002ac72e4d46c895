public import Primitives

/// The server's side of one HTTP/1.1 connection (RFC 9112) as a pure state machine.
///
/// One request is in the owner's hands at a time; the next one is looked at when the answer has left, so a peer that
/// sends much and reads nothing costs one answer. Every input may append to `output`, which the owner sends in order,
/// and returns what to do. After each input the owner arms one timer for `deadline`, and calls `flushed` once
/// everything in `output` was sent.
public struct HTTPServerConnection: ~Copyable {
    enum State {
        /// Nothing of the next request is here.
        case waiting
        case readingHead
        /// The owner has a head.
        case deciding
        case readingBody
        /// The owner has a part of the body.
        case takingPart
        /// The owner has a request.
        case answering
        /// The owner gives the content of the answer.
        case sending
        /// The answer is on its way.
        case flushing
        /// The last answer is on its way.
        case finishing
        /// Everything is sent; the peer may still be sending.
        case lingering
        case closed
        case handedOver
    }

    /// How the body of the current request is taken.
    struct Body {
        /// Bytes a second that it must keep on average.
        var pace: Int
        /// When it began, moved on by the time that the owner took.
        var start: Instant
        /// It is given as it arrives.
        var isInParts = false
        /// When the owner got the part that it has.
        var given = Instant.never
    }

    struct Content {
        /// Bytes that were announced and not given.
        var remaining: Int
        var isLast: Bool
        /// The owner was asked for more.
        var isAsked = false
    }

    let limits: HTTPLimits
    let opened: Instant
    let openedDate: UnixTime?
    let refusalAnswer: (HTTPRefusal) -> HTTPResponse
    var state = State.waiting
    var parser: HTTPRequestParser
    /// The request in the owner's hands, or whose body is being read; without its body.
    var request: HTTPRequest?
    var served = 0
    /// Bytes that wait until the current request is answered, from `unreadStart` on.
    var unread: [UInt8] = []
    var unreadStart = 0
    var hasPeerFinished = false
    var isDraining = false
    var body = Body(pace: 0, start: .never)
    /// Of the answer that was begun.
    var content = Content(remaining: 0, isLast: false)

    /// When to call `deadlinePassed`. There is none while the owner has a request or output is on its way: then the
    /// peer is not what we wait for. A peer that does not read is the business of the output queue.
    public internal(set) var deadline: Instant

    /// Why a request was refused before the owner saw it, for metrics and logs.
    public internal(set) var refusal: HTTPRefusal?

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

    /// Nothing of the next request is here.
    public var isBetweenRequests: Bool { state == .waiting }

    /// A request is being answered: what comes now is behind it.
    public var isAtRequest: Bool { [.deciding, .answering, .sending, .flushing].contains(state) }

    /// False while reading more would only fill memory.
    public var wantsInput: Bool {
        switch state {
        case .waiting, .readingHead, .readingBody, .lingering: true
        case .deciding, .takingPart, .answering, .sending, .flushing, .finishing: unread.isEmpty && !hasPeerFinished
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
        case .deciding, .takingPart, .answering, .sending, .flushing:
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
        accept(Body(pace: limits.bodyBytesPerSecond, start: now), limit: limit, at: now, into: &output)
    }

    /// The owner answers the request it has. If it did not take the body, the connection closes after the answer.
    /// Ignored if the connection was closed meanwhile.
    public mutating func respond(
        _ response: HTTPResponse, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        answer(response, following: 0, at: now, into: &output)
    }

    /// The owner answers a complete request by 101 and speaks another protocol from here on (RFC 9110, section 7.8).
    /// - Returns: bytes of that protocol that are here already, or `nil` if the connection was closed meanwhile.
    public mutating func upgrade(
        _ response: HTTPResponse, at now: Instant, into output: inout ByteWriter
    ) -> [UInt8]? {
        precondition(response.status == .switchingProtocols, "\(response.status) does not switch protocols")
        guard takenRequest() != nil else { return nil }
        write(response, connection: "Upgrade", isHead: false, following: 0, at: now, into: &output)
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
        case .deciding, .takingPart, .answering, .sending, .flushing, .finishing, .closed: return .none
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
        case .sending:
            defer { content.isAsked = true }
            return content.isAsked ? .none : .content
        case .waiting, .readingHead, .deciding, .readingBody, .takingPart, .answering, .lingering, .closed,
            .handedOver:
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
        case .deciding, .takingPart, .answering, .sending, .flushing, .finishing, .closed, .handedOver:
            return .none
        }
    }

    /// The node wants to stop: the next answer is the last one, and a resting connection ends now.
    public mutating func drain() -> HTTPAction {
        isDraining = true
        switch state {
        case .waiting: return finish()
        case .readingHead, .deciding, .readingBody, .takingPart, .answering, .sending, .flushing, .finishing,
            .lingering, .closed, .handedOver:
            return .none
        }
    }
}
