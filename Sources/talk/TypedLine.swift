/// What somebody wants who types a line. A core.
enum TypedLine: Equatable {
    case nothing
    /// `nil` is whom one wrote to last.
    case text(String, to: String?)
    /// To where somebody else wrote last.
    case reply(String)
    case who
    case groups
    case history(of: String)
    /// What was shown with this number.
    case save(Int)
    /// A file, by its path, to whom one wrote to last.
    case send(String)
    case quit
    case unknown(String)

    var isQuestion: Bool {
        switch self {
        case .who, .groups, .history, .save, .send: true
        case .nothing, .text, .reply, .quit, .unknown: false
        }
    }

    init(_ line: String) {
        let line = line.trimmed
        if line.isEmpty {
            self = .nothing
        } else if line.hasPrefix("/") {
            self = Self.command(line)
        } else if let colon = line.firstRange(of: ": "), colon.lowerBound > line.startIndex {
            // A blank must follow: times and addresses have colons too.
            self = .text(String(line[colon.upperBound...]).trimmed, to: String(line[..<colon.lowerBound]))
        } else {
            self = .text(line, to: nil)
        }
    }

    private static func command(_ line: String) -> TypedLine {
        let words = line.split(separator: " ", maxSplits: 1)
        switch (String(words.first ?? ""), words.count) {
        case ("/who", 1): return .who
        case ("/groups", 1): return .groups
        case ("/quit", 1): return .quit
        case ("/r", 2): return .reply(String(words[1]).trimmed)
        case ("/history", 2): return .history(of: String(words[1]).trimmed)
        case ("/save", 2):
            guard let number = Int(words[1].trimmingPrefix(" ")) else { return .unknown(line) }
            return .save(number)
        case ("/send", 2): return .send(String(words[1]).trimmed)
        default: return .unknown(line)
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
