import Membership
import Primitives
import TalkProtocol

/// What this node knows of the stream of another one, in one life of that. The sessions themselves are in the table.
/// A core.
struct Replica {
    let peer: Peer
    let slot: OriginSlot
    private(set) var isVisible = true
    /// Who came, or changed, while nobody could see it. Bounded by the sessions there are.
    private var unseen: Set<UserID> = []
    /// When it will have been dead for long enough.
    var purgeAt: Instant?

    /// The number of the last change that is in the table.
    private(set) var applied: UInt64 = 0
    private(set) var digest = Digest()
    private var repair = Repair.none

    private enum Repair {
        case none
        /// Nothing came since then.
        case asked(at: Instant)
        /// The last part came then.
        case receiving(Instant)
    }

    init(_ peer: Peer, _ slot: OriginSlot) {
        self.peer = peer
        self.slot = slot
    }

    func state(in table: PresenceTable) -> StreamState {
        StreamState(seq: applied, root: digest.root, count: UInt32(clamping: table.origins.sessionCount(slot)))
    }

    mutating func hide() { isVisible = false }

    mutating func show(into effects: inout [PresenceEffect]) {
        isVisible = true
        purgeAt = nil
        effects.append(.shown(peer))
        for user in unseen.sorted() { effects.append(.changed(user)) }
        unseen = []
    }

    /// What was under way on the last link will not go on.
    mutating func linkChanged() { repair = .none }

    /// Whether it is time to ask: not while an answer may still come.
    private func mayAsk(_ now: Instant) -> Bool {
        switch repair {
        case .none: true
        case .asked(let then), .receiving(let then): now - then >= PresenceLimits.repairPatience
        }
    }

    /// Asks for what is missing. `false` if that is under way.
    mutating func ask(at now: Instant, _ frame: inout ByteWriter, into effects: inout [PresenceEffect]) -> Bool {
        guard mayAsk(now) else { return false }
        repair = .asked(at: now)
        var group = 0
        repeat {
            frame.begin(.repairRequest, peer)
            group = frame.append(digest, groupsFrom: group)
            effects.append(.send(frame.bytes.copied(), to: peer))
        } while group < PresenceLimits.segments / 64
        return true
    }

    /// `false` if it does not fit to what is here.
    mutating func apply(
        _ ops: [SessionOp], base: UInt64, to table: PresenceTable, into effects: inout [PresenceEffect]
    ) -> Bool {
        guard base == applied else { return false }
        for op in ops { apply(op, to: table, into: &effects) }
        applied = base + UInt64(ops.count)
        return true
    }

    /// `false` if it differs from what is here.
    mutating func summarised(_ state: StreamState, in table: PresenceTable) -> Bool {
        guard state == self.state(in: table) else { return false }
        repair = .none
        return true
    }

    mutating func repairBegan(seq: UInt64, at now: Instant) {
        if case .none = repair { return }
        repair = .receiving(now)
        applied = seq
    }

    mutating func bucketsCame(
        _ content: borrowing FrameContent, at now: Instant, to table: PresenceTable,
        into effects: inout [PresenceEffect]
    ) {
        // Without its beginning, of which number it is is not known.
        guard case .receiving = repair else { return }
        repair = .receiving(now)
        for bucket in content.buckets { replace(bucket.index, content.ops[bucket.ops], in: table, into: &effects) }
    }

    /// If it did not lead to the same contents, the next summary will say so: that is the pace.
    mutating func repairEnded() {
        if case .receiving = repair { repair = .none }
    }

    /// Makes a bucket hold `new`, which is in the order of its keys.
    private mutating func replace(
        _ bucket: Int, _ new: ArraySlice<SessionOp>, in table: PresenceTable, into effects: inout [PresenceEffect]
    ) {
        var old: [SessionOp] = []
        table.forEachEntry(in: bucket, of: slot) { old.append(SessionOp(user: $0, present: $1)) }
        old.sort { $0.key < $1.key }
        var rest = new
        for entry in old {
            while let first = rest.first, first.key < entry.key {
                apply(first, to: table, into: &effects)
                rest.removeFirst()
            }
            if let first = rest.first, first.key == entry.key {
                apply(first, to: table, into: &effects)
                rest.removeFirst()
            } else {
                apply(SessionOp(user: entry.user, absent: entry.device), to: table, into: &effects)
            }
        }
        for op in rest { apply(op, to: table, into: &effects) }
    }

    /// The stream is the truth about its origin: no login epochs are compared, as its origin has done that.
    private mutating func apply(_ op: SessionOp, to table: PresenceTable, into effects: inout [PresenceEffect]) {
        let hash = UserHash(op.user)
        guard let content = op.content else {
            guard let previous = table.remove(op.user, hash, op.device, of: slot) else { return }
            digest.toggle(hash, previous)
            unseen.remove(UserID(op.user))
            // Even of one who is hidden: that he went is certain.
            effects.append(.changed(UserID(op.user)))
            return
        }
        switch table.upsert(op.user, hash, content, of: slot) {
        case .full:
            effects.append(.overrun(peer))
        case .written(let previous, let own):
            if previous == content { return }
            if let previous { digest.toggle(hash, previous) }
            digest.toggle(hash, content)
            if isVisible { effects.append(.changed(UserID(op.user))) } else { unseen.insert(UserID(op.user)) }
            if let own, Seniority(content.login, peer) > Seniority(own.login, table.own) {
                effects.append(.supersede(UserID(op.user), op.device, upTo: own.login))
            }
        }
    }
}

/// Which of two sessions of a user and a class stays: the later login. No two have the same epoch; should it happen
/// all nodes still decide alike.
struct Seniority: Comparable {
    let login: LoginEpoch
    let peer: Peer

    init(_ login: LoginEpoch, _ peer: Peer) {
        self.login = login
        self.peer = peer
    }

    static func < (left: Seniority, right: Seniority) -> Bool {
        (left.login, left.peer) < (right.login, right.peer)
    }
}
