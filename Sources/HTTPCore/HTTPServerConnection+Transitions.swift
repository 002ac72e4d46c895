import Primitives

/// What the inputs have in common.
extension HTTPServerConnection {
    /// What the parser has not seen must be kept for later.
    var isHolding: Bool { state == .deciding || state == .takingPart || state == .answering }

    /// The request in the owner's hands; `nil` if the connection was closed behind the owner's back.
    func takenRequest() -> HTTPRequest? {
        switch state {
        case .deciding, .takingPart, .answering: return request
        case .readingBody where body.isInParts: return request
        case .closed: return nil
        case .waiting, .readingHead, .readingBody, .sending, .flushing, .finishing, .lingering, .handedOver:
            preconditionFailure("the owner has no request: the connection is \(state)")
        }
    }

    mutating func accept(
        _ body: Body, limit: Int, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        guard let request = takenRequest() else { return .none }
        do throws(HTTPRefusal) {
            try parser.acceptBody(limit: limit, inParts: body.isInParts)
        } catch {
            return refuse(error, at: now, into: &output)
        }
        // Also when the body has begun to arrive: what we answer must not depend on how packets were cut.
        if request.framing.expectsContinue { output.append(utf8: "HTTP/1.1 100 Continue\r\n\r\n" as StaticString) }
        state = .readingBody
        self.body = body
        return advanceUnread(at: now, into: &output)
    }

    /// - Parameter following: bytes of content that the owner gives later.
    mutating func answer(
        _ response: HTTPResponse, following: Int, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        let isEarly = state == .deciding
        guard let request = takenRequest() else { return .none }
        let hasUnreadBody = isEarly ? request.framing.body != .none : state != .answering
        served += 1
        let isLast = !request.keepAlive || hasUnreadBody || isDraining || served >= limits.requestsPerConnection
        let connection: StaticString? = isLast ? "close" : request.version == .http10 ? "keep-alive" : nil
        let isHead = request.method == .head
        write(response, connection: connection, isHead: isHead, following: following, at: now, into: &output)
        if isEarly && !isLast { parser.skipBody() }
        self.request = nil
        deadline = .never
        content = Content(remaining: isHead || !response.status.hasContent ? 0 : following, isLast: isLast)
        if content.remaining > 0 {
            state = .sending
            return .none
        }
        return contentGiven()
    }

    /// All of an answer is in the output.
    mutating func contentGiven() -> HTTPAction {
        if content.isLast { return finish() }
        state = .flushing
        return .none
    }

    mutating func advance(
        _ bytes: RawSpan, from offset: inout Int, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        do throws(HTTPRefusal) {
            switch try parser.parse(bytes, from: &offset) {
            case .head(let head):
                request = head
                state = .deciding
                deadline = .never
                return .head(head)
            case .part(let part):
                state = .takingPart
                body.given = now
                deadline = .never
                return .part(part)
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
            let earned = parser.bodyCount * 1_000 / max(1, body.pace)
            // Whoever was fast for an hour has not earned an hour of silence.
            deadline = min(body.start + limits.headTime + .milliseconds(earned), now + limits.idleTime)
        } else if state == .waiting && !parser.isBetweenRequests {
            state = .readingHead
            deadline = now + limits.headTime
        }
    }

    mutating func advanceUnread(at now: Instant, into output: inout ByteWriter) -> HTTPAction {
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

    mutating func refuse(
        _ refusal: HTTPRefusal, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        self.refusal = refusal
        write(refusalAnswer(refusal), connection: "close", isHead: false, following: 0, at: now, into: &output)
        return finish()
    }

    func write(
        _ response: HTTPResponse, connection: StaticString?, isHead: Bool, following: Int, at now: Instant,
        into output: inout ByteWriter
    ) {
        // A connection lives for minutes: its two clocks do not drift apart in that time.
        let date = openedDate.map { UnixTime(milliseconds: $0.milliseconds + (now - opened).milliseconds) }
        let context = HTTPResponseContext(date: date, connection: connection, isHead: isHead, following: following)
        response.write(context, to: &output)
    }

    mutating func finish() -> HTTPAction {
        state = .finishing
        deadline = .never
        unread = []
        unreadStart = 0
        request = nil
        return .finish
    }

    mutating func close() -> HTTPAction {
        state = .closed
        deadline = .never
        unread = []
        unreadStart = 0
        request = nil
        return .close
    }
}
