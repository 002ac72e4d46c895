public import Primitives

/// What one side of a WebSocket connection makes of the other one's bytes (RFC 6455, section 5): whole messages, and
/// what has to be answered. A core.
///
/// It holds the parts of a message that came in several frames, and of others nothing: their bytes stay with the
/// caller until the message is whole, and are there again if the caller cannot take it yet.
public struct WebSocketReceiver: Sendable {
    public struct Limits: Sendable {
        /// Of one message, however many frames it comes in.
        public var messageBytes: Int
        /// Frames of one message: an empty one costs as much as another.
        public var fragments = 64
        /// Messages of text are for others than this server, whose packets are binary.
        public var takesText = false
        public var pings = TokenBucket.Limit(rate: 10, burst: 20)

        public init(messageBytes: Int) {
            self.messageBytes = messageBytes
        }
    }

    public enum Event: Equatable, Sendable {
        /// The next frame is not all there.
        case needMore
        /// `byteCount` bytes are done with, and there is nothing to do for them.
        case passed(byteCount: Int)
        /// The payload is a whole message. Say `messageTaken` if it was taken; otherwise it comes again.
        case message(WebSocketOpcode, byteCount: Int)
        /// The payload is to be sent back as a pong.
        case ping(byteCount: Int)
        /// The other side ends the connection: nothing that it sends counts any more.
        case close(WebSocketCloseCode?, byteCount: Int)
        /// The connection cannot go on.
        case violation(WebSocketCloseCode)
    }

    /// A message of which not all frames came.
    private struct Partial {
        let opcode: WebSocketOpcode
        var bytes: [UInt8] = []
        var frames = 1
    }

    /// Whether the other side is a client.
    private let isMasked: Bool
    private var partial: Partial?
    private var pings = TokenBucket()
    private var hasEnded = false

    public init(ofClient isMasked: Bool) {
        self.isMasked = isMasked
    }

    /// A message has begun, and its end is to come.
    public var isWithinMessage: Bool { partial != nil }

    /// Looks at the beginning of what arrived and was not taken yet.
    ///
    /// - Parameter payload: replaced by what an event means by its payload.
    public mutating func next(
        in unread: RawSpan, _ limits: Limits, at now: Instant, payload: inout ByteWriter
    ) -> Event {
        if hasEnded { return unread.isEmpty ? .needMore : .passed(byteCount: unread.byteCount) }
        switch WebSocketFrame.read(unread, isMasked: isMasked) {
        case .needMore: return .needMore
        case .violation(let code): return violation(code)
        case .frame(let frame, let headerByteCount):
            if let code = complaint(about: frame, limits) { return violation(code) }
            let (end, isTooLong) = headerByteCount.addingReportingOverflow(frame.length)
            guard !isTooLong, let body = unread.slice(headerByteCount..<max(headerByteCount, end)) else {
                return .needMore
            }
            payload.clear(keeping: 1 << 16)
            return frame.opcode.isControl
                ? control(frame, body, byteCount: end, limits, at: now, &payload)
                : data(frame, body, byteCount: end, limits, &payload)
        }
    }

    /// The last message was taken.
    public mutating func messageTaken() {
        partial = nil
    }

    /// For tests: what is not as it must be between two calls, if anything.
    public func checkInvariants(_ limits: Limits) -> String? {
        guard let partial else { return nil }
        if partial.opcode.isControl || partial.opcode == .continuation { return "a message of \(partial.opcode)" }
        if partial.bytes.count > limits.messageBytes { return "\(partial.bytes.count) bytes are held" }
        if partial.frames > limits.fragments { return "\(partial.frames) frames are held" }
        return hasEnded ? "a message is held after the end" : nil
    }

    // MARK: Private parts

    /// What a header alone is refused for.
    private func complaint(about frame: WebSocketFrame, _ limits: Limits) -> WebSocketCloseCode? {
        switch frame.opcode {
        case .close, .ping, .pong: return nil
        case .continuation: if partial == nil { return .protocolError }
        case .text, .binary:
            if partial != nil { return .protocolError }
            if frame.opcode == .text, !limits.takesText { return .unsupportedData }
        }
        let held = partial?.bytes.count ?? 0
        let frames = (partial?.frames ?? 0) + 1
        return frame.length > limits.messageBytes - held || frames > limits.fragments ? .tooBig : nil
    }

    private mutating func data(
        _ frame: WebSocketFrame, _ body: RawSpan, byteCount: Int, _ limits: Limits, _ payload: inout ByteWriter
    ) -> Event {
        guard frame.isFinal else {
            unmask(body, frame, into: &payload)
            hold(payload.bytes, frame.opcode)
            return .passed(byteCount: byteCount)
        }
        if let partial { payload.append(partial.bytes) }
        unmask(body, frame, into: &payload)
        let opcode = partial?.opcode ?? frame.opcode
        if opcode == .text, !isText(payload.bytes) { return violation(.invalidText) }
        return .message(opcode, byteCount: byteCount)
    }

    private mutating func hold(_ bytes: RawSpan, _ opcode: WebSocketOpcode) {
        if partial == nil {
            partial = Partial(opcode: opcode)
        } else {
            partial?.frames += 1
        }
        partial?.bytes.append(bytes)
    }

    private mutating func control(
        _ frame: WebSocketFrame, _ body: RawSpan, byteCount: Int, _ limits: Limits, at now: Instant,
        _ payload: inout ByteWriter
    ) -> Event {
        unmask(body, frame, into: &payload)
        switch frame.opcode {
        case .ping:
            return pings.take(limits.pings, at: now) == nil ? .ping(byteCount: byteCount) : violation(.policyViolation)
        case .close: return close(payload.bytes, byteCount: byteCount)
        // Also an answer that nobody asked for (section 5.5.3).
        case .pong: return .passed(byteCount: byteCount)
        case .continuation, .text, .binary: preconditionFailure("\(frame.opcode) controls nothing")
        }
    }

    private mutating func close(_ body: RawSpan, byteCount: Int) -> Event {
        guard !body.isEmpty else {
            end()
            return .close(nil, byteCount: byteCount)
        }
        guard let code = body.bigEndian(at: 0, as: UInt16.self).map(WebSocketCloseCode.init(rawValue:)),
            code.mayBeSent
        else { return violation(.protocolError) }
        guard isText(body.extracting(droppingFirst: 2)) else { return violation(.invalidText) }
        end()
        return .close(code, byteCount: byteCount)
    }

    private mutating func violation(_ code: WebSocketCloseCode) -> Event {
        end()
        return .violation(code)
    }

    private mutating func end() {
        hasEnded = true
        partial = nil
    }

    private func unmask(_ body: RawSpan, _ frame: WebSocketFrame, into payload: inout ByteWriter) {
        if let mask = frame.mask {
            WebSocketMask.apply(mask, to: body, into: &payload)
        } else {
            payload.append(body)
        }
    }

    private func isText(_ bytes: RawSpan) -> Bool {
        String(validating: bytes.copied(), as: UTF8.self) != nil
    }
}
