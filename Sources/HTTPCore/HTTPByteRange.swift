/// What of a file is asked for (RFC 9110, section 14). Who asks for several pieces at once gets the whole, which is
/// allowed, and cheaper than what a thousand overlapping ones would cost.
public enum HTTPByteRange: Equatable, Sendable {
    case whole
    case part(Range<Int>)
    /// It begins behind the end: answer 416.
    case unsatisfiable

    /// - Parameters:
    ///   - tag: the strong entity tag of the file, with its quotation marks.
    ///   - length: bytes of the file.
    public init(of request: HTTPRequest, tag: String, length: Int) {
        let ranges = request.headers.allBytes(of: "range")
        // A date in If-Range is no tag, and so the whole is sent (section 13.1.5).
        let conditions = request.headers.allBytes(of: "if-range")
        guard request.method == .get, ranges.count == 1, conditions.allSatisfy({ $0.elementsEqual(tag.utf8) }) else {
            self = .whole
            return
        }
        self.init(ranges[0], length: length)
    }

    private init(_ text: ArraySlice<UInt8>, length: Int) {
        self = .whole
        let unit = "bytes="
        guard text.prefix(unit.utf8.count).equalsIgnoringCase(unit.utf8) else { return }
        let range = text.dropFirst(unit.utf8.count).withoutBlanks
        guard let hyphen = range.firstIndex(of: UInt8(ascii: "-")) else { return }
        let first = Self.number(range[..<hyphen])
        let last = Self.number(range[hyphen...].dropFirst())
        switch (first, last) {
        case (.some(let first), .absent):
            self = first < length ? .part(first..<length) : .unsatisfiable
        case (.some(let first), .some(let last)):
            guard first <= last else { return }
            self = first < length ? .part(first..<min(last, length - 1) + 1) : .unsatisfiable
        case (.absent, .some(let count)):
            self = count > 0 && length > 0 ? .part(max(0, length - count)..<length) : .unsatisfiable
        case (.absent, .absent), (.wrong, _), (_, .wrong):
            return
        }
    }

    private enum Number {
        case absent
        case some(Int)
        case wrong
    }

    /// More digits than an `Int` has are as good as the largest one.
    private static func number(_ digits: ArraySlice<UInt8>) -> Number {
        if digits.isEmpty { return .absent }
        guard digits.allSatisfy(\.isDigit) else { return .wrong }
        return .some(Int(String(decoding: digits, as: UTF8.self)) ?? .max)
    }
}

extension HTTPRequest {
    /// The client has what the tag stands for: answer 304 (RFC 9110, section 13.1.2). The comparison is the weak one.
    /// - Parameter tag: with its quotation marks, without `W/`.
    public func knows(tag: String) -> Bool {
        guard method == .get || method == .head else { return false }
        return ["*", tag, "W/" + tag].contains { headers.list("if-none-match", contains: $0) }
    }

    /// What the client says of its body's length; `nil` for one in chunks.
    public var bodyLength: Int? {
        switch framing.body {
        case .none: 0
        case .length(let length): length
        case .chunked: nil
        }
    }
}
