extension JSON {
    /// Objects and arrays in each other; deeper ones are refused, as each takes some of the stack.
    private static let maxDepth = 64

    /// Reads a text (RFC 8259). `nil` for anything else, and for numbers that are not whole or do not fit `Int`: our
    /// own interfaces have no others.
    public init?(reading text: [UInt8]) {
        var reader = Reader(rest: text[...])
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }

    /// The member of an object; the last one if there are several. `nil` for anything else.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        // Bytes: Swift's equality of strings normalizes, and the names are whatever somebody sent.
        return members.last { $0.0.utf8.elementsEqual(name.utf8) }?.1
    }

    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var integer: Int? {
        if case .number(let number) = self { number } else { nil }
    }

    public var isTrue: Bool {
        if case .bool(true) = self { true } else { false }
    }

    /// Of an array; nothing for anything else.
    public var items: [JSON] {
        if case .array(let items) = self { items } else { [] }
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        var isAtEnd: Bool {
            mutating get {
                skipBlanks()
                return rest.isEmpty
            }
        }

        mutating func value(depth: Int) -> JSON? {
            skipBlanks()
            guard depth < JSON.maxDepth, let first = rest.first else { return nil }
            switch first {
            case UInt8(ascii: "{"): return object(depth: depth)
            case UInt8(ascii: "["): return array(depth: depth)
            case UInt8(ascii: "\""): return string().map(JSON.string)
            case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take("null") ? .null : nil
            default: return number()
            }
        }

        private mutating func object(depth: Int) -> JSON? {
            var members: [(String, JSON)] = []
            let isWhole = list(closedBy: "}") { reader in
                reader.skipBlanks()
                guard let name = reader.string(), reader.takeBehindBlanks(":"),
                    let value = reader.value(depth: depth + 1)
                else { return false }
                members.append((name, value))
                return true
            }
            return isWhole ? .object(members) : nil
        }

        private mutating func array(depth: Int) -> JSON? {
            var items: [JSON] = []
            let isWhole = list(closedBy: "]") { reader in
                guard let value = reader.value(depth: depth + 1) else { return false }
                items.append(value)
                return true
            }
            return isWhole ? .array(items) : nil
        }

        /// What stands between brackets, separated by commas.
        private mutating func list(closedBy end: StaticString, _ element: (inout Reader) -> Bool) -> Bool {
            rest.removeFirst()
            if takeBehindBlanks(end) { return true }
            repeat {
                guard element(&self) else { return false }
            } while takeBehindBlanks(",")
            return takeBehindBlanks(end)
        }

        private mutating func number() -> JSON? {
            let isNegative = take("-")
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
            rest = rest[digits.endIndex...]
            if let next = rest.first, ".eE".utf8.contains(next) { return nil }
            return Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)).map(JSON.number)
        }

        private mutating func string() -> String? {
            guard take("\"") else { return nil }
            var bytes: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let scalar = escaped() else { return nil }
                    bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                case 0..<0x20: return nil
                default: bytes.append(byte)
                }
            }
            return nil
        }

        /// What stands behind a reverse solidus.
        private mutating func escaped() -> Unicode.Scalar? {
            switch rest.popFirst() {
            case UInt8(ascii: "\""): "\""
            case UInt8(ascii: "\\"): "\\"
            case UInt8(ascii: "/"): "/"
            case UInt8(ascii: "b"): "\u{8}"
            case UInt8(ascii: "f"): "\u{C}"
            case UInt8(ascii: "n"): "\n"
            case UInt8(ascii: "r"): "\r"
            case UInt8(ascii: "t"): "\t"
            case UInt8(ascii: "u"): unicode()
            default: nil
            }
        }

        /// Two of these stand for a character beyond the first plane; one half of such a pair stands for nothing.
        private mutating func unicode() -> Unicode.Scalar? {
            guard let unit = codeUnit() else { return nil }
            guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) }
            guard take("\\u"), let trail = codeUnit(), UTF16.isTrailSurrogate(trail) else { return nil }
            return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(trail) - 0xDC00)
        }

        private mutating func codeUnit() -> UInt16? {
            let digits = rest.prefix(4)
            guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
            rest = rest.dropFirst(4)
            return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        }

        mutating func skipBlanks() {
            rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        }

        private mutating func takeBehindBlanks(_ word: StaticString) -> Bool {
            skipBlanks()
            return take(word)
        }

        private mutating func take(_ word: StaticString) -> Bool {
            let bytes = "\(word)".utf8
            guard rest.starts(with: bytes) else { return false }
            rest = rest.dropFirst(bytes.count)
            return true
        }
    }
}
