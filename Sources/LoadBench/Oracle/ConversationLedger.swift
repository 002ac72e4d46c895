/// The books of one conversation: which message has which id, who has seen it, and what contradicts what.
///
/// A core. Eight bytes for each message and three bits for each device that sees it, whatever happens to it. A message
/// is named by its ticket, its number among the sends of the conversation in this run; bodies carry it, so every
/// sighting of a message says which one it is.
struct ConversationLedger: Sendable {
    /// What the body of a message that was seen turned out to be.
    enum Sighting: Equatable, Sendable {
        case ours(ticket: UInt32, sender: Int)
        /// Of another run; it takes an id and means nothing else.
        case foreign
        case corrupt
    }

    enum Arrival: Equatable, Sendable {
        case known, new
        /// New, and the last receiver has it now.
        case complete
    }

    /// Values of `messageAt` above every ticket.
    private static let disputed = UInt32.max
    private static let foreign = UInt32.max - 1
    /// An id this far above the number of sends is nonsense, and is not worth the memory up to it.
    private static let maxStrayIDs = 1 << 16

    /// Shown in examples.
    let name: String
    /// The highest id before the run.
    let base: UInt32
    private(set) var issued: UInt32 = 0
    /// The highest id that an acknowledgement carried.
    private(set) var highestAcked: UInt32
    private(set) var devices: [DeviceLedger]
    /// By place: 0 while unknown, else the ticket + 1 or one of the values above.
    private var messageAt: [UInt32] = []
    /// By ticket: 0 while unknown.
    private var idOf: [UInt32] = []
    /// By place, how many receivers have it; kept only where there are several.
    private var arrivals: [UInt16] = []
    /// Places below were known when sending and resending had ended: everyone's history must have them.
    private var endOfSending = 0

    init(name: String, base: UInt32, deviceCount: Int) {
        self.name = name
        self.base = base
        highestAcked = base
        devices = Array(repeating: DeviceLedger(), count: deviceCount)
    }

    /// Every message that anyone knows of has reached every device.
    var isComplete: Bool { devices.allSatisfy { $0.contiguous >= messageAt.count } }

    /// Messages of other runs.
    var foreignCount: Int { messageAt.count { $0 == Self.foreign } }

    /// The highest id below which `device` lacks nothing.
    func contiguousID(of device: Int) -> UInt32 { base + UInt32(devices[device].contiguous) }

    /// The highest id in the history of `device`.
    func headID(of device: Int) -> UInt32 { base + UInt32(devices[device].readEnd) }

    /// At most `limit` ids up to `last` that `device` has not received.
    func missingIDs(of device: Int, through last: UInt32, limit: Int) -> [UInt32] {
        guard last > base else { return [] }
        let places = devices[device].contiguous..<max(devices[device].contiguous, Int(last - base))
        return places.lazy.filter { !devices[device].hasReceived($0) }.prefix(limit).map { base + UInt32($0) + 1 }
    }

    func expectedUnread(of device: Int, above mark: UInt32) -> Int {
        devices[device].othersInHistory(from: Int(max(mark, base) - base))
    }
}

// MARK: - Inputs

extension ConversationLedger {
    /// A message is about to be sent for the first time. Its id must become higher than `floor`: all of these were
    /// acknowledged before it was sent.
    mutating func issue() -> (ticket: UInt32, floor: UInt32) {
        idOf.append(0)
        issued += 1
        return (issued - 1, highestAcked)
    }

    mutating func connected(_ device: Int) {
        devices[device].connected()
    }

    mutating func acked(ticket: UInt32, id: UInt32, by device: Int, _ findings: inout Findings) {
        guard let place = place(of: id), ticket < issued else {
            return findings.add(.wrongAck, "\(name): send \(ticket) was acknowledged with id \(id)")
        }
        note(.ours(ticket: ticket, sender: device), at: place, &findings)
        highestAcked = max(highestAcked, id)
        devices[device].sent(place)
    }

    mutating func pushed(
        _ sighting: Sighting, id: UInt32, to device: Int, _ findings: inout Findings
    ) -> Arrival {
        guard let place = checkedPlace(of: id, sighting, &findings) else { return .known }
        note(sighting, at: place, &findings)
        switch devices[device].pushed(id, place: place) {
        case .next: break
        case .reordered: findings.add(.reordered, "\(name): id \(id) was pushed to device \(device) after a higher one")
        case .repeated: findings.add(.repeated, "\(name): id \(id) was pushed to device \(device) again")
        }
        return receive(sighting, at: place, device)
    }

    /// A message came with an answer to a question for what was missed.
    mutating func pulled(
        _ sighting: Sighting, id: UInt32, by device: Int, _ findings: inout Findings
    ) -> Arrival {
        guard let place = checkedPlace(of: id, sighting, &findings) else { return .known }
        note(sighting, at: place, &findings)
        return receive(sighting, at: place, device)
    }

    /// Nothing is sent or delivered any more: from here on histories are read.
    mutating func sendingEnded() {
        endOfSending = messageAt.count
    }

    mutating func read(_ sighting: Sighting, id: UInt32, by device: Int, _ findings: inout Findings) {
        guard let place = checkedPlace(of: id, sighting, &findings) else { return }
        note(sighting, at: place, &findings)
        devices[device].readInHistory(place)
        if case .ours(_, device) = sighting { devices[device].sent(place) }
    }

    mutating func verified(_ device: Int) {
        devices[device].isVerified = true
    }

    /// Compares what was seen with the histories.
    /// - Parameter online: which devices were there when delivery was waited for.
    mutating func concluded(online: [Bool], _ findings: inout Findings) {
        for place in messageAt.indices {
            let id = base + UInt32(place) + 1
            let lacking = devices.indices.first {
                devices[$0].isVerified && !devices[$0].hasRead(place)
                    && place < max(devices[$0].readEnd, endOfSending)
            }
            if let lacking, messageAt[place] != 0 {
                findings.add(.lost, "\(name): id \(id) is not in the history of device \(lacking)")
            } else if lacking != nil {
                findings.add(.gap, "\(name): there is no id \(id)")
            }
            for device in devices.indices
            where online[device] && devices[device].hasRead(place) && !devices[device].hasReceived(place) {
                findings.add(.undelivered, "\(name): id \(id) did not reach device \(device)")
            }
        }
    }
}

// MARK: - Books

extension ConversationLedger {
    private func place(of id: UInt32) -> Int? {
        guard id > base else { return nil }
        let place = Int(id - base) - 1
        return place < Int(issued) + Self.maxStrayIDs ? place : nil
    }

    private func checkedPlace(of id: UInt32, _ sighting: Sighting, _ findings: inout Findings) -> Int? {
        if let place = place(of: id) { return place }
        if id > base {
            findings.add(.gap, "\(name): id \(id) is far above the \(issued) messages sent")
        } else if case .ours(let ticket, _) = sighting {
            findings.add(.conflict, "\(name): send \(ticket) has id \(id), which was used before the run")
        }
        return nil
    }

    /// Enters who has been seen where. An id in dispute stays so, and is not reported again.
    private mutating func note(_ sighting: Sighting, at place: Int, _ findings: inout Findings) {
        if place >= messageAt.count {
            messageAt.append(contentsOf: repeatElement(0, count: place + 1 - messageAt.count))
        }
        let before = messageAt[place]
        let id = base + UInt32(place) + 1
        let seen: UInt32
        switch sighting {
        case .ours(let ticket, _): seen = ticket + 1
        case .foreign: seen = Self.foreign
        case .corrupt: seen = Self.disputed
        }
        if before == seen || before == Self.disputed { return }
        if sighting == .corrupt {
            findings.add(.corrupt, "\(name): the message with id \(id)")
        } else if before != 0 {
            findings.add(.conflict, "\(name): id \(id) was seen with two messages")
        }
        messageAt[place] = before == 0 ? seen : Self.disputed
        guard before == 0, case .ours(let ticket, _) = sighting else { return }
        let known = idOf[Int(ticket)]
        if known == 0 {
            idOf[Int(ticket)] = id
        } else {
            findings.add(.doubled, "\(name): send \(ticket) has the ids \(known) and \(id)")
        }
    }

    private mutating func receive(_ sighting: Sighting, at place: Int, _ device: Int) -> Arrival {
        if case .ours(_, device) = sighting {
            devices[device].sent(place)
            return .known
        }
        guard devices[device].receive(place) else { return .known }
        guard devices.count > 2 else { return .complete }
        if place >= arrivals.count {
            arrivals.append(contentsOf: repeatElement(0, count: place + 1 - arrivals.count))
        }
        arrivals[place] += 1
        return Int(arrivals[place]) == devices.count - 1 ? .complete : .new
    }
}
