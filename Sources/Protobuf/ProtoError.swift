/// Why bytes are not the message they should be. Carries field numbers, never content.
public enum ProtoError: Error, Equatable {
    /// The bytes end inside a field, or a length points behind their end.
    case truncated
    /// A varint of more than ten bytes.
    case overlongVarint
    /// A tag with field number 0, with wire type 6 or 7, or with more than 32 bits.
    case invalidTag
    /// Messages or groups nested deeper than `ProtoReader.depthLimit`.
    case tooDeep
    /// The end of a group that was not begun, or another one than was begun.
    case unbalancedGroup
    /// A `string` whose bytes are not UTF-8.
    case invalidUTF8
    /// A required enum or message is absent. An enum value that is not declared counts as absent.
    case missing(field: UInt32)
}
