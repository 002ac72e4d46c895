/// `/nodes/{id}/drain`: which paths a route answers.
///
/// `/old*` answers every path that begins so, for the sake of programs that know no better.
///
/// A parameter takes one segment, but none that could mean something else to a file system or a log: an empty one,
/// `.`, `..`, or one with a slash, a backslash or a control character, however these were encoded.
struct HTTPPathPattern: Equatable {
    private enum Part: Equatable {
        case literal(String)
        case parameter(String)
        /// The last one: what begins so, and all that follows.
        case beginning(String)
    }

    private let parts: [Part]

    init(_ text: String) {
        precondition(text.utf8.first == UInt8(ascii: "/"), "the pattern '\(text)' does not start with a slash")
        guard text != "/" else {
            parts = []
            return
        }
        parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            if part.hasPrefix("{"), part.hasSuffix("}") { return .parameter(String(part.dropFirst().dropLast())) }
            return part.hasSuffix("*") ? .beginning(String(part.dropLast())) : .literal(String(part))
        }
        let hasEarlyStar = parts.dropLast().contains { if case .beginning = $0 { true } else { false } }
        precondition(!hasEarlyStar, "the pattern '\(text)' has a star before its end")
    }

    /// The parameters if the path has this form.
    func match(_ segments: [String]) -> HTTPPathParameters? {
        guard segments.count == parts.count || (segments.count > parts.count && isOpen) else { return nil }
        var parameters = HTTPPathParameters()
        for (part, segment) in zip(parts, segments) {
            switch part {
            case .literal(let text):
                // By bytes: to Swift strings are equal that look equal.
                guard text.utf8.elementsEqual(segment.utf8) else { return nil }
            case .parameter(let name):
                guard Self.isSafe(segment) else { return nil }
                parameters.values[name] = segment
            case .beginning(let text):
                guard segment.utf8.starts(with: text.utf8) else { return nil }
            }
        }
        return parameters
    }

    /// Sorts literals before parameters, and these before stars, from left to right: of two patterns for one path the
    /// first is more exact. Of two stars the longer one is.
    func precedes(_ other: HTTPPathPattern) -> Bool {
        for (part, rival) in zip(parts, other.parts) where part != rival {
            switch (part, rival) {
            case (.literal(let one), .literal(let another)): return one < another
            case (.beginning(let one), .beginning(let another)): return one.utf8.count > another.utf8.count
            case (.parameter, .parameter): continue
            case (.literal, _), (.parameter, .beginning): return true
            case (_, .literal), (.beginning, .parameter): return false
            }
        }
        return false
    }

    /// Patterns of one shape answer the same paths.
    var shape: [String] {
        parts.map { part in
            switch part {
            case .literal(let text): "/" + text
            case .parameter: "{}"
            case .beginning(let text): "/" + text + "*"
            }
        }
    }

    /// The segments of the one path that it answers; `nil`: there are more.
    var literal: [String]? {
        let texts = parts.compactMap { if case .literal(let text) = $0 { text } else { nil } }
        return texts.count == parts.count ? texts : nil
    }

    private var isOpen: Bool {
        if case .beginning? = parts.last { true } else { false }
    }

    private static func isSafe(_ segment: String) -> Bool {
        let isNamed = !segment.isEmpty && segment != "." && segment != ".."
        let isPlain = !segment.utf8.contains { byte in
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\t") || byte.isControl
        }
        return isNamed && isPlain
    }
}

/// What stood in the place of `{name}`.
public struct HTTPPathParameters: Equatable, Sendable {
    fileprivate(set) var values: [String: String] = [:]

    /// The segment, decoded. `name` must be in the pattern of the route.
    public subscript(name: String) -> String {
        guard let value = values[name] else { preconditionFailure("the route has no parameter '\(name)'") }
        return value
    }
}
