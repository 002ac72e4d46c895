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

    private var spare: [[UnsafeMutableRawPointer]]
    private var spareBytes = 0
    private let spareLimit: Int
    /// Bytes that are out of the pool now.
    private(set) var lentBytes = 0

    init(spareLimit: Int = 16 << 20) {
        self.spareLimit = spareLimit
        unsafe spare = Array(repeating: [], count: SizeClass.allCases.count)
    }

    deinit {
        for unsafe memory in unsafe spare.joined() { unsafe memory.deallocate() }
    }

    func take(_ size: SizeClass) -> UnsafeMutableRawPointer {
        lentBytes += size.byteCount
        if let reused = unsafe spare[Int(size.rawValue)].popLast() {
            spareBytes -= size.byteCount
            return unsafe reused
        }
        return .allocate(byteCount: size.byteCount, alignment: 16)
    }

    func give(_ memory: UnsafeMutableRawPointer, _ size: SizeClass) {
        lentBytes -= size.byteCount
        guard spareBytes + size.byteCount <= spareLimit else {
            unsafe memory.deallocate()
            return
        }
        spareBytes += size.byteCount
        unsafe spare[Int(size.rawValue)].append(memory)
    }
}
