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
/// whoever looks for a user reads to the next empty slot. Slots stand in blocks of five, five keys and five words,
/// which are one cache line, and probes start at a block: a lookup in a table that is in no cache waits for one line,
/// mostly, while a run of keys and a run of words would make it wait for two pages and two lines.
@safe struct Segment: ~Copyable, @unchecked Sendable {
    // Proof of Sendable: the memory below has one owner, which the type system moves as a whole.
    private var base: UnsafeMutableRawPointer?
    private var blockCount = 0
    private(set) var count: UInt32 = 0

    /// The bits of a word that name a session among those of its user: its origin and its device class.
    static let identityMask: UInt64 = 0xfff << 40 | SessionContent.classBit

    private static let slotsPerBlock = 5
    private static let bytesPerBlock = 64
    private static let wordsOffset = 24

    init() {}

    deinit {
        unsafe base?.deallocate()
    }

    var capacity: Int { blockCount * Self.slotsPerBlock }
    var byteCount: Int { blockCount * Self.bytesPerBlock }

    /// All words of a user.
    func forEachWord(of user: UInt32, _ hash: UserHash, _ body: (UInt64) -> Void) {
        guard let base = unsafe base else { return }
        var block = home(hash)
        while true {
            let line = unsafe base + block * Self.bytesPerBlock
            for slot in 0..<Self.slotsPerBlock {
                let key = unsafe line.load(fromByteOffset: slot * 4, as: UInt32.self)
                if key == 0 { return }
                if key == user {
                    body(unsafe line.load(fromByteOffset: Self.wordsOffset + slot * 8, as: UInt64.self))
                }
            }
            block = block + 1 == blockCount ? 0 : block + 1
        }
    }

    func forEach(_ body: (_ user: UInt32, _ word: UInt64) -> Void) {
        for index in 0..<capacity where key(index) != 0 { body(key(index), word(index)) }
    }

    func word(of user: UInt32, _ hash: UserHash, identity: UInt64) -> UInt64? {
        find(user, hash, identity).map { word($0) }
    }

    func contains(_ user: UInt32, _ hash: UserHash, _ identity: UInt64) -> Bool { find(user, hash, identity) != nil }

    /// Writes `word` over the one of the same identity, which it returns, or else beside the others.
    mutating func upsert(_ user: UInt32, _ hash: UserHash, _ word: UInt64) -> UInt64? {
        if let index = find(user, hash, word) {
            let previous = self.word(index)
            write(user, word, at: index)
            return previous
        }
        // A load of 0.85: a miss then reads two blocks on average. Growth of a fifth leaves one of 0.71.
        if (Int(count) + 1) * 20 > capacity * 17 { resize(to: blockCount + blockCount / 5 + 1) }
        insert(user, hash, word)
        count += 1
        return nil
    }

    /// Takes out the word of the same identity.
    mutating func remove(_ user: UInt32, _ hash: UserHash, _ identity: UInt64) -> UInt64? {
        guard let index = find(user, hash, identity) else { return nil }
        let previous = word(index)
        close(index)
        shrink()
        return previous
    }

    /// Takes out every word that `isCondemned` picks.
    mutating func removeAll(where isCondemned: (UInt64) -> Bool) {
        var index = 0
        while index < capacity {
            // What a removal moves here has not been looked at yet: stay.
            if key(index) != 0, isCondemned(word(index)) { close(index) } else { index += 1 }
        }
        shrink()
    }

    private func find(_ user: UInt32, _ hash: UserHash, _ identity: UInt64) -> Int? {
        guard blockCount > 0 else { return nil }
        var index = home(hash) * Self.slotsPerBlock
        while true {
            let key = key(index)
            if key == 0 { return nil }
            if key == user, (word(index) ^ identity) & Self.identityMask == 0 { return index }
            index = next(index)
        }
    }

    /// There must be room.
    private func insert(_ user: UInt32, _ hash: UserHash, _ word: UInt64) {
        var index = home(hash) * Self.slotsPerBlock
        while key(index) != 0 { index = next(index) }
        write(user, word, at: index)
    }

    /// Empties a slot and moves back what was pushed behind it (Knuth, vol. 3, 6.4, algorithm R).
    private mutating func close(_ index: Int) {
        var hole = index
        var reader = index
        while true {
            reader = next(reader)
            let key = key(reader)
            if key == 0 { break }
            let home = home(UserHash(key)) * Self.slotsPerBlock
            // It may not move in front of its home.
            let stays = hole < reader ? home > hole && home <= reader : home > hole || home <= reader
            if stays { continue }
            write(key, word(reader), at: hole)
            hole = reader
        }
        write(0, 0, at: hole)
        count -= 1
    }

    /// Below a load of 0.68 the memory would exceed what is promised (see `PresenceLimits`). The new load of 0.77 lies
    /// far enough from either bound: what is moved has been paid for by as many changes, up to a constant.
    private mutating func shrink() {
        guard blockCount > 4, Int(count) * 25 < capacity * 17 else { return }
        resize(to: Int(count) * 13 / 50 + 1)
    }

    private mutating func resize(to newBlockCount: Int) {
        let byteCount = newBlockCount * Self.bytesPerBlock
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: Self.bytesPerBlock)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        var resized = Segment()
        unsafe resized.base = unsafe memory
        resized.blockCount = newBlockCount
        resized.count = count
        forEach { user, word in resized.insert(user, UserHash(user), word) }
        swap(&self, &resized)
    }

    private func place(_ index: Int) -> (line: UnsafeMutableRawPointer, slot: Int) {
        guard let base = unsafe base else { preconditionFailure("slot \(index) of a segment without memory") }
        let (block, slot) = index.quotientAndRemainder(dividingBy: Self.slotsPerBlock)
        return unsafe (base + block * Self.bytesPerBlock, slot)
    }

    private func key(_ index: Int) -> UInt32 {
        let (line, slot) = unsafe place(index)
        return unsafe line.load(fromByteOffset: slot * 4, as: UInt32.self)
    }

    private func word(_ index: Int) -> UInt64 {
        let (line, slot) = unsafe place(index)
        return unsafe line.load(fromByteOffset: Self.wordsOffset + slot * 8, as: UInt64.self)
    }

    private func write(_ key: UInt32, _ word: UInt64, at index: Int) {
        let (line, slot) = unsafe place(index)
        unsafe line.storeBytes(of: key, toByteOffset: slot * 4, as: UInt32.self)
        unsafe line.storeBytes(of: word, toByteOffset: Self.wordsOffset + slot * 8, as: UInt64.self)
    }

    /// The block where probes for a user start: the low half of the hash, scaled, as the number of blocks need not be
    /// a power of two.
    func home(_ hash: UserHash) -> Int {
        Int(truncatingIfNeeded: ((hash.rawValue & 0xffff_ffff) &* UInt64(truncatingIfNeeded: blockCount)) >> 32)
    }

    private func next(_ index: Int) -> Int { index + 1 == capacity ? 0 : index + 1 }
}
