import ClientGateway
import DBProxy
import Foundation
import Membership
import Presence
import Primitives
import TalkProtocol

extension PresenceBench {
    /// All users, and then the second sessions of some.
    mutating func fill() throws {
        for node in 1...Self.otherCount { core.linked(try Self.peer(node), at: now, into: &effects) }
        effects = []
        var reporting = Duration.zero
        // What it takes to make the frames is in memory before the measurement starts.
        var warmUp = try Other(1, at: now)
        warmUp.core.linked(table.own, at: now, into: &warmUp.sent)
        warmUp.logIn(userCount, second: false, at: now)
        _ = warmUp.takeFrames(at: now + .seconds(1))
        let before = try Self.residentByteCount()
        for second in [false, true] {
            let sessionsBefore = table.sessionCount
            var applying = Duration.zero
            var byteCount = 0
            for node in 1...Self.otherCount {
                var other = try Other(node, at: now)
                other.core.linked(table.own, at: now, into: &other.sent)
                reporting += clock.measure { other.logIn(userCount, second: false, at: now) }
                if second {
                    _ = other.takeFrames(at: now + .milliseconds(100))
                    other.logIn(userCount, second: true, at: now)
                }
                let frames = other.takeFrames(at: now + .milliseconds(200))
                applying += clock.measure { apply(frames, of: other.peer) }
                byteCount += frames.reduce(0) { $0 + $1.count }
            }
            let sessions = Double(table.sessionCount - sessionsBefore)
            let name = second ? "second sessions" : "first sessions"
            report("\(name)", sessions / 1e6, "M")
            report("\(name): applied from deltas", sessions / seconds(applying) / 1e6, "M/s")
            report("\(name): bytes on the wire", Double(byteCount) / sessions, "B each")
            let grown = Double(try Self.residentByteCount() - before)
            report("\(name): growth of the process, per user", grown / Double(userCount), "B")
            report("\(name): growth of the process, per session", grown / Double(table.sessionCount), "B")
            report("\(name): growth of the process", grown / 1e6, "MB")
            report("\(name): slots alone, per session", Double(table.byteCount) / Double(table.sessionCount), "B")
        }
        report("own logins reported to the core", Double(userCount) * 2 / seconds(reporting) / 1e6, "M/s")
    }

    /// What one access to memory that is in no cache costs here and now: the least that a lookup can take.
    func touch() {
        var memory = [UInt64](repeating: 1, count: max(table.byteCount, 1 << 20) / 8)
        let count = 5_000_000
        var random: UInt64 = 1
        var found: UInt64 = 0
        let whole = clock.measure {
            for _ in 0..<count {
                random = mix64(random &+ found)
                found &+= memory[Int(random % UInt64(memory.count))]
            }
        }
        memory[0] = found
        report("one random access to as much memory", seconds(whole) / Double(count) * 1e9, "ns")
    }

    /// Random users, half of them there. One key follows from what the last one found, so that nothing overlaps.
    func look() {
        let count = 20_000_000
        var random: UInt64 = 1
        var found = 0
        var samples: [UInt32] = []
        samples.reserveCapacity(count / 4)
        let whole = clock.measure {
            for _ in 0..<count {
                random = mix64(random &+ UInt64(truncatingIfNeeded: found))
                let user = UserID(UInt32(truncatingIfNeeded: random % (2 * UInt64(userCount))) + 1)
                table.forEachSession(of: user) { _ in found += 1 }
            }
        }
        report("lookup, mean of \(count / 1_000_000) M", seconds(whole) / Double(count) * 1e9, "ns")
        report("lookup, sessions found per lookup", Double(found) / Double(count), "")
        for _ in 0..<count / 4 {
            random = mix64(random &+ UInt64(truncatingIfNeeded: found))
            let user = UserID(UInt32(truncatingIfNeeded: random % (2 * UInt64(userCount))) + 1)
            let spent = clock.measure { table.forEachSession(of: user) { _ in found += 1 } }
            samples.append(UInt32(clamping: spent.nanoseconds))
        }
        var empty: [UInt32] = []
        for _ in 0..<1_000_000 { empty.append(UInt32(clamping: clock.measure {}.nanoseconds)) }
        empty.sort()
        samples.sort()
        report("lookup, p50, with the clock's \(empty[empty.count / 2])", Double(samples[samples.count / 2]), "ns")
        report("lookup, p99, with the clock's", Double(samples[samples.count / 100 * 99]), "ns")
    }

    /// All users are compared with what services were told of them, and some of them have come.
    func compare() {
        var report = PresenceReport()
        func look() -> [UserPresence] {
            (0..<PresenceTable.bucketCount).flatMap {
                report.look(at: $0, PresenceReport.seen(in: $0, of: table), at: now)
            }
        }
        report.told(look())
        var news = 0
        let whole = clock.measure { news = look().count }
        precondition(news == 0, "\(news) users were told of otherwise than they are seen")
        self.report("all users compared with what was told, once a second at most", seconds(whole) * 1e3, "ms")
    }

    /// Nodes die and are back: one bit each.
    mutating func hide() throws {
        let peers = try (1...Self.otherCount).map { try Self.peer($0) }
        var (dying, reviving) = (Duration.zero, Duration.zero)
        for peer in peers {
            dying += clock.measure { core.died(peer, at: now) }
            reviving += clock.measure { core.revived(peer, at: now, into: &effects) }
            effects.removeAll(keepingCapacity: true)
        }
        report("a node dies: its sessions hidden", seconds(dying) / Double(peers.count) * 1e9, "ns")
        report("it was not dead: shown again", seconds(reviving) / Double(peers.count) * 1e9, "ns")
    }

    /// A node that starts gets the sessions of one other, as a repair of nothing.
    mutating func repair() throws {
        var other = try Other(1, at: now)
        other.logIn(userCount, second: false, at: now)
        _ = other.takeFrames(at: now)
        let newcomer = PresenceTable(own: try Self.peer(500))
        var replica = PresenceReplication(newcomer, at: now)
        replica.linked(other.peer, at: now, into: &effects)
        effects = []
        other.core.linked(newcomer.own, at: now, into: &other.sent)
        for frame in other.takeFrames(at: now) {
            replica.received(frame.rawBytes, from: other.peer, at: now, into: &effects)
        }
        for case .send(let frame, to: _) in effects {
            other.core.received(frame.rawBytes, from: newcomer.own, at: now, into: &other.sent)
        }
        effects = []
        let making = clock.measure {
            while other.core.nextRepairFrame(for: newcomer.own, at: now, into: &other.sent) {}
        }
        let frames = other.takeFrames(at: now)
        let taking = clock.measure {
            for frame in frames { replica.received(frame.rawBytes, from: other.peer, at: now, into: &effects) }
        }
        effects = []
        let sessions = Double(newcomer.sessionCount)
        report("snapshot of \(newcomer.sessionCount) sessions: made in", seconds(making) * 1e3, "ms")
        report("snapshot: taken in", seconds(taking) * 1e3, "ms")
        report("snapshot: bytes on the wire", Double(frames.reduce(0) { $0 + $1.count }) / sessions, "B each")
    }

    /// One node leaves: its entries are cleared away, 64 segments at a time.
    mutating func sweep() throws {
        let peer = try Self.peer(2)
        let swept = table.sessionCount(of: peer)
        core.left(peer, at: now)
        var whole = Duration.zero
        var longest = Duration.zero
        while table.originCount > Int(Self.otherCount) {
            now = now + .milliseconds(5)
            let step = clock.measure { core.tick(at: now, into: &effects) }
            effects = []
            whole += step
            longest = max(longest, step)
        }
        report("sweep of \(swept) sessions of one node, all steps", seconds(whole) * 1e3, "ms")
        report("sweep, longest step", seconds(longest) * 1e3, "ms")
    }

    private func seconds(_ duration: Duration) -> Double { Double(duration.nanoseconds) / 1e9 }
}
