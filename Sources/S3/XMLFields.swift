import Primitives

/// The one level of XML that S3 answers have: the name of the root, and the texts of the elements in it. A core.
///
/// Neither documents with a type of their own nor sections of CDATA are read: no S3 sends them.
struct XMLFields: Equatable {
    private static let maxDepth = 8
    private static let maxNameBytes = 64

    let root: String
    /// The first one of each name.
    private var texts: [String: String] = [:]

    subscript(_ name: String) -> String? { texts[name] }

    /// `nil` for what is no such document.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var open: [String] = []
        var root: String?
        var text: [UInt8] = []
        while let piece = Self.next(&rest) {
            switch piece {
            case .text(let part):
                if open.isEmpty, !part.allSatisfy(Self.isBlank) { return nil }
                text = open.count == 2 ? text + part : []
            case .begin(let name, let isEmpty):
                if open.isEmpty {
                    if root != nil { return nil }
                    root = name
                }
                open.append(name)
                text = []
                if open.count > Self.maxDepth { return nil }
                if isEmpty {
                    if open.count == 2, texts[name] == nil { texts[name] = "" }
                    open.removeLast()
                }
            case .end(let name):
                guard open.popLast() == name else { return nil }
                if open.count == 1, texts[name] == nil, let value = Self.unescape(text) { texts[name] = value }
                text = []
            case .aside: break
            case .nonsense: return nil
            }
        }
        guard open.isEmpty, let root else { return nil }
        self.root = root
    }

    private enum Piece {
        case text(ArraySlice<UInt8>)
        case begin(String, isEmpty: Bool)
        case end(String)
        /// A comment or a declaration.
        case aside
        case nonsense
    }

    /// `nil` at the end.
    private static func next(_ rest: inout ArraySlice<UInt8>) -> Piece? {
        guard let first = rest.first else { return nil }
        guard first == UInt8(ascii: "<") else {
            let text = rest.prefix { $0 != UInt8(ascii: "<") }
            rest = rest[text.endIndex...]
            return .text(text)
        }
        if rest.starts(with: "<!--".utf8) { return skip(&rest, behind: "-->") }
        if rest.starts(with: "<?".utf8) { return skip(&rest, behind: "?>") }
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return .nonsense }
        let tag = rest[(rest.startIndex + 1)..<end]
        rest = rest[(end + 1)...]
        if tag.first == UInt8(ascii: "/") { return name(tag.dropFirst()).map(Piece.end) ?? .nonsense }
        let isEmpty = tag.last == UInt8(ascii: "/")
        return name(isEmpty ? tag.dropLast() : tag).map { .begin($0, isEmpty: isEmpty) } ?? .nonsense
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, behind end: String) -> Piece {
        guard let range = rest.firstRange(of: Array(end.utf8)) else { return .nonsense }
        rest = rest[range.upperBound...]
        return .aside
    }

    /// Without attributes.
    private static func name(_ tag: ArraySlice<UInt8>) -> String? {
        let name = tag.prefix { !isBlank($0) }
        let isName = !name.isEmpty && name.count <= maxNameBytes && name.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf) || "-.:_".utf8.contains(byte)
        }
        return isName ? String(decoding: name, as: UTF8.self) : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

    private static let entities: [(name: String, byte: UInt8)] = [
        ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
        ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")), ("&#34;", UInt8(ascii: "\"")),
        ("&#39;", UInt8(ascii: "'")),
    ]

    /// `nil` where something else stands behind `&`.
    private static func unescape(_ text: [UInt8]) -> String? {
        var plain: [UInt8] = []
        var rest = text[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "&") {
                guard let entity = entities.first(where: { rest.starts(with: $0.name.utf8) }) else { return nil }
                plain.append(entity.byte)
                rest = rest.dropFirst(entity.name.utf8.count)
            } else {
                plain.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            if let entity = entities.first(where: { $0.byte == byte }) {
                escaped += Array(entity.name.utf8)
            } else {
                escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
