import Membership
import Synchronization
import TalkProtocol

/// The number that entries of the table carry instead of a life of a node: 12 bits instead of 64.
struct OriginSlot: Hashable, Sendable {
    let rawValue: UInt16

    /// This node's own.
    static let own = OriginSlot(rawValue: 0)

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    init(word: UInt64) {
        rawValue = UInt16(truncatingIfNeeded: word >> 40) & 0xfff
    }

    var index: Int { Int(rawValue) }

    func word(_ content: SessionContent) -> UInt64 { UInt64(rawValue) << 40 | content.rawValue }

    /// A word with only what names an entry among those of its user.
    func identity(_ device: DeviceClass) -> UInt64 {
        UInt64(rawValue) << 40 | (device == .pc ? 0 : SessionContent.classBit)
    }
}

/// Whose each origin slot is, and whether its entries are to be seen. One thread writes, all read.
struct OriginSlots: ~Copyable, Sendable {
    /// Node and epoch in one word; 0 is nobody.
    private let peers = FixedRun(count: PresenceLimits.originSlots) { _ in Atomic<UInt64>(0) }
    private let counts = FixedRun(count: PresenceLimits.originSlots) { _ in Atomic<Int>(0) }
    /// A bit per slot: all that a lookup has to have in its cache is 512 bytes.
    private let visible = FixedRun(count: PresenceLimits.originSlots / 64) { _ in Atomic<UInt64>(0) }

    init(own: Peer) {
        peers[OriginSlot.own.index].store(Self.packed(own), ordering: .relaxed)
        show(.own)
    }

    /// Whose the slot is, if its entries are to be seen.
    ///
    /// To be asked while an entry that names the slot is held by its lock: as long as there is an entry the slot
    /// belongs to the same peer. Entries become visible to readers by that lock, after the bits they depend on.
    func visiblePeer(_ slot: OriginSlot) -> Peer? {
        isVisible(slot) ? peer(slot) : nil
    }

    func isVisible(_ slot: OriginSlot) -> Bool {
        visible[slot.index >> 6].load(ordering: .acquiring) >> UInt64(slot.index & 63) & 1 != 0
    }

    func peer(_ slot: OriginSlot) -> Peer? { Self.unpacked(peers[slot.index].load(ordering: .acquiring)) }

    func sessionCount(_ slot: OriginSlot) -> Int { counts[slot.index].load(ordering: .relaxed) }

    var visibleSessionCount: Int {
        (0..<PresenceLimits.originSlots).reduce(0) { sum, index in
            let slot = OriginSlot(rawValue: UInt16(index))
            return isVisible(slot) ? sum + sessionCount(slot) : sum
        }
    }

    var count: Int {
        (0..<PresenceLimits.originSlots).count { peers[$0].load(ordering: .relaxed) != 0 }
    }

    func slot(of peer: Peer) -> OriginSlot? {
        let packed = Self.packed(peer)
        return first { $0 == packed }
    }

    /// Gives the peer a slot, to be seen; `nil` when all are in use. Rare, so it may search.
    func add(_ peer: Peer) -> OriginSlot? {
        guard let slot = first(where: { $0 == 0 }) else { return nil }
        precondition(sessionCount(slot) == 0, "slot \(slot.rawValue) is free and has \(sessionCount(slot)) sessions")
        peers[slot.index].store(Self.packed(peer), ordering: .releasing)
        show(slot)
        return slot
    }

    /// To be called when no entry of the slot is left.
    func release(_ slot: OriginSlot) {
        precondition(sessionCount(slot) == 0, "slot \(slot.rawValue) still has \(sessionCount(slot)) sessions")
        hide(slot)
        peers[slot.index].store(0, ordering: .releasing)
    }

    func hide(_ slot: OriginSlot) {
        visible[slot.index >> 6].bitwiseAnd(~(1 << UInt64(slot.index & 63)), ordering: .acquiringAndReleasing)
    }

    func show(_ slot: OriginSlot) {
        visible[slot.index >> 6].bitwiseOr(1 << UInt64(slot.index & 63), ordering: .acquiringAndReleasing)
    }

    func count(_ difference: Int, in slot: OriginSlot) {
        counts[slot.index].store(sessionCount(slot) + difference, ordering: .relaxed)
    }

    private func first(where condition: (UInt64) -> Bool) -> OriginSlot? {
        (0..<PresenceLimits.originSlots).first { condition(peers[$0].load(ordering: .relaxed)) }.map {
            OriginSlot(rawValue: UInt16($0))
        }
    }

    private static func packed(_ peer: Peer) -> UInt64 {
        UInt64(peer.node.rawValue) << 48 | peer.epoch.rawValue
    }

    private static func unpacked(_ word: UInt64) -> Peer? {
        guard let node = NodeID(rawValue: UInt16(truncatingIfNeeded: word >> 48)),
            let epoch = NodeEpoch(rawValue: word & (1 << 48 - 1))
        else { return nil }
        return Peer(node, epoch)
    }
}
