/// A growable run of bytes, written at the end and read as a span.
///
/// The one place outside the runtime layer that owns raw memory: an array would check uniqueness at every append,
/// which costs three to ten times more on the message path. Not thread-safe; the owner is
/// unique by type. The caller bounds what it writes.
@safe public struct ByteWriter: ~Copyable, @unchecked Sendable {
    // Proof of Sendable: the memory below has one owner, which the type system moves as a whole.
    private var base: UnsafeMutableRawPointer
    /// Bytes that fit without growing.
    public private(set) var capacity: Int
    /// Bytes written.
    public private(set) var count = 0

    public init(capacity: Int = 256) {
        precondition(capacity > 0, "a writer needs room to start with, got \(capacity)")
        self.capacity = capacity
        unsafe base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        unsafe base.deallocate()
    }

    /// What was written so far.
    public var bytes: RawSpan {
        @_lifetime(borrow self) get {
            let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    public var isEmpty: Bool { count == 0 }

    /// Forgets the content and keeps the memory, unless it grew beyond `limit` bytes.
    public mutating func clear(keeping limit: Int = .max) {
        count = 0
        if capacity > limit { reallocate(to: max(limit, 1)) }
    }

    /// Takes back everything after the first `length` bytes. `length` must not exceed `count`.
    public mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count, "cannot truncate \(count) bytes to \(length)")
        count = length
    }

    public mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    public mutating func append(_ bytes: borrowing RawSpan) {
        let length = bytes.byteCount
        reserve(length)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (base + count).copyMemory(from: start, byteCount: length)
        }
        count &+= length
    }

    public mutating func append(_ bytes: [UInt8]) {
        append(bytes.rawBytes)
    }

    public mutating func append(utf8 text: String) {
        var text = text
        text.withUTF8 { unsafe append($0.span.bytes) }
    }

    public mutating func append(utf8 text: StaticString) {
        unsafe append(RawSpan(_unsafeStart: text.utf8Start, byteCount: text.utf8CodeUnitCount))
    }

    /// Appends `length` bytes that `fill` must write.
    @unsafe public mutating func append(_ length: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(length >= 0, "cannot append \(length) bytes")
        reserve(length)
        unsafe fill(UnsafeMutableRawBufferPointer(start: base + count, count: length))
        count &+= length
    }

    /// Appends what `fill` writes: it returns how many bytes of the `length` it was given.
    @unsafe public mutating func append(upTo length: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        precondition(length >= 0, "cannot append \(length) bytes")
        reserve(length)
        let written = unsafe fill(UnsafeMutableRawBufferPointer(start: base + count, count: length))
        precondition(written >= 0 && written <= length, "\(written) bytes written into \(length)")
        count &+= written
    }

    public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(bigEndian value: Value) {
        reserve(MemoryLayout<Value>.size)
        unsafe base.storeBytes(of: value.bigEndian, toByteOffset: count, as: Value.self)
        count &+= MemoryLayout<Value>.size
    }

    /// The low 48 bits.
    public mutating func append(bigEndian48 value: UInt64) {
        append(bigEndian: UInt16(truncatingIfNeeded: value >> 32))
        append(bigEndian: UInt32(truncatingIfNeeded: value))
    }

    /// Replaces bytes written before, for lengths that are known only at the end.
    public mutating func overwrite<Value: FixedWidthInteger & BitwiseCopyable>(
        bigEndian value: Value, at offset: Int
    ) {
        precondition(
            offset >= 0 && offset <= count - MemoryLayout<Value>.size,
            "\(offset) is outside of the \(count) bytes written")
        unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
    }

    /// Makes capacity for `extra` more bytes; growth doubles.
    @inline(__always)
    public mutating func reserve(_ extra: Int) {
        guard extra > capacity &- count else { return }
        reallocate(to: max(count + extra, capacity * 2))
    }

    private mutating func reallocate(to newCapacity: Int) {
        let grown = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        unsafe grown.copyMemory(from: base, byteCount: min(count, newCapacity))
        unsafe base.deallocate()
        unsafe base = grown
        capacity = newCapacity
    }
}
