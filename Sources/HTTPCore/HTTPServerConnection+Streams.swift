public import Primitives

/// Bodies and answers that are longer than what one wants to have in memory.
extension HTTPServerConnection {
    /// The owner takes the body of the request in `HTTPAction.head` as it arrives: up to `limit` bytes, of which so
    /// many must come in a second on average, not counting the time that the owner takes itself.
    public mutating func acceptParts(
        limit: Int, bytesPerSecond: Int, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        let body = Body(pace: bytesPerSecond, start: now, isInParts: true)
        return accept(body, limit: limit, at: now, into: &output)
    }

    /// The owner has done with the part it was given. Ignored if the connection was closed meanwhile.
    public mutating func partTaken(at now: Instant, into output: inout ByteWriter) -> HTTPAction {
        if state == .closed { return .none }
        precondition(state == .takingPart, "the owner has no part: the connection is \(state)")
        state = .readingBody
        body.start = body.start + (now - body.given)
        return advanceUnread(at: now, into: &output)
    }

    /// The owner answers the request it has, as by `respond`, and gives the content behind the head in `output`: all of
    /// the `length` bytes, in whatever pieces. There may be none to give, as in an answer to HEAD: see `contentWanted`.
    public mutating func begin(
        _ response: HTTPResponse, length: Int, at now: Instant, into output: inout ByteWriter
    ) -> HTTPAction {
        precondition(response.body.isEmpty && length >= 0, "\(length) bytes behind a body of \(response.body.count)")
        return answer(response, following: length, at: now, into: &output)
    }

    /// Bytes of content that are still to be given.
    public var contentWanted: Int { state == .sending ? content.remaining : 0 }

    /// The owner has put so many bytes of content behind what was in `output`.
    public mutating func contentGiven(_ byteCount: Int) -> HTTPAction {
        if state == .closed { return .none }
        precondition(byteCount <= contentWanted, "\(byteCount) bytes of content given, \(contentWanted) were wanted")
        content.remaining -= byteCount
        content.isAsked = false
        return content.remaining > 0 ? .none : contentGiven()
    }

    /// The owner cannot give what it has announced: the connection ends, as nothing else would be noticed.
    public mutating func abandonContent() -> HTTPAction {
        state == .closed ? .none : close()
    }
}
