import Primitives
import TalkProtocol

/// How the sends of a queue come together in batches, and what becomes of a batch that is not settled as a whole.
extension AppendQueue {
    /// A parked batch and a waiting one in turn.
    mutating func takeNext(at now: Instant) -> SendBatch? {
        if parked.isEmpty { skipsLocked = false }
        let wasParked = isParked
        isParked = false
        if wasParked, let batch = takeWaiting(at: now) { return batch }
        if let (batch, mayBeStored) = parked.next(at: now, budget: limits.budget) {
            isParked = true
            uncertain = mayBeStored
            return batch
        }
        return wasParked ? nil : takeWaiting(at: now)
    }

    /// The next batch that waits, without what must stay behind something parked.
    private mutating func takeWaiting(at now: Instant) -> SendBatch? {
        while let batch = waiting.first, rest(of: batch, at: now) != nil {
            _ = waiting.popFirst()
            waitingBytes -= batch.byteCount
            uncertain = false
            if parked.isEmpty { return batch }
            let held = batch.sends.indices.filter { parked.holds(batch.sends[$0].conversation) }
            if held.isEmpty { return batch }
            let free = batch.sends.indices.filter { !parked.holds(batch.sends[$0].conversation) }
            append(held, of: batch, at: now)
            let rest = free.isEmpty ? nil : copy(free, of: batch)
            recycle(batch)
            if let rest { return rest }
        }
        return nil
    }

    mutating func park(_ locked: [Int], of batch: SendBatch, at now: Instant) {
        foundLocked += locked.count
        // `replaceCurrent` takes them for settled.
        depth += locked.count
        if isParked {
            parked.putBack(copy(locked, of: batch), uncertain: uncertain, retryAt: now + ParkedSends.retryDelay)
        } else {
            append(locked, of: batch, at: now)
        }
    }

    private mutating func append(_ places: [Int], of batch: SendBatch, at now: Instant) {
        for index in places {
            batch.withBody(index) {
                parked.append(batch.sends[index], body: $0, since: batch.started, uncertain: uncertain, at: now)
            }
        }
    }

    /// One send that the database refuses takes its whole transaction with it: the halves are tried apart.
    mutating func split(_ batch: SendBatch, at now: Instant) {
        let half = batch.count / 2
        let second = copy(half..<batch.count, of: batch)
        if isParked {
            parked.putBack(second, uncertain: uncertain, retryAt: now)
        } else {
            waiting.prepend(second)
            waitingBytes += second.byteCount
        }
        current = copy(0..<half, of: batch)
        attempts = 0
        hasRaised = false
        recycle(batch)
    }

    private mutating func copy(_ places: some Sequence<Int>, of batch: SendBatch) -> SendBatch {
        let copied = spare.popLast() ?? SendBatch()
        for index in places { batch.withBody(index) { copied.add(batch.sends[index], body: $0, at: batch.started) } }
        return copied
    }

    mutating func replaceCurrent(keeping rest: [Int]) {
        guard let batch = current else { return }
        depth -= batch.count - rest.count
        if rest.count == batch.count { return }
        current = rest.isEmpty ? nil : copy(rest, of: batch)
        recycle(batch)
    }

    mutating func recycle(_ batch: SendBatch) {
        batch.clear()
        if spare.count < 4 { spare.append(batch) }
    }
}
