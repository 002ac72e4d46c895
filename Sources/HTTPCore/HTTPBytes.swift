/// The character classes of RFC 9110, section 5.6, and RFC 3986.
extension UInt8 {
    /// `tchar`: what methods and field names are made of.
    var isToken: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Space or tab, the only blanks there are.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// What may stand neither in a line of a head nor in a field value we send.
    var isControl: Bool { (self < UInt8(ascii: " ") && self != UInt8(ascii: "\t")) || self == 0x7F }

    var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Collection<UInt8> {
    /// Equal but for the case of ASCII letters. Swift's own comparison of strings is not used on anything from the
    /// wire: to it the Kelvin sign is a K.
    func equalsIgnoringCase(_ other: some Collection<UInt8>) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0.lowercased == $1.lowercased }
    }
}

extension ArraySlice<UInt8> {
    /// Without blanks at both ends.
    var withoutBlanks: ArraySlice<UInt8> {
        let rest = drop(while: \.isBlank)
        guard let last = rest.lastIndex(where: { !$0.isBlank }) else { return [] }
        return rest[...last]
    }

    /// A plain decimal number. Signs, blanks, leading zeros and what does not fit are no number: whatever one server
    /// reads differently from another can be used to smuggle.
    var plainNumber: Int? {
        guard !isEmpty, allSatisfy(\.isDigit), count == 1 || first != UInt8(ascii: "0") else { return nil }
        return Int(String(decoding: self, as: UTF8.self))
    }
}
