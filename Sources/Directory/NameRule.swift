import Primitives

/// What users, groups and departments may be called, and what users may say of themselves, whoever writes it:
/// operators, programs or clients.
///
/// The name of a user is a key: people type it to log in, and tools take it apart. So it must be told from other names
/// by looking at it, and must not be taken for a number, an option or a list.
public enum NameRule: Sendable {
    case user
    case group
    case department
    /// What others see of a user.
    case nick
    /// What a user says of himself.
    case sign
    /// A telephone number or a mail address.
    case contact
    /// The address of a picture.
    case picture

    /// The longest name a client can log in with (`GatewayLimits`).
    public static let maxUserByteCount = 64

    /// Unicode scalars: what the columns of the original hold.
    public var maxLength: Int {
        switch self {
        case .user, .department, .nick, .contact: 64
        case .sign: 128
        case .group: 256
        case .picture: 1024
        }
    }

    /// There may be nothing.
    public var isOptional: Bool {
        switch self {
        case .user, .group, .department, .nick: false
        case .sign, .contact, .picture: true
        }
    }

    /// Completes "'…' cannot be a name: "; `nil` if it can.
    /// - Parameter name: in normal form.
    public func flaw(in name: String) -> String? {
        if name.isEmpty { return isOptional ? nil : "it is empty" }
        if name.unicodeScalars.count > maxLength { return "it is longer than \(maxLength) characters" }
        if !name.isInNormalForm { return "it is not in Unicode's normal form C" }
        if let flaw = Self.visibilityFlaw(in: name) { return flaw }
        switch self {
        case .group, .nick, .sign, .contact, .picture: return nil
        case .department: return Self.openingFlaw(in: name)
        case .user: return Self.openingFlaw(in: name) ?? Self.keyFlaw(in: name)
        }
    }

    /// Everybody must see all of a name, in the order in which it is stored (Unicode Technical Report #36, 3.3).
    private static func visibilityFlaw(in name: String) -> String? {
        var before: Unicode.Scalar?
        for scalar in name.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control: return "it contains control characters"
            case .lineSeparator, .paragraphSeparator: return "it contains line ends"
            case .unassigned, .privateUse, .surrogate:
                return "it contains characters that mean nothing (\(code(of: scalar)))"
            default: break
            }
            if scalar.properties.isDefaultIgnorableCodePoint, !joinsEmoji(scalar, before) {
                return "it contains characters that nobody sees (\(code(of: scalar)))"
            }
            if scalar.properties.isWhitespace, scalar != " " {
                return "it contains blanks of another kind than the usual one (\(code(of: scalar)))"
            }
            before = scalar
        }
        let hasBlankEnd = name.unicodeScalars.first == " " || name.unicodeScalars.last == " "
        return hasBlankEnd ? "it starts or ends with a blank" : nil
    }

    /// `#7` is user or department number 7, `--json` an option.
    private static func openingFlaw(in name: String) -> String? {
        switch name.unicodeScalars.first {
        case "#": "it starts with '#', as numbers do"
        case "-": "it starts with '-', as options do"
        default: nil
        }
    }

    private static func keyFlaw(in name: String) -> String? {
        if name.utf8.count > maxUserByteCount { return "it is longer than \(maxUserByteCount) bytes" }
        if name.utf8.contains(UInt8(ascii: ",")) { return "it contains ',', which stands between names" }
        if name.utf8.contains(UInt8(ascii: "/")) { return "it contains '/', which stands behind names" }
        if let scalar = name.unicodeScalars.first(where: AlikeLetters.isCopy) {
            return "it contains a copy of another character (\(code(of: scalar)))"
        }
        return AlikeLetters.areMixed(in: name)
            ? "it mixes letters of alphabets that look alike (Latin, Greek, Cyrillic and others)" : nil
    }

    /// Emoji are joined and coloured by characters that are nothing without them (Unicode Technical Standard #51).
    private static func joinsEmoji(_ scalar: Unicode.Scalar, _ before: Unicode.Scalar?) -> Bool {
        guard scalar == "\u{200d}" || scalar == "\u{fe0f}", let before else { return false }
        return before == "\u{fe0f}" || before.value > 0xff && before.properties.isEmoji
    }

    private static func code(of scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    }
}
