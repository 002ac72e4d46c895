/// Cuts the text of a .proto file into tokens.
///
/// A run of `//` lines becomes the documentation of the token that follows it without a blank line between. The run at
/// the top of the file documents the file.
struct Lexer {
    private var rest: Substring
    private var position: Position
    private var doc: [String] = []
    private var fileDoc: [String]?

    static func tokens(of text: String, file: String) throws(SourceError) -> (tokens: [Token], fileDoc: [String]) {
        var lexer = Lexer(rest: text[...], position: Position(file: file, line: 1, column: 1))
        var tokens: [Token] = []
        repeat {
            tokens.append(try lexer.next())
        } while tokens.last?.kind != .end
        return (tokens, lexer.fileDoc ?? [])
    }

    private mutating func next() throws(SourceError) -> Token {
        skipBlanksAndComments()
        defer { doc = [] }
        let start = position
        func token(_ kind: Token.Kind, _ text: Substring) -> Token {
            Token(kind: kind, text: String(text), position: start, doc: doc)
        }
        guard let first = rest.first else { return token(.end, "the end of the file") }
        if first.isLetter || first == "_" || first == "." {
            let text = take { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
            return token(.name(String(text)), text)
        }
        if first.isNumber {
            let text = take { $0.isLetter || $0.isNumber }
            guard let value = Self.number(text) else {
                throw SourceError(position: start, message: "'\(text)' is not a whole number")
            }
            return token(.number(value), text)
        }
        if first == "\"" {
            advance()
            let text = take { $0 != "\"" && !$0.isNewline }
            guard rest.first == "\"" else { throw SourceError(position: start, message: "a string without an end") }
            advance()
            return token(.string(String(text)), text)
        }
        return token(.symbol(first), take(first: 1))
    }

    private static func number(_ text: Substring) -> UInt64? {
        text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }

    private mutating func skipBlanksAndComments() {
        var newlines = 0
        while let first = rest.first {
            if rest.hasPrefix("//") {
                let comment = take { !$0.isNewline }.dropFirst(2)
                doc.append(String(comment.hasPrefix(" ") ? comment.dropFirst() : comment))
                newlines = 0
            } else if first.isWhitespace {
                newlines += first.isNewline ? 1 : 0
                if newlines == 2 { endOfCommentBlock() }
                advance()
            } else {
                return
            }
        }
    }

    private mutating func endOfCommentBlock() {
        if fileDoc == nil { fileDoc = doc }
        doc = []
    }

    private mutating func take(while accepts: (Character) -> Bool) -> Substring {
        take(first: rest.prefix(while: accepts).count)
    }

    private mutating func take(first count: Int) -> Substring {
        let taken = rest.prefix(count)
        for _ in 0..<count { advance() }
        return taken
    }

    private mutating func advance() {
        if rest.removeFirst().isNewline {
            position.line += 1
            position.column = 1
        } else {
            position.column += 1
        }
    }
}
