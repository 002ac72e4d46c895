import Primitives

/// What an answer begins with.
public struct HTTPAnswerHead: Equatable, Sendable {
    public let version: HTTPVersion
    public let status: Int
    public let headers: HTTPHeaders

    /// Another request may follow on the same connection (RFC 9112, 9.3), if there is an end of this answer before that
    /// of the connection.
    public var keepsConnection: Bool {
        switch version {
        case .http10: headers.list("connection", contains: "keep-alive")
        case .http11: !headers.list("connection", contains: "close")
        }
    }
}

/// Turns bytes into the answer to one request, however they are cut (RFC 9112). A core.
///
/// After it threw, or has told the end, it must not be used again.
public struct HTTPAnswerReader: ~Copyable {
    public enum Event: Equatable {
        case head(HTTPAnswerHead)
        /// The next bytes of the body, never none.
        case part([UInt8])
        case end
    }

    private enum Phase {
        case statusLine
        case fields(HTTPVersion, status: Int)
        case body
        /// The body goes on as long as the connection.
        case rest
        case ended
    }

    /// Of any body: what is larger is nothing that anybody asks for.
    private static let maxBodyBytes = 1 << 40
    /// Each is read within the call of the one before.
    private static let maxInterim = 16

    private let limits: HTTPLimits
    /// The request was HEAD: the answer has the fields of a body, and none.
    private let isBodiless: Bool
    private var phase = Phase.statusLine
    private var reader = HTTPLineReader()
    private var headers = HTTPHeaders()
    private var budget: HTTPHeaderBudget
    private var body: HTTPBodyReader?
    private var interimCount = 0

    public init(to method: HTTPMethod, limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        isBodiless = method == .head
        budget = HTTPHeaderBudget(limits)
    }

    /// Reads `input` from `offset` up to the next event, or to its end; `offset` then stands behind what was read.
    public mutating func read(_ input: RawSpan, from offset: inout Int) throws(HTTPRefusal) -> Event? {
        switch phase {
        case .statusLine:
            guard try reader.read(input, from: &offset, limit: limits.startLineBytes, excess: .startLineTooLong)
            else { return nil }
            let (version, status) = try Self.status(of: reader.take())
            phase = .fields(version, status: status)
            return try read(input, from: &offset)
        case .fields(let version, let status):
            return try readFields(version, status, input, from: &offset)
        case .body:
            let isComplete = try body?.read(input, from: &offset) == true
            if let part = body?.take(), !part.isEmpty { return .part(part) }
            guard isComplete else { return nil }
            phase = .ended
            return .end
        case .rest:
            guard let part = input.slice(offset..<input.byteCount), part.byteCount > 0 else { return nil }
            offset = input.byteCount
            return .part(part.copied())
        case .ended:
            preconditionFailure("an answer that has ended is read on")
        }
    }

    /// No more comes. Whether what came is a whole answer.
    public mutating func inputEnded() -> Bool {
        switch phase {
        case .rest, .ended:
            phase = .ended
            return true
        case .statusLine, .fields, .body:
            return false
        }
    }

    private mutating func readFields(
        _ version: HTTPVersion, _ status: Int, _ input: RawSpan, from offset: inout Int
    ) throws(HTTPRefusal) -> Event? {
        while try budget.read(&reader, input, from: &offset) {
            let line = reader.take()
            guard line.isEmpty else {
                try headers.append(line: line)
                continue
            }
            if (100..<200).contains(status) {
                // The answer proper is still to come; the fields of all of these share its budget.
                interimCount += 1
                guard interimCount <= Self.maxInterim else { throw .headerTooLarge }
                headers = HTTPHeaders()
                phase = .statusLine
                return try read(input, from: &offset)
            }
            try beginBody(status)
            return .head(HTTPAnswerHead(version: version, status: status, headers: headers))
        }
        return nil
    }

    private mutating func beginBody(_ status: Int) throws(HTTPRefusal) {
        phase = .body
        let framing: HTTPFraming.Body
        if isBodiless || status == 204 || status == 304 {
            framing = .none
        } else if headers["content-length"] == nil && headers["transfer-encoding"] == nil {
            phase = .rest
            return
        } else {
            framing = try HTTPFraming(headers, version: .http11).body
        }
        body = try HTTPBodyReader(framing, limit: Self.maxBodyBytes, budget: budget)
    }

    /// `HTTP/1.1 200 OK`, with any words behind the number or none.
    private static func status(of line: [UInt8]) throws(HTTPRefusal) -> (HTTPVersion, Int) {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[1].count == 3, let status = words[1].plainNumber, status >= 100
        else { throw .badRequestLine }
        return (try HTTPVersion(words[0]), status)
    }
}
