import Membership
import Primitives

/// What a peer that has asked for a repair still has to get.
struct RepairRun {
    var differing = Set4096()
    /// All parts of the request have come.
    var isComplete = false
}

/// Repair: for each bucket whose digest differs the peer gets all that is in it. A snapshot is the repair of nothing.
///
/// The frames go down the same lane as the deltas, between them and one at a time, when the shell has room: a
/// snapshot never delays a login by more than one frame. The peer uses each bucket as it arrives. It needs no shadow
/// copy that is swapped in at the end, since an entry is true when it arrives, and the deltas behind it keep it so.
/// A core.
extension OwnStream {
    /// Compares one part of a request with what is here. The first part starts the repair: deltas from here on apply
    /// to what the peer has by then, so a bucket that changes while the parts come in is sent once too often at worst.
    mutating func repairRequested(
        _ request: RepairRequest, by peer: Peer, at now: Instant, into effects: inout [PresenceEffect]
    ) {
        guard let index = link(peer) else { return }
        if request.isFirst {
            flush(at: now, into: &effects)
            links[index].takesDeltas = true
            links[index].repair = RepairRun()
            frame.begin(.repairBegin, self.peer)
            frame.append(bigEndian: seq)
            effects.append(.send(frame.bytes.copied(), to: peer))
        }
        guard var run = links[index].repair else { return }
        for (offset, theirs) in request.digests.enumerated() {
            let bucket = request.firstBucket + offset
            if theirs != digest.buckets[bucket] { run.differing.insert(bucket) }
        }
        run.isComplete = run.isComplete || request.isLast
        links[index].repair = run
        effects.append(.repairWaiting(peer))
    }

    /// The next frame of the peer's repair, if there is one now. A frame ends with the bucket that fills it.
    mutating func nextRepairFrame(
        for peer: Peer, from table: PresenceTable, at now: Instant, into effects: inout [PresenceEffect]
    ) -> Bool {
        guard let index = link(peer), var run = links[index].repair, run.isComplete || !run.differing.isEmpty else {
            return false
        }
        flush(at: now, into: &effects)
        guard !run.differing.isEmpty else {
            links[index].repair = nil
            effects.append(.send(stateFrame(.repairEnd), to: peer))
            return true
        }
        frame.begin(.buckets, self.peer)
        let countOffset = frame.count
        var count: UInt16 = 0
        frame.append(bigEndian: count)
        var ops: [SessionOp] = []
        while frame.count < PresenceLimits.frameByteCount - 512, let bucket = run.differing.first {
            run.differing.remove(bucket)
            ops.removeAll(keepingCapacity: true)
            table.forEachEntry(in: bucket, of: .own) { ops.append(SessionOp(user: $0, present: $1)) }
            ops.sort { $0.key < $1.key }
            frame.append(bigEndian: UInt16(truncatingIfNeeded: bucket))
            frame.append(bigEndian: UInt32(truncatingIfNeeded: ops.count))
            for op in ops { op.write(into: &frame) }
            count += 1
        }
        frame.overwrite(bigEndian: count, at: countOffset)
        links[index].repair = run
        bucketsSent += Int(count)
        effects.append(.send(frame.bytes.copied(), to: peer))
        return true
    }
}
