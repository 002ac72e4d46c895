/// `form-data; name="file"; filename="x.jpg"`: the value of a field and its parameters (RFC 9110, section 5.6.6), as
/// bytes, since file names come in whatever encoding a client has.
///
/// A quotation mark ends a value only in front of a semicolon or at the end, and a backslash escapes nothing: Windows
/// sends whole paths, and in GBK a backslash is the second half of many characters.
struct FieldValue {
    private struct Parameter {
        let name: [UInt8]
        let value: [UInt8]
    }

    private static let semicolon = UInt8(ascii: ";")
    private static let quote = UInt8(ascii: "\"")

    /// What stands in front of the parameters, in lower case.
    let kind: [UInt8]
    private var parameters: [Parameter] = []

    init(_ text: some Sequence<UInt8>) {
        let bytes = Array(text)
        let end = bytes.firstIndex(of: Self.semicolon) ?? bytes.endIndex
        kind = bytes[..<end].withoutBlanks.map(\.lowercased)
        var rest = bytes[end...].dropFirst()
        while !rest.isEmpty { readParameter(&rest) }
    }

    /// The first one of that name, which is in lower case.
    subscript(name: String) -> [UInt8]? {
        parameters.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// Takes one parameter and the semicolon behind it. One whose quotation does not end is none.
    private mutating func readParameter(_ rest: inout ArraySlice<UInt8>) {
        let nameEnd = rest.firstIndex { $0 == Self.semicolon || $0 == UInt8(ascii: "=") } ?? rest.endIndex
        let name = rest[..<nameEnd].withoutBlanks.map(\.lowercased)
        let hasValue = nameEnd < rest.endIndex && rest[nameEnd] == UInt8(ascii: "=")
        rest = rest[nameEnd...].dropFirst()
        guard hasValue else { return }
        rest = rest.drop(while: \.isBlank)
        let value: ArraySlice<UInt8>?
        if rest.first == Self.quote {
            rest = rest.dropFirst()
            value = Self.takeQuoted(&rest)
        } else {
            let end = rest.firstIndex(of: Self.semicolon) ?? rest.endIndex
            value = rest[..<end].withoutBlanks
            rest = rest[end...].dropFirst()
        }
        if let value { parameters.append(Parameter(name: name, value: Array(value))) }
    }

    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        for index in rest.indices where rest[index] == quote {
            let behind = rest[(index + 1)...].drop(while: \.isBlank)
            guard behind.isEmpty || behind.first == semicolon else { continue }
            defer { rest = behind.dropFirst() }
            return rest[..<index]
        }
        rest = []
        return nil
    }
}

extension UInt8 {
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
    var isLetterOrDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased) }
}

extension ArraySlice<UInt8> {
    /// Without blanks at both ends.
    var withoutBlanks: ArraySlice<UInt8> {
        let rest = drop(while: \.isBlank)
        guard let last = rest.lastIndex(where: { !$0.isBlank }) else { return [] }
        return rest[...last]
    }
}
