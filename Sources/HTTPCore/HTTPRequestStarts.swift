import Primitives

/// How some requests begin: a method and a part of a path, as they stand in a request line.
public struct HTTPRequestStarts: Sendable {
    private let starts: [[UInt8]]

    /// - Parameter starts: such as `GET /pictures/`.
    public init(_ starts: [String]) {
        self.starts = starts.map { Array($0.utf8) }
    }

    /// Whether the request that begins with these bytes is one of them; `nil`: there are too few to say.
    public func match(_ bytes: RawSpan) -> Bool? {
        var isUnclear = false
        for start in starts {
            switch Self.agreement(of: bytes, with: start) {
            case start.count: return true
            case bytes.byteCount: isUnclear = true
            default: break
            }
        }
        return isUnclear ? nil : false
    }

    /// How many bytes are the same.
    private static func agreement(of bytes: RawSpan, with start: [UInt8]) -> Int {
        let count = min(start.count, bytes.byteCount)
        for offset in 0..<count where bytes.byte(at: offset) != start[offset] { return offset }
        return count
    }
}
