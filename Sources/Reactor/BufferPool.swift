/// Memory for bytes in flight, one pool per loop: three sizes, kept for reuse when given back.
///
/// An idle connection owns no buffer. The sizes are those of NATS' client buffers. Above `spareLimit` bytes of spare
/// memory, buffers go back to the allocator, so a burst does not stay resident.
@safe final class BufferPool {
    enum SizeClass: UInt8, CaseIterable {
        case small, medium, large

        var byteCount: Int {
            switch self {
            case .small: 512
            case .medium: 4096
            case .large: 65536
            }
        }

        static func fitting(_ byteCount: Int) -> SizeClass? {
            allCases.first { $0.byteCount >= byteCount }
        }
    }

    /// Behind a constant pointer for the same reason as the tables of `Slab`.
    @safe private struct State {
        /// First spare buffer of each size; a spare buffer holds the address of the next one.
        var spare: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
        var spareBytes = 0
        var lentBytes = 0
    }

    private let spareLimit: Int
    private let state: UnsafeMutablePointer<State>

    init(spareLimit: Int = 16 << 20) {
        self.spareLimit = spareLimit
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: unsafe State(spare: (nil, nil, nil)))
    }

    deinit {
        for size in SizeClass.allCases {
            while let memory = unsafe popSpare(size) { unsafe memory.deallocate() }
        }
        unsafe state.deallocate()
    }

    /// Bytes that are out of the pool now.
    var lentBytes: Int { unsafe state.pointee.lentBytes }

    func take(_ size: SizeClass) -> UnsafeMutableRawPointer {
        unsafe state.pointee.lentBytes += size.byteCount
        if let reused = unsafe popSpare(size) {
            unsafe state.pointee.spareBytes -= size.byteCount
            return unsafe reused
        }
        return .allocate(byteCount: size.byteCount, alignment: 16)
    }

    func give(_ memory: UnsafeMutableRawPointer, _ size: SizeClass) {
        unsafe state.pointee.lentBytes -= size.byteCount
        guard unsafe state.pointee.spareBytes + size.byteCount <= spareLimit else {
            unsafe memory.deallocate()
            return
        }
        unsafe state.pointee.spareBytes += size.byteCount
        unsafe withHead(of: size) { head in
            unsafe memory.storeBytes(of: head, as: UnsafeMutableRawPointer?.self)
            unsafe head = memory
        }
    }

    private func popSpare(_ size: SizeClass) -> UnsafeMutableRawPointer? {
        unsafe withHead(of: size) { head in
            guard let first = unsafe head else { return nil }
            unsafe head = first.load(as: UnsafeMutableRawPointer?.self)
            return unsafe first
        }
    }

    @inline(__always)
    private func withHead<Result>(
        of size: SizeClass, _ body: (inout UnsafeMutableRawPointer?) -> Result
    ) -> Result {
        switch size {
        case .small: unsafe body(&state.pointee.spare.0)
        case .medium: unsafe body(&state.pointee.spare.1)
        case .large: unsafe body(&state.pointee.spare.2)
        }
    }
}
