import Primitives

/// Collects one line that ends in CRLF, looking at each byte once however the input is cut.
///
/// RFC 9112, section 2.2 allows to take a bare LF for a line end. We refuse it: two servers that disagree about where
/// lines end disagree about where requests end.
struct HTTPLineReader {
    /// The line so far, without its end.
    private(set) var line: [UInt8] = []
    private var isAfterCarriageReturn = false

    /// Nothing of the line is here yet.
    var isEmpty: Bool { line.isEmpty && !isAfterCarriageReturn }

    /// Takes the line and is ready for the next one.
    mutating func take() -> [UInt8] {
        isAfterCarriageReturn = false
        defer { line = [] }
        return line
    }

    /// Reads up to the end of the line; false if the input ends before.
    /// - Parameters:
    ///   - limit: bytes the line may have; one more throws `excess`.
    mutating func read(
        _ input: RawSpan, from offset: inout Int, limit: Int, excess: HTTPRefusal
    ) throws(HTTPRefusal) -> Bool {
        while let byte = input.byte(at: offset) {
            offset += 1
            if isAfterCarriageReturn {
                guard byte == UInt8(ascii: "\n") else { throw .badLineEnd }
                return true
            }
            if byte == UInt8(ascii: "\r") {
                isAfterCarriageReturn = true
            } else if byte == UInt8(ascii: "\n") {
                throw .badLineEnd
            } else if byte.isControl {
                throw .controlByte
            } else {
                guard line.count < limit else { throw excess }
                line.append(byte)
            }
        }
        return false
    }
}
