import Glibc

/// Big-endian ("network order") reads that cannot trap: what is not there is `nil`.
extension RawSpan {
    /// The integer that starts at `offset`, or `nil` if it does not lie inside the span.
    public func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Value.Type = Value.self
    ) -> Value? {
        guard offset >= 0, offset <= byteCount &- MemoryLayout<Value>.size else { return nil }
        return unsafe Value(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The byte at `offset`, or `nil` outside the span.
    public func byte(at offset: Int) -> UInt8? {
        guard offset >= 0, offset < byteCount else { return nil }
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The bytes of `range`, or `nil` if the range is not inside the span.
    @_lifetime(copy self)
    @inlinable
    public func slice(_ range: Range<Int>) -> RawSpan? {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { return nil }
        return extracting(range)
    }

    /// Where `byte` stands first, from `offset` on.
    public func offset(of byte: UInt8, from offset: Int) -> Int? {
        guard offset >= 0, offset < byteCount else { return nil }
        return unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = unsafe memchr(start + offset, CInt(byte), bytes.count - offset)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - start
        }
    }

    /// A copy, for what must outlive the span.
    public func copied() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// Byte-wise equality, not constant in time: never for secrets.
    public func equals(_ other: borrowing RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                unsafe left.elementsEqual(right)
            }
        }
    }
}

extension [UInt8] {
    /// The array as raw bytes. (`span.bytes` counts as unsafe for a general element type; for bytes it is not.)
    public var rawBytes: RawSpan {
        @_lifetime(borrow self) get { unsafe span.bytes }
    }

    public mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
