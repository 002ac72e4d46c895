/// A value that a class can own and use on its hot path.
///
/// A stored property of a class is guarded by a run-time exclusivity check at each use, about 8 ns with a thread-local
/// lookup; the content of this one is behind a constant pointer and is not. The owner must not use it again while a
/// call that changes it is running. Not thread-safe.
@safe public final class Cell<Value: ~Copyable> {
    /// For accessors of the owner that hand the value on; valid as long as this object.
    @unsafe public let address: UnsafeMutablePointer<Value>

    public init(_ value: consuming Value) {
        unsafe address = .allocate(capacity: 1)
        unsafe address.initialize(to: value)
    }

    deinit {
        unsafe address.deinitialize(count: 1)
        unsafe address.deallocate()
    }

    public var value: Value {
        unsafeAddress { unsafe UnsafePointer(address) }
        unsafeMutableAddress { unsafe address }
    }
}
