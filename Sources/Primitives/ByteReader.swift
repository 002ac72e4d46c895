/// A cursor over received bytes: each read steps over what it returns, so that a format is read in the order in which
/// it is written, and no offset stands in the code. Integers are in network order.
///
/// What is not there is `nil`, and moves nothing. A message reads itself from its bytes (`init?(_: RawSpan)`), a part
/// of one from the reader of the whole (`init?(reading:)`); both have `write(into:)` beside them.
public struct ByteReader: ~Escapable {
    private let bytes: RawSpan
    /// Bytes read so far.
    public private(set) var offset = 0

    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    public var isAtEnd: Bool { offset == bytes.byteCount }

    // Inlined, as a header has six fields and there are headers by the hundred thousand.

    @inline(__always)
    public mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type = Value.self) -> Value? {
        guard let value = bytes.bigEndian(at: offset, as: type) else { return nil }
        offset &+= MemoryLayout<Value>.size
        return value
    }

    /// What travels in 48 bits (`ByteWriter.append(bigEndian48:)`).
    @inline(__always)
    public mutating func readUInt48() -> UInt64? {
        guard let field = readBytes(6), let high = field.bigEndian(at: 0, as: UInt16.self),
            let low = field.bigEndian(at: 2, as: UInt32.self)
        else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }

    /// `byteCount` bytes, not copied. Any count may be asked for.
    @inline(__always)
    @_lifetime(copy self)
    public mutating func readBytes(_ byteCount: Int) -> RawSpan? {
        guard byteCount >= 0, byteCount <= bytes.byteCount &- offset else { return nil }
        let start = offset
        offset &+= byteCount
        return bytes.extracting(start..<offset)
    }

    /// All that is left.
    @_lifetime(copy self)
    public mutating func readRest() -> RawSpan {
        let start = offset
        offset = bytes.byteCount
        return bytes.extracting(droppingFirst: start)
    }

    /// Steps over bytes that mean nothing; `false` if there are not as many.
    @inline(__always)
    public mutating func skip(_ byteCount: Int) -> Bool {
        guard byteCount >= 0, byteCount <= bytes.byteCount &- offset else { return false }
        offset &+= byteCount
        return true
    }
}
