/// The three spellings of a name: `postgres.pool_size` in a file is `GRAPEVINE_POSTGRES_POOL_SIZE` in the environment
/// and `--postgres-pool-size` on the command line.
enum SettingName {
    static let environmentPrefix = "GRAPEVINE_"

    static func environment(_ name: String) -> String {
        environmentPrefix + replacingSeparators(in: name.uppercased(), by: "_")
    }

    static func flag(_ name: String) -> String {
        "--" + replacingSeparators(in: name, by: "-")
    }

    /// Lower-case words that start with a letter, joined by single dots and underscores.
    static func isValid(_ name: String) -> Bool {
        name.utf8.split(omittingEmptySubsequences: false, whereSeparator: isSeparator).allSatisfy { word in
            guard let first = word.first, isLetter(first) else { return false }
            return word.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }

    private static func replacingSeparators(in name: String, by separator: String) -> String {
        name.utf8.split(whereSeparator: isSeparator).map { String(Substring($0)) }.joined(separator: separator)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
