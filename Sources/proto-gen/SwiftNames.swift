/// Names as Swift spells them, made from names as proto spells them.
enum SwiftNames {
    /// `user_id_list` becomes `userIDList`.
    static func property(_ name: String) -> String {
        camelCase(name.split(separator: "_"))
    }

    /// The cases of an enum without the words that all of them begin with: `CLIENT_TYPE_IOS` becomes `ios`.
    static func cases(_ names: [String]) -> [String] {
        let words = names.map { $0.split(separator: "_") }
        let shared = sharedPrefix(words)
        return words.map { words in
            let short = camelCase(words.dropFirst(shared))
            // `Optional` has cases of these names too, and Swift would have to guess which one is meant.
            return short == "none" || short == "some" ? camelCase(words.dropFirst(shared - 1)) : short
        }
    }

    private static func sharedPrefix(_ words: [[Substring]]) -> Int {
        guard let first = words.first, words.count > 1 else { return 0 }
        // At least one word stays, and it must be able to begin a name.
        let limit = words.map { $0.dropFirst().lastIndex { $0.first?.isLetter == true } ?? 0 }.min() ?? 0
        return (0..<limit).first { index in words.contains { $0[index] != first[index] } } ?? limit
    }

    private static func camelCase(_ words: some Sequence<Substring>) -> String {
        var name = ""
        for word in words {
            let word = word.lowercased()
            if name.isEmpty {
                name = word
            } else if initialisms.contains(word) {
                name += word.uppercased()
            } else {
                name += word.prefix(1).uppercased() + word.dropFirst()
            }
        }
        return keywords.contains(name) ? "`\(name)`" : name
    }

    private static let initialisms: Set = ["db", "id", "ip", "p2p", "pc", "url"]

    private static let keywords: Set = [
        "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
        "else", "enum", "extension", "fallthrough", "false", "for", "func", "guard", "if", "import", "in",
        "init", "inout", "internal", "is", "let", "nil", "operator", "private", "protocol", "public",
        "repeat", "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws",
        "true", "try", "typealias", "var", "where", "while",
    ]
}
