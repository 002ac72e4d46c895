/// Collects lines of a program, indented, none longer than the house allows.
struct SourceWriter {
    private(set) var text = ""
    private var depth = 0
    /// How many blanks a step to the right is.
    private let step: Int

    private static let width = 120

    init(step: Int = 4) {
        self.step = step
    }

    mutating func line(_ line: String = "") {
        text += line.isEmpty ? "\n" : indent + line + "\n"
    }

    mutating func block(_ head: String, _ body: (inout SourceWriter) throws(SourceError) -> Void) throws(SourceError) {
        line(head + " {")
        depth += 1
        try body(&self)
        depth -= 1
        line("}")
    }

    /// Paragraphs are filled anew: the comment stands at another depth than in the .proto file.
    mutating func comment(_ lines: [String], _ slashes: String) {
        for (index, paragraph) in lines.split(separator: "", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { line(slashes) }
            fill(paragraph.flatMap { $0.split(separator: " ") }.map(String.init), prefix: slashes)
        }
    }

    /// `head(item, item)tail` on one line if it fits, otherwise with the items on lines of their own.
    mutating func list(_ head: String, _ items: [String], tail: String) {
        let flat = "\(head)(\(items.joined(separator: ", ")))\(tail)"
        if indent.count + flat.count <= Self.width {
            line(flat)
            return
        }
        line(head + "(")
        depth += 1
        fill(items.enumerated().map { $0.offset == items.count - 1 ? $0.element : $0.element + "," })
        depth -= 1
        line(")" + tail)
    }

    mutating func indented<Failure>(_ body: (inout SourceWriter) throws(Failure) -> Void) throws(Failure) {
        depth += 1
        try body(&self)
        depth -= 1
    }

    private var indent: String { String(repeating: " ", count: depth * step) }

    private mutating func fill(_ words: [String], prefix: String = "") {
        var current = prefix
        for word in words {
            if current != prefix, indent.count + current.count + 1 + word.count > Self.width {
                line(current)
                current = prefix
            }
            current += current.isEmpty ? word : " " + word
        }
        if current != prefix { line(current) }
    }
}
