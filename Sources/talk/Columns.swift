/// How many columns a terminal takes for a text: two for the wide characters of East Asia (Unicode Standard Annex 11)
/// and for emoji, none for marks that stand on the character before.
enum Columns {
    /// Wide and fullwidth, as whole blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]
    /// Asks for the colourful form of what stands before it.
    private static let emojiSelector: UInt32 = 0xFE0F

    static func count(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + count($1) }
    }

    static func count(_ character: Character) -> Int {
        var columns = 0
        for scalar in character.unicodeScalars {
            let properties = scalar.properties
            if properties.isEmojiPresentation || scalar.value == emojiSelector
                || wide.contains(where: { $0.contains(scalar.value) })
            {
                return 2
            }
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format, .control: break
            default: columns = 1
            }
        }
        return columns
    }

    /// As much of the beginning as fits.
    static func prefix(of text: String, fitting limit: Int) -> Substring {
        var columns = 0
        let end = text.firstIndex { character in
            columns += count(character)
            return columns > limit
        }
        return text[..<(end ?? text.endIndex)]
    }

    /// As much of the end as fits.
    static func suffix(of text: String, fitting limit: Int) -> Substring {
        var columns = 0
        let last = text.lastIndex { character in
            columns += count(character)
            return columns > limit
        }
        return text[(last.map(text.index(after:)) ?? text.startIndex)...]
    }
}
