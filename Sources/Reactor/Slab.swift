import CLinux
import Glibc

/// Names a record of a slab without keeping it alive: when the slot is used again the generation has moved on, and
/// an old handle finds nothing.
public struct ConnectionHandle: Hashable, Sendable, CustomStringConvertible {
    public let slot: UInt32
    public let generation: UInt32

    public init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    /// Both halves in one integer, as stored in epoll events and in mail between loops.
    public init(packed: UInt64) {
        self.init(slot: UInt32(truncatingIfNeeded: packed), generation: UInt32(truncatingIfNeeded: packed >> 32))
    }

    public var packed: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    public var description: String { "\(slot)#\(generation)" }
}

/// Fixed-size table of records in memory that the kernel hands out page by page as slots are first used.
///
/// Freed slots are reused last-in first-out, so a loop that once held many connections touches few pages when it
/// holds few. `capacity` only reserves address space. Records are never moved: one million of them grow without a
/// pause.
///
/// A class whose tables are constants, so that reaching a record costs no exclusivity check at run time: that check
/// is a call with a thread-local lookup, and there would be several for every frame (bench/echo measured 0.66 of C
/// with them). The caller does not hold on to a record while it calls out.
@safe final class Slab<Record: ~Copyable> {
    private let records: UnsafeMutablePointer<Record>
    private let generations: UnsafeMutablePointer<UInt32>
    private var free: [UInt32] = []
    private var used: UInt32 = 0
    let capacity: Int
    private(set) var count = 0

    init(capacity: Int) throws(SystemError) {
        precondition(capacity > 0 && capacity < 1 << 28, "a slab of \(capacity) records")
        self.capacity = capacity
        // One mapping for both tables: the records, then their generations.
        let memory = unsafe try Slab.map(capacity * (MemoryLayout<Record>.stride + MemoryLayout<UInt32>.stride))
        unsafe records = memory.bindMemory(to: Record.self, capacity: capacity)
        unsafe generations = (memory + capacity * MemoryLayout<Record>.stride)
            .bindMemory(to: UInt32.self, capacity: capacity)
    }

    deinit {
        for slot in 0..<Int(used) where unsafe generations[slot] & 1 == 1 {
            unsafe (records + slot).deinitialize(count: 1)
        }
        unsafe munmap(records, capacity * (MemoryLayout<Record>.stride + MemoryLayout<UInt32>.stride))
    }

    /// Puts a record in; `nil` when all slots are taken. Odd generations are alive, even ones (0 at first) free.
    func insert(_ record: consuming Record) -> ConnectionHandle? {
        let slot: UInt32
        if let reused = free.popLast() {
            slot = reused
        } else {
            guard Int(used) < capacity else { return nil }
            slot = used
            used += 1
        }
        unsafe (records + Int(slot)).initialize(to: record)
        unsafe generations[Int(slot)] &+= 1
        count += 1
        return ConnectionHandle(slot: slot, generation: unsafe generations[Int(slot)])
    }

    /// Takes the record out and frees the slot. The handle must be alive.
    func remove(_ handle: ConnectionHandle) -> Record {
        precondition(contains(handle), "removing the dead handle \(handle)")
        unsafe generations[Int(handle.slot)] &+= 1
        free.append(handle.slot)
        count -= 1
        return unsafe (records + Int(handle.slot)).move()
    }

    func contains(_ handle: ConnectionHandle) -> Bool {
        guard handle.slot < capacity else { return false }
        let generation = unsafe generations[Int(handle.slot)]
        return generation == handle.generation && generation & 1 == 1
    }

    /// The record of a slot that is in use.
    subscript(slot: UInt32) -> Record {
        unsafeAddress {
            checkAlive(slot)
            return unsafe UnsafePointer(records + Int(slot))
        }
        @inline(__always) unsafeMutableAddress {
            checkAlive(slot)
            return unsafe records + Int(slot)
        }
    }

    /// The handle of a slot that is in use.
    func handle(of slot: UInt32) -> ConnectionHandle {
        checkAlive(slot)
        return ConnectionHandle(slot: slot, generation: unsafe generations[Int(slot)])
    }

    /// Every handle that is alive now.
    var handles: [ConnectionHandle] {
        (0..<used).compactMap { slot in
            let generation = unsafe generations[Int(slot)]
            return generation & 1 == 1 ? ConnectionHandle(slot: slot, generation: generation) : nil
        }
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        if count + free.count != Int(used) { return "\(count) used and \(free.count) free slots of \(used)" }
        if Set(free).count != free.count { return "a slot is free twice" }
        return handles.count == count ? nil : "\(handles.count) slots are alive, \(count) are counted"
    }

    private func checkAlive(_ slot: UInt32) {
        precondition(unsafe slot < capacity && generations[Int(slot)] & 1 == 1, "slot \(slot) is free")
    }

    private static func map(_ byteCount: Int) throws(SystemError) -> UnsafeMutableRawPointer {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let memory = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
            unsafe memory != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw SystemError("mmap") }
        return unsafe memory
    }
}
