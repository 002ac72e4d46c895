// All memory of the module that the compiler does not check: a fixed run of values, and one segment of the table.

/// A fixed number of values that never move, for locks and atomics.
@safe struct FixedRun<Element: ~Copyable>: ~Copyable {
    let count: Int
    private let base: UnsafeMutablePointer<Element>

    init(count: Int, _ make: (Int) -> Element) {
        self.count = count
        unsafe base = .allocate(capacity: count)
        for index in 0..<count { unsafe (base + index).initialize(to: make(index)) }
    }

    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    subscript(index: Int) -> Element {
        unsafeAddress {
            precondition(index >= 0 && index < count, "\(index) of \(count)")
            return unsafe UnsafePointer(base + index)
        }
    }
}

// Proof: the pointer is constant and the memory behind it has one owner; what it holds is made for several threads.
extension FixedRun: @unchecked Sendable where Element: Sendable & ~Copyable {}

/// One segment of the presence table: open addressing with linear probing and backward-shift deletion.
///
/// Sessions of one user are several slots with the same key in one run of probes, so there are no overflow records;
/// whoever looks for a user reads to the next empty slot. Keys and words are separate runs (a miss reads keys only)
/// of one allocation: 12 bytes per slot.
@safe struct Segment: ~Copyable, @unchecked Sendable {
    // Proof of Sendable: the memory below has one owner, which the type system moves as a whole.
    private var words: UnsafeMutablePointer<UInt64>?
    private(set) var capacity = 0
    private(set) var count: UInt32 = 0

    /// The bits of a word that name a session among those of its user: its origin and its device class.
    static let identityMask: UInt64 = 0xfff << 40 | SessionContent.classBit

    static let bytesPerSlot = MemoryLayout<UInt64>.size + MemoryLayout<UInt32>.size

    init() {}

    deinit {
        unsafe words?.deallocate()
    }

    /// All words of a user.
    func forEachWord(of user: UInt32, _ hash: UserHash, _ body: (UInt64) -> Void) {
        guard let words = unsafe words else { return }
        let keys = unsafe keys(words)
        var index = home(hash)
        while true {
            let key = unsafe keys[index]
            if key == 0 { return }
            if key == user { body(unsafe words[index]) }
            index = next(index)
        }
    }

    func forEach(_ body: (_ user: UInt32, _ word: UInt64) -> Void) {
        guard let words = unsafe words else { return }
        let keys = unsafe keys(words)
        for index in 0..<capacity {
            let key = unsafe keys[index]
            if key != 0 { body(key, unsafe words[index]) }
        }
    }

    /// Writes `word` over the one of the same identity, which it returns, or else beside the others.
    mutating func upsert(_ user: UInt32, _ hash: UserHash, _ word: UInt64) -> UInt64? {
        if let index = find(user, hash, word), let words = unsafe words {
            let previous = unsafe words[index]
            unsafe words[index] = word
            return previous
        }
        if Int(count) + 1 > Self.sessions(fitting: capacity) { resize(to: max(8, capacity + capacity / 4 + 1)) }
        insert(user, hash, word)
        count += 1
        return nil
    }

    /// Takes out the word of the same identity.
    mutating func remove(_ user: UInt32, _ hash: UserHash, _ identity: UInt64) -> UInt64? {
        guard let index = find(user, hash, identity), let words = unsafe words else { return nil }
        let previous = unsafe words[index]
        close(index)
        shrink()
        return previous
    }

    /// Takes out every word that `isCondemned` picks.
    mutating func removeAll(where isCondemned: (UInt64) -> Bool) {
        guard let words = unsafe words else { return }
        let keys = unsafe keys(words)
        var index = 0
        while index < capacity {
            // What a removal moves here has not been looked at yet: stay.
            if unsafe keys[index] != 0, isCondemned(unsafe words[index]) { close(index) } else { index += 1 }
        }
        shrink()
    }

    func word(of user: UInt32, _ hash: UserHash, identity: UInt64) -> UInt64? {
        guard let index = find(user, hash, identity), let words = unsafe words else { return nil }
        return unsafe words[index]
    }

    func contains(_ user: UInt32, _ hash: UserHash, _ identity: UInt64) -> Bool { find(user, hash, identity) != nil }

    private func find(_ user: UInt32, _ hash: UserHash, _ identity: UInt64) -> Int? {
        guard let words = unsafe words else { return nil }
        let keys = unsafe keys(words)
        var index = home(hash)
        while true {
            let key = unsafe keys[index]
            if key == 0 { return nil }
            if key == user, unsafe (words[index] ^ identity) & Self.identityMask == 0 { return index }
            index = next(index)
        }
    }

    /// There must be room.
    private func insert(_ user: UInt32, _ hash: UserHash, _ word: UInt64) {
        guard let words = unsafe words else { preconditionFailure("an insertion into a segment without memory") }
        let keys = unsafe keys(words)
        var index = home(hash)
        while unsafe keys[index] != 0 { index = next(index) }
        unsafe keys[index] = user
        unsafe words[index] = word
    }

    /// Empties a slot and moves back what was pushed behind it (Knuth, vol. 3, 6.4, algorithm R).
    private mutating func close(_ index: Int) {
        guard let words = unsafe words else { return }
        let keys = unsafe keys(words)
        var hole = index
        var reader = index
        while true {
            reader = next(reader)
            let key = unsafe keys[reader]
            if key == 0 { break }
            let home = home(UserHash(key))
            // It may not move in front of its home.
            let stays = hole < reader ? home > hole && home <= reader : home > hole || home <= reader
            if stays { continue }
            unsafe keys[hole] = key
            unsafe words[hole] = words[reader]
            hole = reader
        }
        unsafe keys[hole] = 0
        count -= 1
    }

    /// A load of 0.85: a miss then reads 23 keys on average, which is one or two cache lines.
    private static func sessions(fitting capacity: Int) -> Int { capacity * 17 / 20 }

    /// Below a load of 0.64 the memory would exceed what is promised (see `PresenceLimits`). The new load of 0.75 lies
    /// a tenth away from either bound: what is moved has been paid for by as many changes, up to a constant.
    private mutating func shrink() {
        guard capacity > 16, Int(count) * 25 < capacity * 16 else { return }
        resize(to: max(8, Int(count) * 4 / 3 + 1))
    }

    private mutating func resize(to newCapacity: Int) {
        let oldWords = unsafe words
        let oldCapacity = capacity
        let memory = UnsafeMutableRawPointer.allocate(byteCount: newCapacity * Self.bytesPerSlot, alignment: 16)
        unsafe words = memory.bindMemory(to: UInt64.self, capacity: newCapacity)
        unsafe (memory + newCapacity * 8).initializeMemory(as: UInt32.self, repeating: 0, count: newCapacity)
        capacity = newCapacity
        guard let oldWords = unsafe oldWords else { return }
        let oldKeys = unsafe UnsafeRawPointer(oldWords + oldCapacity).assumingMemoryBound(to: UInt32.self)
        for index in 0..<oldCapacity {
            let key = unsafe oldKeys[index]
            if key != 0 { insert(key, UserHash(key), unsafe oldWords[index]) }
        }
        unsafe oldWords.deallocate()
    }

    private func keys(_ words: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<UInt32> {
        unsafe UnsafeMutableRawPointer(words + capacity).assumingMemoryBound(to: UInt32.self)
    }

    /// The low half of the hash, scaled to the capacity, which need not be a power of two.
    private func home(_ hash: UserHash) -> Int {
        Int(truncatingIfNeeded: (hash.rawValue & 0xffff_ffff) &* UInt64(truncatingIfNeeded: capacity) >> 32)
    }

    private func next(_ index: Int) -> Int { index + 1 == capacity ? 0 : index + 1 }
}
