extension String {
    /// On one line, without control characters (ECMA-48 takes them for orders: move, erase, rename the window), and
    /// without those that turn the direction of writing, which could make a line look like somebody else's. For
    /// whatever others have written.
    public var onTerminal: String {
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x2028, 0x2029: line.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: break
            default: line.append(scalar)
            }
        }
        return String(line)
    }
}
