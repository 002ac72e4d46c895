/// The low three bits of a tag: how the value behind it is laid out.
public enum WireType: UInt32, Sendable {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case groupStart = 3
    case groupEnd = 4
    case fixed32 = 5

    /// The tag of a field: its number and the wire type in one integer, as both stand on the wire.
    @inlinable
    public func tag(_ number: UInt32) -> UInt32 {
        number << 3 | rawValue
    }
}
