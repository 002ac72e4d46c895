/// A word of a .proto file.
struct Token {
    enum Kind: Equatable {
        /// A name, with dots if it is qualified; also keywords, which proto does not reserve.
        case name(String)
        case number(UInt64)
        case string(String)
        case symbol(Character)
        case end
    }

    var kind: Kind
    /// As it stands in the file, so that a number keeps its base.
    var text: String
    var position: Position
    /// The comment lines directly above, without the slashes.
    var doc: [String] = []
}
