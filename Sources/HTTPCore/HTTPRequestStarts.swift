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
            let count = min(start.count, bytes.byteCount)
            guard bytes.extracting(first: count).copied()[...] == start.prefix(count) else { continue }
            if count == start.count { return true }
            isUnclear = true
        }
        return isUnclear ? nil : false
    }
}
