import FoundationEssentials

/// What a verb has to say: a text for people, and the same for programs.
struct Report {
    let text: String
    private let encode: () throws -> Data

    init(_ text: String, _ json: some Encodable) {
        self.text = text
        encode = {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(json)
        }
    }

    var json: String {
        get throws { String(decoding: try encode(), as: UTF8.self) }
    }
}

/// Rows under headings, each column as wide as its longest text.
struct Table {
    let headings: [String]
    var rows: [[String]] = []

    init(_ headings: String...) {
        self.headings = headings
    }

    var text: String {
        let lines = [headings] + rows
        let widths = headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
