import Glibc

/// The bytes of a connection that its handler has not taken yet: part of a PDU, or everything while reading is paused.
///
/// Empty it owns no memory. Above the largest pool size it doubles with plain allocations, never further than the
/// bytes that really arrived ask for: an announced length allocates nothing (B04, B05).
@safe struct InputBuffer: ~Copyable {
    private var memory: UnsafeMutableRawPointer?
    private(set) var count: UInt32 = 0
    private var capacity: UInt32 = 0

    init() {
        unsafe memory = nil
    }

    /// Valid until the next call that changes the buffer.
    @unsafe var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory, count: Int(count))
    }

    /// Where the next bytes go, at least `byteCount` of them; follow with `advance`.
    mutating func room(for byteCount: Int, from pool: BufferPool) -> UnsafeMutableRawBufferPointer {
        let needed = Int(count) + byteCount
        if needed > Int(capacity) { grow(to: needed, pool) }
        guard let memory = unsafe memory else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeMutableRawBufferPointer(start: memory + Int(count), count: Int(capacity - count))
    }

    mutating func advance(by byteCount: Int) {
        count += UInt32(byteCount)
        precondition(count <= capacity, "\(count) bytes written into \(capacity)")
    }

    mutating func append(_ source: RawSpan, from pool: BufferPool) {
        guard source.byteCount > 0 else { return }
        let target = unsafe room(for: source.byteCount, from: pool)
        unsafe source.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        advance(by: source.byteCount)
    }

    /// Drops the first `byteCount` bytes; without a rest the memory goes back to the pool.
    mutating func consume(_ byteCount: Int, to pool: BufferPool) {
        precondition(byteCount <= Int(count), "\(byteCount) bytes taken of \(count)")
        count -= UInt32(byteCount)
        if count == 0 {
            release(to: pool)
        } else if byteCount > 0, let memory = unsafe memory {
            unsafe memmove(memory, memory + byteCount, Int(count))
        }
    }

    mutating func release(to pool: BufferPool) {
        guard let memory = unsafe memory else { return }
        if let size = sizeClass {
            unsafe pool.give(memory, size)
        } else {
            unsafe memory.deallocate()
        }
        unsafe self.memory = nil
        count = 0
        capacity = 0
    }

    private var sizeClass: BufferPool.SizeClass? {
        BufferPool.SizeClass.fitting(Int(capacity)).flatMap { $0.byteCount == Int(capacity) ? $0 : nil }
    }

    private mutating func grow(to needed: Int, _ pool: BufferPool) {
        let size = BufferPool.SizeClass.fitting(needed)
        let newCapacity = size?.byteCount ?? max(needed, Int(capacity) * 2)
        let grown = unsafe size.map { unsafe pool.take($0) } ?? .allocate(byteCount: newCapacity, alignment: 16)
        let kept = count
        if let memory = unsafe memory { unsafe grown.copyMemory(from: memory, byteCount: Int(kept)) }
        release(to: pool)
        unsafe memory = grown
        count = kept
        capacity = UInt32(newCapacity)
    }
}
