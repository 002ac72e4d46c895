/// Parts Swift source into code and comments, so that a rule sees only what it is about; the text of strings is in
/// neither. Every byte that is taken out becomes a blank: lines and columns stay. Code inside `\(…)` of a string stays
/// code.
struct SwiftCode {
    private let bytes: [UInt8]
    private var output: [UInt8]
    private var comments: [UInt8]
    private var place = 0

    static func parts(of source: String) -> (code: String, comments: String) {
        var code = SwiftCode(source)
        code.readCode(until: nil)
        return (String(decoding: code.output, as: UTF8.self), String(decoding: code.comments, as: UTF8.self))
    }

    private init(_ source: String) {
        bytes = Array(source.utf8)
        output = bytes
        comments = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    }

    private func starts(with text: String, at start: Int) -> Bool {
        bytes[min(start, bytes.count)...].starts(with: text.utf8)
    }

    /// Blanks the next `count` bytes.
    private mutating func skip(_ count: Int, isComment: Bool = false) {
        for index in place..<min(place + count, bytes.count) where bytes[index] != UInt8(ascii: "\n") {
            if isComment { comments[index] = bytes[index] }
            output[index] = UInt8(ascii: " ")
        }
        place = min(place + count, bytes.count)
    }

    /// Up to the end, or to the parenthesis that closes an interpolation.
    private mutating func readCode(until closing: UInt8?) {
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "/") where starts(with: "//", at: place): skipLine()
            case UInt8(ascii: "/") where starts(with: "/*", at: place): skipComment()
            case UInt8(ascii: "\""): readString(pounds: 0)
            case UInt8(ascii: "#"): readPounds()
            case UInt8(ascii: "("):
                depth += 1
                place += 1
            case UInt8(ascii: ")"):
                if depth == 0, closing != nil { return }
                depth -= 1
                place += 1
            default: place += 1
            }
        }
    }

    private mutating func skipLine() {
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { skip(1, isComment: true) }
    }

    /// Comments of this form nest.
    private mutating func skipComment() {
        var depth = 0
        repeat {
            if starts(with: "/*", at: place) {
                depth += 1
                skip(2, isComment: true)
            } else if starts(with: "*/", at: place) {
                depth -= 1
                skip(2, isComment: true)
            } else {
                skip(1, isComment: true)
            }
        } while depth > 0 && place < bytes.count
    }

    /// A raw string, or a macro such as `#expect`.
    private mutating func readPounds() {
        let count = bytes[place...].prefix { $0 == UInt8(ascii: "#") }.count
        place += count
        if place < bytes.count, bytes[place] == UInt8(ascii: "\"") { readString(pounds: count) }
    }

    private mutating func readString(pounds: Int) {
        let marks = String(repeating: "#", count: pounds)
        let quotes = starts(with: "\"\"\"", at: place) ? "\"\"\"" : "\""
        skip(quotes.utf8.count)
        while place < bytes.count {
            if starts(with: quotes + marks, at: place) { return skip(quotes.utf8.count + pounds) }
            if starts(with: "\\\(marks)(", at: place) {
                skip(pounds + 2)
                readCode(until: UInt8(ascii: ")"))
                skip(1)
            } else {
                skip(starts(with: "\\" + marks, at: place) ? pounds + 2 : 1)
            }
        }
    }
}
