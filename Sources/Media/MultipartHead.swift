/// The fields in front of a part (RFC 7578, section 4).
public struct MultipartHead: Equatable, Sendable {
    private struct Field: Equatable {
        let name: [UInt8]
        let value: [UInt8]
    }

    private var fields: [Field] = []

    /// - Parameter text: lines that end in CRLF, without the empty one. What is no field is passed over.
    init(_ text: ArraySlice<UInt8>) {
        var start = text.startIndex
        for index in text.indices where text[index] == UInt8(ascii: "\n") {
            let line = text[start..<index]
            start = index + 1
            guard line.last == UInt8(ascii: "\r"), let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon].withoutBlanks.map(\.lowercased)
            fields.append(Field(name: name, value: Array(line[colon...].dropFirst().dropLast().withoutBlanks)))
        }
    }

    /// It says what the part is for.
    public var hasDisposition: Bool { self["content-disposition"] != nil }

    /// As sent, in an encoding that only the client knows; `nil` for a part that is no file. `filename*` (RFC 5987) is
    /// taken where there is nothing else: forms must not have it, and some do.
    public var fileName: [UInt8]? {
        guard let disposition = self["content-disposition"].map({ FieldValue($0) }) else { return nil }
        return disposition["filename"] ?? disposition["filename*"].flatMap(Self.decoded)
    }

    /// What the client says that the file is: nothing is decided by it.
    public var hasType: Bool { self["content-type"] != nil }

    private subscript(name: String) -> [UInt8]? {
        fields.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// `charset'language'text`, the text percent-encoded (RFC 5987, section 3.2). `nil`: it is something else.
    private static func decoded(_ value: [UInt8]) -> [UInt8]? {
        let parts = value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var decoded: [UInt8] = []
        var rest = parts[2]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            // Letters and digits only: a sign would be taken for a part of the number.
            guard digits.count == 2, digits.allSatisfy(\.isLetterOrDigit),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            decoded.append(value)
            rest = rest.dropFirst(2)
        }
        return decoded
    }
}
