import Membership
import Primitives
import TalkProtocol
import Testing

@testable import Presence

/// The protocol as a transcript, between node 1 and node 2.
@Suite struct ReplicationTests {
    private func linked() -> Exchange {
        let exchange = Exchange()
        exchange.link()
        exchange.settle()
        return exchange
    }

    @Test func aLoginIsSeenElsewhereAtTheEndOfTheTurn() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 4)
        exchange.opened(1, 8, .mac, 1)
        exchange.tick()
        exchange.settle()
        #expect(exchange.sessions(at: 2, of: 7) == ["1/1 ios online 4"])
        #expect(exchange.effects(of: 2) == [.changed(UserID(7)), .changed(UserID(8))])
        #expect(exchange.effects(of: 1) == [])
        exchange.closed(1, 7, .mobile, 4)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        #expect(exchange.sessions(at: 2, of: 7) == [] && exchange.effects(of: 2) == [.changed(UserID(7))])
    }

    @Test func changesGatherFor20MillisecondsAfterTheLastFlush() throws {
        let exchange = linked()
        let count = { exchange.sent[2]?.count ?? 0 }
        let start = count()
        exchange.opened(1, 7, .ios, 4)
        #expect(exchange.nodes[1]?.core.nextTick == Instant(nanoseconds: 0))
        exchange.tick()
        #expect(count() == start + 1)
        exchange.opened(1, 8, .ios, 4)
        exchange.tick(after: .milliseconds(19))
        exchange.opened(1, 9, .ios, 4)
        #expect(count() == start + 1)
        exchange.tick(after: .milliseconds(1))
        #expect(count() == start + 2)
    }

    @Test func framesStayBelow16KiB() {
        let exchange = linked()
        for user in 1...UInt32(10_000) { exchange.opened(1, user, .ios, user) }
        let frames = exchange.sent[2] ?? []
        #expect(frames.count > 3 && frames.allSatisfy { $0.count <= PresenceLimits.frameByteCount })
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 10_000)
    }

    /// Loops report in any order; of one user and class the latest login stays, and only its own end ends it.
    @Test func lateReportsOfEarlierLoginsChangeNothing() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 5)
        exchange.opened(1, 7, .android, 4)
        exchange.closed(1, 7, .mobile, 4)
        exchange.closed(1, 7, .pc, 5)
        #expect(exchange.sessions(at: 1, of: 7) == ["1/1 ios online 5"])
        exchange.opened(1, 7, .ios, 5, .leave)
        #expect(exchange.sessions(at: 1, of: 7) == ["1/1 ios leave 5"])
        #expect(exchange.nodes[1]?.core.stream.seq == 2)
    }

    @Test func aNewNodeGetsEverythingByTheSameRepair() {
        let exchange = Exchange()
        for user in 1...UInt32(5_000) { exchange.opened(1, user, .ios, 1) }
        exchange.link()
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 5_000)
        let frames = exchange.sent[2] ?? []
        #expect(frames.allSatisfy { $0.count <= PresenceLimits.frameByteCount })
        #expect((exchange.sent[1] ?? []).allSatisfy { $0.count <= PresenceLimits.frameByteCount })
        // A user takes one byte of tag, one or two of id, one of epoch; a bucket six.
        let byteCount = frames.reduce(0) { $0 + $1.count }
        #expect(byteCount < 5_000 * 4 + 4096 * 6 + 1000)
        exchange.tick(after: .seconds(1))
        let before = frames.count
        exchange.settle()
        #expect((exchange.sent[2] ?? []).count == before + 1, "the next summary finds nothing to repair")
    }

    /// R5: what comes back after a false death and a cut link is what changed, bucket by bucket.
    @Test func undoingAFalseDeathMovesOnlyWhatChanged() throws {
        let exchange = linked()
        for user in 1...UInt32(20_000) { exchange.opened(1, user, .ios, 1) }
        exchange.opened(1, 9, .windows, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        _ = exchange.effects(of: 2)
        exchange.call(2) { node, _ in node.core.died(peer(1), at: exchange.now) }
        exchange.cut()
        exchange.sweep()
        #expect(exchange.effects(of: 2) == [.hidden(peer(1), pcs: [UserID(9)])])
        #expect(exchange.sessions(at: 2, of: 9) == [])
        for user in 1...UInt32(5) { exchange.closed(1, user, .mobile, 1) }
        exchange.opened(1, 6, .ios, 2)
        exchange.tick(after: .seconds(30))
        exchange.call(2) { $0.core.revived(peer(1), at: exchange.now, into: &$1) }
        #expect(exchange.effects(of: 2) == [.shown(peer(1))])
        exchange.sent = [:]
        exchange.link()
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 19_996)
        #expect(exchange.effects(of: 2).count == 6)
        var content = FrameContent()
        var epoch: UInt64 = 0
        var buckets: [Int] = []
        for frame in exchange.sent[2] ?? [] where content.read(frame.rawBytes, epoch: &epoch) == .buckets {
            buckets += content.buckets.map(\.index)
        }
        #expect(buckets.sorted() == Set((1...UInt32(6)).map { UserHash($0).bucket }).sorted())
    }

    /// A snapshot does not hold up a login by more than a frame, and what it overtakes stays true.
    @Test func aRepairLetsChangesThrough() {
        let exchange = Exchange()
        for user in 1...UInt32(20_000) { exchange.opened(1, user, .ios, 1) }
        exchange.link()
        exchange.carry(to: 2)
        // Changes that wait are sent before the frames that show a state.
        exchange.opened(1, 60_000, .ios, 1)
        exchange.carry(to: 1)
        exchange.opened(1, 60_001, .ios, 1)
        #expect(exchange.repairFrame(from: 1))
        let firstByte = { exchange.sent[2].map { $0.suffix(3).map(\.first) } }
        #expect(firstByte() == [4, 1, 5])
        for user in 1...UInt32(100) {
            exchange.closed(1, user * 100, .mobile, 1)
            exchange.opened(1, 50_000 + user, .mac, 1)
        }
        exchange.tick(after: .milliseconds(20))
        exchange.carry(to: 2)
        #expect(exchange.sessions(at: 2, of: 50_001) == ["1/1 mac online 1"])
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 20_002 && exchange.sessions(at: 2, of: 100) == [])
        exchange.tick(after: .seconds(1))
        exchange.settle()
        let kinds = Set((exchange.sent[1] ?? []).compactMap(\.first))
        #expect(kinds == [2, 3], "one repair was enough")
        #expect((exchange.sent[1] ?? []).count { $0.first == 3 } == 3)
    }

    @Test func whatComesAfterAGapIsNotUsed() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.waiting = [:]
        exchange.opened(1, 8, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.carry(to: 2)
        #expect(exchange.sessions(at: 2, of: 8) == [] && exchange.waiting[1]?.map(\.first) == [3, 3, 3])
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 2)
    }

    @Test func aPeerThatLagsGetsNothingUntilItAsks() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.call(1) { node, _ in node.core.lagging(peer(2)) }
        exchange.opened(1, 8, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 0)
        exchange.tick(after: .seconds(1))
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 2)
        exchange.opened(1, 9, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        #expect(exchange.nodes[2]?.table.sessionCount == 3)
    }

    /// What nobody answers is asked again, but not at every summary.
    @Test func repairsAreAskedForAtABoundedPace() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.waiting = [:]
        exchange.sent = [:]
        for _ in 0..<10 {
            exchange.tick(after: .seconds(1))
            exchange.carry(to: 2)
            exchange.waiting[1] = []
        }
        #expect((exchange.sent[1] ?? []).count { $0.first == 3 } == 5 * 3)
    }

    @Test func theDeadArePurgedAfterTwoMinutes() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        exchange.call(2) { node, _ in node.core.died(peer(1), at: exchange.now) }
        exchange.cut()
        exchange.tick(after: .seconds(119))
        #expect(exchange.nodes[2]?.table.sessionCount(of: peer(1)) == 1)
        exchange.tick(after: .seconds(1))
        exchange.sweep()
        #expect(exchange.nodes[2]?.table.originCount == 1 && exchange.nodes[2]?.table.byteCount ?? 0 < 100_000)
        // It was alive after all, and comes back whole.
        exchange.call(2) { $0.core.revived(peer(1), at: exchange.now, into: &$1) }
        exchange.link()
        exchange.settle()
        #expect(exchange.sessions(at: 2, of: 7) == ["1/1 ios online 1"])
    }

    /// Whether something of the node had come before or not.
    @Test(arguments: [false, true]) func framesOfTheDeadAreKeptAndNotSeen(wasKnown: Bool) {
        let exchange = Exchange()
        exchange.link()
        if wasKnown { exchange.settle() }
        exchange.call(2) { node, _ in node.core.died(peer(1), at: exchange.now) }
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        #expect(exchange.sessions(at: 2, of: 7) == [] && !exchange.effects(of: 2).contains(.changed(UserID(7))))
        exchange.call(2) { $0.core.revived(peer(1), at: exchange.now, into: &$1) }
        #expect(exchange.sessions(at: 2, of: 7) == ["1/1 ios online 1"])
        #expect(exchange.effects(of: 2) == [.shown(peer(1)), .changed(UserID(7))])
    }

    /// They are told of in steps, not in one turn of the loop.
    @Test func allWhoDisappearAreToldOfOnce() {
        let exchange = linked()
        for user in 1...UInt32(20_000) { exchange.opened(1, user, user % 2 == 0 ? .ios : .windows, 1) }
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        _ = exchange.effects(of: 2)
        // A new life: what the old one had is told of before it is swept away.
        exchange.call(2) { node, _ in node.core.superseded(by: peer(1, 2), at: exchange.now) }
        exchange.sweep()
        var told: [UserID] = []
        var largest = 0
        for case .hidden(peer(1), let users) in exchange.effects(of: 2) {
            told += users
            largest = max(largest, users.count)
        }
        #expect(told.sorted() == stride(from: 1, to: 20_000, by: 2).map { UserID($0) })
        #expect(largest < 1_000 && exchange.nodes[2]?.table.originCount == 1)
    }

    @Test func aDeathThatIsUndoneInTimeNeedsNoWord() {
        let exchange = linked()
        for user in 1...UInt32(1_000) { exchange.opened(1, user, .windows, 1) }
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        _ = exchange.effects(of: 2)
        exchange.call(2) { node, _ in node.core.died(peer(1), at: exchange.now) }
        // Two of them go while they are hidden, one comes.
        exchange.closed(1, 1, .pc, 1)
        exchange.closed(1, 2, .pc, 1)
        exchange.opened(1, 1_001, .windows, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        exchange.call(2) { $0.core.revived(peer(1), at: exchange.now, into: &$1) }
        exchange.sweep()
        let effects = exchange.effects(of: 2).filter { if case .hidden = $0 { false } else { true } }
        #expect(effects == [.changed(UserID(1)), .changed(UserID(2)), .shown(peer(1)), .changed(UserID(1_001))])
    }
}
