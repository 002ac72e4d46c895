/// Reads the part of proto2 that the files in `proto/` use: a package, imports, and on the top level enums and messages
/// of labelled fields. Everything else of the language is refused by name.
struct Parser {
    private let file: String
    private var tokens: ArraySlice<Token>
    private let end: Token

    static func parse(_ text: String, file: String) throws(SourceError) -> ProtoFile {
        let (tokens, doc) = try Lexer.tokens(of: text, file: file)
        guard let end = tokens.last else { preconditionFailure("the lexer ends every file with a token") }
        var parser = Parser(file: file, tokens: tokens[...], end: end)
        return try parser.parseFile(doc: doc)
    }

    private mutating func parseFile(doc: [String]) throws(SourceError) -> ProtoFile {
        var parsed = ProtoFile(name: file, doc: doc, package: "", imports: [])
        while next.kind != .end {
            let keyword = try takeName("a declaration")
            switch keyword.text {
            case "syntax":
                try take("=")
                let version = try takeString()
                guard version.kind == .string("proto2") else {
                    throw SourceError(position: version.position, message: "only proto2 is supported")
                }
                try take(";")
            case "package":
                parsed.package = try takeName("the name of the package").text
                try take(";")
            case "import":
                let name = try takeString()
                parsed.imports.append(ProtoFile.Import(file: name.text, position: name.position))
                try take(";")
            case "enum":
                parsed.enums.append(try parseEnum(doc: keyword.doc))
            case "message":
                parsed.messages.append(try parseMessage(doc: keyword.doc))
            default:
                throw notSupported(keyword)
            }
        }
        return parsed
    }

    private mutating func parseEnum(doc: [String]) throws(SourceError) -> EnumDeclaration {
        let name = try takeName("the name of the enum")
        var parsed = EnumDeclaration(name: name.text, doc: doc, position: name.position)
        try take("{")
        while next.kind != .symbol("}") {
            let value = try takeName("a value or '}'")
            if value.text == "option" || value.text == "reserved" { throw notSupported(value) }
            try take("=")
            let (number, text) = try takeNumber(upTo: UInt32(Int32.max))
            try takeEndOfDeclaration()
            parsed.values.append(
                .init(name: value.text, doc: value.doc, position: value.position, number: number, numberText: text))
        }
        try take("}")
        return parsed
    }

    private mutating func parseMessage(doc: [String]) throws(SourceError) -> MessageDeclaration {
        let name = try takeName("the name of the message")
        var parsed = MessageDeclaration(name: name.text, doc: doc, position: name.position)
        try take("{")
        while next.kind != .symbol("}") {
            let first = try takeName("a field or '}'")
            guard let label = MessageDeclaration.Label(rawValue: first.text) else { throw notSupported(first) }
            let type = try takeName("the type of the field")
            if type.text == "group" { throw notSupported(type) }
            let name = try takeName("the name of the field")
            try take("=")
            let (number, _) = try takeNumber(upTo: 0x1FFF_FFFF)
            try takeEndOfDeclaration()
            parsed.fields.append(
                .init(
                    name: name.text, doc: first.doc, position: name.position, label: label, type: type.text,
                    typePosition: type.position, number: number))
        }
        try take("}")
        return parsed
    }
}

// MARK: - Tokens

extension Parser {
    private var next: Token { tokens.first ?? end }

    private mutating func takeName(_ expected: String) throws(SourceError) -> Token {
        guard case .name = next.kind else { throw unexpected("expected \(expected)") }
        return tokens.removeFirst()
    }

    private mutating func takeString() throws(SourceError) -> Token {
        guard case .string = next.kind else { throw unexpected("expected a string in quotes") }
        return tokens.removeFirst()
    }

    private mutating func takeNumber(upTo limit: UInt32) throws(SourceError) -> (value: UInt32, text: String) {
        guard case .number(let value) = next.kind else { throw unexpected("expected a number") }
        guard value <= limit else {
            throw SourceError(position: next.position, message: "\(value) is more than the \(limit) allowed here")
        }
        return (UInt32(value), tokens.removeFirst().text)
    }

    private mutating func take(_ symbol: Character) throws(SourceError) {
        guard next.kind == .symbol(symbol) else { throw unexpected("expected '\(symbol)'") }
        tokens.removeFirst()
    }

    private mutating func takeEndOfDeclaration() throws(SourceError) {
        if next.kind == .symbol("[") {
            throw SourceError(position: next.position, message: "options such as 'packed' are not supported")
        }
        try take(";")
    }

    private func unexpected(_ expectation: String) -> SourceError {
        SourceError(position: next.position, message: "\(expectation), found '\(next.text)'")
    }

    /// `extend`, `oneof`, `map<…>`, nested types and the like stand where a declaration or a label is expected.
    private func notSupported(_ token: Token) -> SourceError {
        SourceError(position: token.position, message: "'\(token.text)' is not supported by proto-gen")
    }
}
