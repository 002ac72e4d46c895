import CLinux
import Glibc

/// What waits to be sent on one connection: a chain of pooled chunks, written with one `writev` per turn.
///
/// Frames are counted per chunk, so that the number waiting is known after a partial write as well.
@safe struct OutputQueue: ~Copyable {
    /// Stands at the start of each chunk's memory; the payload follows.
    @unsafe private struct Chunk {
        var next: UnsafeMutablePointer<Chunk>?
        var start: UInt32
        var end: UInt32
        var frames: UInt32
        let size: BufferPool.SizeClass

        var room: Int { unsafe size.byteCount - Int(end) }
    }

    private static let headerByteCount = unsafe MemoryLayout<Chunk>.stride
    private static let maxPiecesPerWrite = 16

    private var head: UnsafeMutablePointer<Chunk>?
    private var tail: UnsafeMutablePointer<Chunk>?
    private(set) var byteCount: UInt32 = 0
    private(set) var frameCount: UInt32 = 0

    init() {
        unsafe head = nil
        unsafe tail = nil
    }

    var isEmpty: Bool { byteCount == 0 }

    /// Lends the bytes that come first, as far as they stand in one piece. The queue must not be empty.
    func withFirst<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Int) throws(Failure) -> Int {
        guard let chunk = unsafe head else { preconditionFailure("an empty queue has no first bytes") }
        let payload = unsafe UnsafeRawPointer(chunk) + Int(chunk.pointee.start)
        let length = unsafe Int(chunk.pointee.end - chunk.pointee.start)
        return try body(unsafe RawSpan(_unsafeStart: payload, byteCount: length))
    }

    /// Appends a copy of one frame.
    @inline(__always)
    mutating func append(_ frame: RawSpan, from pool: BufferPool) {
        if let last = unsafe tail, unsafe last.pointee.room >= frame.byteCount {
            unsafe Self.copy(frame, to: last)
        } else {
            appendInParts(frame, from: pool)
        }
        guard let last = unsafe tail else { return }
        unsafe last.pointee.frames &+= 1
        frameCount &+= 1
        byteCount += UInt32(truncatingIfNeeded: frame.byteCount)
    }

    /// Appends a copy of one frame that lies in two places.
    mutating func append(_ head: RawSpan, _ body: RawSpan, from pool: BufferPool) {
        appendInParts(head, from: pool)
        byteCount += UInt32(truncatingIfNeeded: head.byteCount)
        append(body, from: pool)
    }

    @inline(never)
    private mutating func appendInParts(_ frame: RawSpan, from pool: BufferPool) {
        var rest = frame
        while !rest.isEmpty {
            let chunk = unsafe chunkWithRoom(for: rest.byteCount, pool)
            let part = unsafe min(chunk.pointee.room, rest.byteCount)
            unsafe Self.copy(rest.extracting(first: part), to: chunk)
            rest = rest.extracting(droppingFirst: part)
        }
    }

    @inline(__always)
    private static func copy(_ part: RawSpan, to chunk: UnsafeMutablePointer<Chunk>) {
        let target = unsafe UnsafeMutableRawPointer(chunk) + Int(chunk.pointee.end)
        unsafe part.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: target, count: source.count).copyMemory(from: source)
        }
        unsafe chunk.pointee.end &+= UInt32(truncatingIfNeeded: part.byteCount)
    }

    enum WriteResult {
        case finished
        /// The socket takes no more now; `progress` tells whether it took something.
        case blocked(progress: Bool)
    }

    /// Writes until the queue is empty or the socket is full.
    /// - Parameter withMore: more is written right behind it, which may go in the same packet (send(2), MSG_MORE).
    mutating func write(
        to descriptor: Int32, _ pool: BufferPool, withMore: Bool = false
    ) throws(SystemError) -> WriteResult {
        let flags = Int32(MSG_NOSIGNAL) | (withMore ? Int32(MSG_MORE) : 0)
        var progress = false
        while byteCount > 0 {
            guard let written = try writeOnce(descriptor, flags) else { return .blocked(progress: progress) }
            progress = true
            drop(written, pool)
        }
        return .finished
    }

    mutating func release(to pool: BufferPool) {
        while unsafe head != nil { removeHead(pool) }
        byteCount = 0
        frameCount = 0
    }

    private func writeOnce(_ descriptor: Int32, _ flags: Int32) throws(SystemError) -> Int? {
        guard let first = unsafe head else { return 0 }
        if unsafe first.pointee.next == nil {
            let payload = unsafe UnsafeRawPointer(first) + Int(first.pointee.start)
            let length = unsafe Int(first.pointee.end - first.pointee.start)
            return try System.nonBlocking("send") { unsafe send(descriptor, payload, length, flags) }
        }
        return try writePieces(descriptor, flags)
    }

    private func writePieces(_ descriptor: Int32, _ flags: Int32) throws(SystemError) -> Int? {
        unsafe try withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.maxPiecesPerWrite) {
            (pieces) throws(SystemError) -> Int? in
            var count = 0
            var next = unsafe head
            while let chunk = unsafe next, count < pieces.count {
                let payload = unsafe UnsafeMutableRawPointer(chunk) + Int(chunk.pointee.start)
                let length = unsafe Int(chunk.pointee.end - chunk.pointee.start)
                unsafe pieces[count] = unsafe iovec(iov_base: payload, iov_len: length)
                count += 1
                unsafe next = chunk.pointee.next
            }
            var message = unsafe msghdr()
            unsafe message.msg_iov = pieces.baseAddress
            unsafe message.msg_iovlen = count
            return try System.nonBlocking("sendmsg") {
                unsafe sendmsg(descriptor, &message, flags)
            }
        }
    }

    /// Removes the first `written` bytes.
    mutating func drop(_ written: Int, _ pool: BufferPool) {
        byteCount -= UInt32(written)
        var rest = UInt32(written)
        while rest > 0, let chunk = unsafe head {
            let length = unsafe chunk.pointee.end - chunk.pointee.start
            guard rest >= length else {
                unsafe chunk.pointee.start += rest
                return
            }
            rest -= length
            removeHead(pool)
        }
    }

    private mutating func removeHead(_ pool: BufferPool) {
        guard let chunk = unsafe head else { return }
        frameCount -= unsafe chunk.pointee.frames
        unsafe head = unsafe chunk.pointee.next
        if unsafe head == nil { unsafe tail = nil }
        unsafe pool.give(UnsafeMutableRawPointer(chunk), chunk.pointee.size)
    }

    private mutating func chunkWithRoom(for wanted: Int, _ pool: BufferPool) -> UnsafeMutablePointer<Chunk> {
        guard let last = unsafe tail else {
            let fitsSmall = wanted <= BufferPool.SizeClass.small.byteCount - Self.headerByteCount
            return unsafe appendChunk(fitsSmall ? .small : wanted <= 8_192 ? .medium : .large, pool)
        }
        if unsafe last.pointee.size == .small, unsafe last.pointee.room < wanted {
            return unsafe replaceSmallChunk(last, pool)
        }
        if unsafe last.pointee.room > 0 { return unsafe last }
        // A queue that keeps growing gets larger chunks.
        return unsafe appendChunk(byteCount > 16_384 || wanted > 8_192 ? .large : .medium, pool)
    }

    private mutating func appendChunk(_ size: BufferPool.SizeClass, _ pool: BufferPool) -> UnsafeMutablePointer<Chunk> {
        let chunk = unsafe Self.makeChunk(size, pool)
        if let last = unsafe tail { unsafe last.pointee.next = chunk } else { unsafe head = chunk }
        unsafe tail = chunk
        return unsafe chunk
    }

    /// A small chunk is always the only one: its few bytes move, and one `send` without a list of pieces stays enough.
    private mutating func replaceSmallChunk(
        _ small: UnsafeMutablePointer<Chunk>, _ pool: BufferPool
    ) -> UnsafeMutablePointer<Chunk> {
        let chunk = unsafe Self.makeChunk(.medium, pool)
        let waiting = unsafe Int(small.pointee.end - small.pointee.start)
        unsafe (UnsafeMutableRawPointer(chunk) + Self.headerByteCount)
            .copyMemory(from: UnsafeRawPointer(small) + Int(small.pointee.start), byteCount: waiting)
        unsafe chunk.pointee.end += UInt32(waiting)
        unsafe chunk.pointee.frames = small.pointee.frames
        unsafe pool.give(UnsafeMutableRawPointer(small), .small)
        unsafe head = chunk
        unsafe tail = chunk
        return unsafe chunk
    }

    private static func makeChunk(_ size: BufferPool.SizeClass, _ pool: BufferPool) -> UnsafeMutablePointer<Chunk> {
        let memory = unsafe pool.take(size)
        let chunk = unsafe memory.bindMemory(to: Chunk.self, capacity: 1)
        let start = UInt32(headerByteCount)
        unsafe chunk.initialize(to: Chunk(next: nil, start: start, end: start, frames: 0, size: size))
        return unsafe chunk
    }
}
