import Primitives

/// Turns bytes into requests, one at a time, however the bytes are cut (RFC 9112).
///
/// Between head and body the parser rests: whoever owns it looks at the head and says with `acceptBody` how much may
/// follow. After it threw it must not be used again.
public struct HTTPRequestParser: ~Copyable {
    public enum Event: Equatable {
        case head(HTTPRequest)
        /// The next bytes of a body that is taken in parts.
        case part([UInt8])
        /// The body of the last head is complete: all of it, empty if it has none or was taken in parts.
        case body([UInt8])
    }

    /// The payloads stand beside it: an enum would copy them whenever one byte is added.
    private enum Phase {
        case requestLine
        case fields
        case awaitingLimit
        case body
    }

    private let limits: HTTPLimits
    private var phase = Phase.requestLine
    private var reader = HTTPLineReader()
    private var hasSkippedLine = false
    /// In phase `fields`.
    private var requestLine: HTTPRequestLine?
    private var headers = HTTPHeaders()
    private var budget: HTTPHeaderBudget
    /// In phase `awaitingLimit`.
    private var framing = HTTPFraming.Body.none
    /// In phase `body`.
    private var body: HTTPBodyReader?
    private var isInParts = false

    public init(limits: HTTPLimits) {
        self.limits = limits
        budget = HTTPHeaderBudget(limits)
    }

    /// Nothing of a request is here yet.
    public var isBetweenRequests: Bool { phase == .requestLine && reader.isEmpty }

    /// Bytes of the current body so far.
    public var bodyCount: Int { body?.count ?? 0 }

    /// Reads `input` from `offset` up to the next event, or to its end; `offset` then stands behind what was read.
    public mutating func parse(_ input: RawSpan, from offset: inout Int) throws(HTTPRefusal) -> Event? {
        switch phase {
        case .requestLine:
            guard try readRequestLine(input, from: &offset) else { return nil }
            return try readFields(input, from: &offset)
        case .fields:
            return try readFields(input, from: &offset)
        case .awaitingLimit:
            preconditionFailure("more input before the body of the last head was accepted")
        case .body:
            return try readBody(input, from: &offset)
        }
    }

    /// Answers a head: its body may have up to `limit` bytes. Call `parse` again, with input or without: a body of no
    /// bytes is complete at once.
    /// - Parameter inParts: it is given as it arrives; otherwise when it is complete.
    public mutating func acceptBody(limit: Int, inParts: Bool = false) throws(HTTPRefusal) {
        precondition(phase == .awaitingLimit, "there is no head whose body could be accepted, but \(phase)")
        body = try HTTPBodyReader(framing, limit: limit, budget: budget)
        isInParts = inParts
        phase = .body
    }

    /// Answers a head that has no body, or whose body nobody wants; in the latter case what follows is not a request.
    public mutating func skipBody() {
        precondition(phase == .awaitingLimit, "there is no head whose body could be skipped, but \(phase)")
        startOver()
    }

    private mutating func startOver() {
        phase = .requestLine
        hasSkippedLine = false
        headers = HTTPHeaders()
        budget = HTTPHeaderBudget(limits)
        body = nil
    }

    private mutating func readRequestLine(_ input: RawSpan, from offset: inout Int) throws(HTTPRefusal) -> Bool {
        while try reader.read(input, from: &offset, limit: limits.startLineBytes, excess: .startLineTooLong) {
            let line = reader.take()
            // One empty line before a request is forgiven: old clients end their bodies with it (RFC 9112, 2.2).
            if line.isEmpty && !hasSkippedLine {
                hasSkippedLine = true
                continue
            }
            requestLine = try HTTPRequestLine(line)
            phase = .fields
            return true
        }
        return false
    }

    private mutating func readFields(_ input: RawSpan, from offset: inout Int) throws(HTTPRefusal) -> Event? {
        while try budget.read(&reader, input, from: &offset) {
            let line = reader.take()
            guard line.isEmpty else {
                try headers.append(line: line)
                continue
            }
            guard let requestLine else { preconditionFailure("fields without a request line") }
            let request = try HTTPRequest(requestLine, headers)
            self.requestLine = nil
            framing = request.framing.body
            phase = .awaitingLimit
            return .head(request)
        }
        return nil
    }

    private mutating func readBody(_ input: RawSpan, from offset: inout Int) throws(HTTPRefusal) -> Event? {
        let isComplete = try body?.read(input, from: &offset) == true
        if isInParts, let part = body?.take(), !part.isEmpty { return .part(part) }
        guard isComplete, let bytes = body?.take() else { return nil }
        startOver()
        return .body(bytes)
    }
}
