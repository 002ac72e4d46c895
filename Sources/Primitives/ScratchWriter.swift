/// A `ByteWriter` that a class can own and use on its hot path.
///
/// A stored property of a class is guarded by a run-time exclusivity check at each use, about 8 ns with a thread-local
/// lookup; the content of this one is behind a constant pointer and is not. The owner must not use it again while a
/// call that writes into it is running.
@safe public final class ScratchWriter {
    private let content: UnsafeMutablePointer<ByteWriter>

    public init(capacity: Int = 4096) {
        unsafe content = .allocate(capacity: 1)
        unsafe content.initialize(to: ByteWriter(capacity: capacity))
    }

    deinit {
        unsafe content.deinitialize(count: 1)
        unsafe content.deallocate()
    }

    public var writer: ByteWriter {
        unsafeAddress { unsafe UnsafePointer(content) }
        unsafeMutableAddress { unsafe content }
    }
}
