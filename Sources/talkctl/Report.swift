import Primitives
import Program

/// What a verb has to say: a text for people, and the same for programs.
struct Report {
    let text: String
    let json: JSON
    /// 0, or 4 if what was looked at is not as it should be.
    let code: Int32

    init(_ text: String, _ json: JSON, isUnhealthy: Bool = false) {
        self.text = text
        self.json = json
        code = isUnhealthy ? 4 : 0
    }
}

extension Report {
    /// Rows of numbers and strings: a table for people, for programs objects whose keys are the headings.
    static func list(_ headings: [String], _ rows: [[JSON]], note: String? = nil) -> Report {
        let texts = [headings] + rows.map { $0.map(\.cell) }
        let widths = headings.indices.map { column in texts.map { $0[column].count }.max() ?? 0 }
        let lines = texts.map { line in
            let cells = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
        let keys = headings.map { $0.lowercased() }
        return Report(
            (lines + [note].compactMap(\.self)).joined(separator: "\n"),
            .array(rows.map { .object(Array(zip(keys, $0))) }))
    }
}

extension JSON {
    fileprivate var cell: String {
        switch self {
        case .string(let text): text.onTerminal
        case .number(let value): String(value)
        case .null, .bool, .array, .object: String(decoding: bytes, as: UTF8.self)
        }
    }
}
