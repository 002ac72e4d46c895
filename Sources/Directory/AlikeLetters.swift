/// Letters that cannot be told from others by looking at them. Not all there are (Unicode Technical Standard #39 lists
/// thousands): those with which somebody could pass for a colleague in a list of names.
enum AlikeLetters {
    /// Alphabets whose letters have the shapes of Latin ones. Chinese, Japanese or Korean may stand beside any of them.
    private enum Alphabet {
        case latin, greek, cyrillic, armenian, cherokee
    }

    /// A form of another character that differs in its width, style or frame only.
    static func isCopy(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Letterlike symbols and Roman numerals; enclosed ones; ligatures and Arabic forms; halfwidth and fullwidth.
        case 0x2100...0x214f, 0x2160...0x2188, 0x2460...0x24ff, 0x3200...0x33ff, 0xfb00...0xfdff, 0xfe70...0xfeff,
            0xff00...0xffef: true
        // Mathematical letters and digits; enclosed ones.
        case 0x1d400...0x1d7ff, 0x1f100...0x1f1ff: true
        default: false
        }
    }

    static func areMixed(in name: String) -> Bool {
        let found = name.unicodeScalars.lazy.compactMap(alphabet)
        guard let first = found.first else { return false }
        return found.contains { $0 != first }
    }

    private static func alphabet(of scalar: Unicode.Scalar) -> Alphabet? {
        guard scalar.properties.isAlphabetic else { return nil }
        return switch scalar.value {
        case ...0x24f, 0x1e00...0x1eff, 0x2c60...0x2c7f, 0xa720...0xa7ff, 0xab30...0xab6f: .latin
        case 0x370...0x3ff, 0x1f00...0x1fff: .greek
        case 0x400...0x52f, 0x1c80...0x1c8f, 0x2de0...0x2dff, 0xa640...0xa69f: .cyrillic
        case 0x530...0x58f: .armenian
        case 0x13a0...0x13ff, 0xab70...0xabbf: .cherokee
        default: nil
        }
    }
}
