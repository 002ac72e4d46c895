import Primitives

/// Reads the body of one request, of a known length or in chunks (RFC 9112, sections 6.3 and 7.1), and keeps it until
/// it is taken.
///
/// Chunk extensions are refused, although RFC 9112 asks to ignore them: nobody sends them, and half of the known
/// smuggling tricks hide in the different ways in which servers ignore them. Trailers are checked and forgotten.
struct HTTPBodyReader {
    private enum State: Equatable {
        case data(remaining: Int)
        case chunkSize
        case chunkEnd
        case trailers
        case complete
    }

    private var state: State
    private let isChunked: Bool
    private let limit: Int
    private var reader = HTTPLineReader()
    private var budget: HTTPHeaderBudget
    private var held: [UInt8] = []
    /// Bytes so far, whether they were taken or not.
    private(set) var count = 0

    /// Digits of a chunk size; more would not fit into 64 bits.
    private static let maximumSizeDigits = 16

    /// - Parameters:
    ///   - limit: bytes the body may have. A known length above it throws before a byte is read.
    ///   - budget: what the head left for trailers.
    init(_ framing: HTTPFraming.Body, limit: Int, budget: HTTPHeaderBudget) throws(HTTPRefusal) {
        self.limit = limit
        self.budget = budget
        switch framing {
        case .none:
            isChunked = false
            state = .complete
        case .length(let length):
            guard length <= limit else { throw .bodyTooLarge }
            isChunked = false
            state = .data(remaining: length)
        case .chunked:
            isChunked = true
            state = .chunkSize
        }
    }

    /// What was read since the last call.
    mutating func take() -> [UInt8] {
        defer { held = [] }
        return held
    }

    /// True when the body is complete; what follows it in `input` is left alone.
    mutating func read(_ input: RawSpan, from offset: inout Int) throws(HTTPRefusal) -> Bool {
        while true {
            switch state {
            case .complete:
                return true
            case .data(let remaining):
                let count = min(remaining, input.byteCount - offset)
                guard let part = input.slice(offset..<offset + count), count > 0 else { return false }
                held.append(part)
                self.count += count
                offset += count
                state = count < remaining ? .data(remaining: remaining - count) : isChunked ? .chunkEnd : .complete
            case .chunkSize:
                let limit = Self.maximumSizeDigits
                guard try reader.read(input, from: &offset, limit: limit, excess: .badChunk) else { return false }
                let size = try Self.chunkSize(reader.take())
                guard size <= self.limit - count else { throw .bodyTooLarge }
                state = size == 0 ? .trailers : .data(remaining: size)
            case .chunkEnd:
                guard try reader.read(input, from: &offset, limit: 0, excess: .badChunk) else { return false }
                _ = reader.take()
                state = .chunkSize
            case .trailers:
                guard try budget.read(&reader, input, from: &offset) else { return false }
                let line = reader.take()
                if line.isEmpty {
                    state = .complete
                } else {
                    var trailers = HTTPHeaders()
                    try trailers.append(line: line)
                }
            }
        }
    }

    private static func chunkSize(_ digits: [UInt8]) throws(HTTPRefusal) -> Int {
        guard !digits.isEmpty else { throw .badChunk }
        var size: UInt64 = 0
        for digit in digits {
            guard let value = digit.hexValue else { throw .badChunk }
            size = size << 4 | UInt64(value)
        }
        guard let size = Int(exactly: size) else { throw .badChunk }
        return size
    }
}

/// What the field lines of one request, trailers included, may still take.
struct HTTPHeaderBudget {
    private var bytes: Int
    private var fields: Int

    init(_ limits: HTTPLimits) {
        bytes = limits.headerBytes
        fields = limits.fieldCount
    }

    /// Reads a field line, or the empty line after the last one, and takes it off the budget.
    mutating func read(
        _ reader: inout HTTPLineReader, _ input: RawSpan, from offset: inout Int
    ) throws(HTTPRefusal) -> Bool {
        guard try reader.read(input, from: &offset, limit: max(0, bytes), excess: .headerTooLarge) else {
            return false
        }
        guard !reader.line.isEmpty else { return true }
        guard fields > 0 else { throw .tooManyFields }
        fields -= 1
        // Two for the line end.
        bytes -= reader.line.count + 2
        return true
    }
}
