import Primitives

/// The sends of one client that wait for their acknowledgement, in the order of sending.
///
/// A core. Acknowledgements are matched by the sequence number in the header, as every client does. An entry leaves
/// when it and all before it are acknowledged, so that ids can be compared with the order of sending.
struct SendWindow {
    struct Entry {
        let ticket: UInt32
        /// Its id must become higher than this.
        let floor: UInt32
        /// When it was to be sent: latencies count from here, also if the client could not send in time.
        let scheduled: Instant
        /// The last attempt.
        var sent: Instant
        /// Seconds since 1970, of the first attempt; a resend carries the same.
        let createTime: UInt32
        /// 0 until acknowledged.
        var id: UInt32 = 0
        /// Sent more than once, so that any of the attempts may have been the one that was numbered.
        var isRepeated = false
    }

    struct Acknowledged {
        let ticket: UInt32
        let scheduled: Instant
        let createTime: UInt32
        /// The id contradicts the order of sending.
        let isMisnumbered: Bool
    }

    /// Sequence numbers of sends run 1...32000, as with the clients; those above are for other requests.
    static let sequenceCount = 32_000
    /// Sends in the window at once, at most: far fewer than there are sequence numbers.
    static let capacity = 8_192

    private var entries = Fifo<Entry>()
    /// The number of the first entry among all sends of the client.
    private var firstNumber = 0
    private(set) var unacked = 0
    /// The highest id that left the window since the connection began.
    private var highestInOrder: UInt32 = 0

    var hasRoom: Bool { entries.count < Self.capacity }

    /// A message is sent for the first time. Returns its sequence number.
    mutating func sent(
        ticket: UInt32, floor: UInt32, scheduled: Instant, createTime: UInt32, at now: Instant
    ) -> UInt16 {
        entries.append(Entry(ticket: ticket, floor: floor, scheduled: scheduled, sent: now, createTime: createTime))
        unacked += 1
        return sequence(of: entries.count - 1)
    }

    /// `nil` if no send waits under this number: another attempt of it was acknowledged before.
    mutating func acked(_ sequence: UInt16, id: UInt32) -> Acknowledged? {
        guard let index = index(of: sequence), entries[index].id == 0 else { return nil }
        unacked -= 1
        entries[index].id = id
        let entry = entries[index]
        var isMisnumbered = id <= entry.floor
        // Reported once: an id below what was acknowledged before would also be out of order here.
        if isMisnumbered { entries[index].isRepeated = true }
        while let first = entries.first, first.id != 0 {
            _ = entries.popFirst()
            firstNumber += 1
            if first.isRepeated { continue }
            if first.id < highestInOrder { isMisnumbered = true }
            highestInOrder = max(highestInOrder, first.id)
        }
        return Acknowledged(
            ticket: entry.ticket, scheduled: entry.scheduled, createTime: entry.createTime,
            isMisnumbered: isMisnumbered)
    }

    /// What is not acknowledged will be sent again on another connection.
    mutating func connectionLost() {
        for index in 0..<entries.count { entries[index].isRepeated = true }
        highestInOrder = 0
    }

    /// Calls `resend` with everything that is unacknowledged and was last sent before `limit`, and notes the attempt.
    mutating func resend(
        lastSentBefore limit: Instant, at now: Instant, _ resend: (Entry, _ sequence: UInt16) -> Void
    ) {
        for index in 0..<entries.count where unacked > 0 {
            let entry = entries[index]
            if !entry.isRepeated && entry.sent >= limit { return }
            guard entry.id == 0, entry.sent < limit else { continue }
            entries[index].sent = now
            entries[index].isRepeated = true
            resend(entry, sequence(of: index))
        }
    }

    private func sequence(of index: Int) -> UInt16 {
        UInt16(1 + (firstNumber + index) % Self.sequenceCount)
    }

    private func index(of sequence: UInt16) -> Int? {
        let distance = (Int(sequence) - 1 - firstNumber) % Self.sequenceCount
        let index = distance < 0 ? distance + Self.sequenceCount : distance
        return sequence >= 1 && index < entries.count ? index : nil
    }
}
