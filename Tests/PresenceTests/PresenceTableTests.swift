import Membership
import Primitives
import Synchronization
import TalkProtocol
import Testing

@testable import Presence

func peer(_ node: UInt16, _ epoch: UInt64 = 1) -> Peer {
    guard let node = NodeID(rawValue: node), let epoch = NodeEpoch(rawValue: epoch) else {
        preconditionFailure("no peer: \(node)/\(epoch)")
    }
    return Peer(node, epoch)
}

extension PresenceTable {
    func sessions(of user: UInt32) -> [String] {
        var found: [String] = []
        forEachSession(of: UserID(user)) { found.append("\($0.peer) \($0.clientType) \($0.status) \($0.login)") }
        return found.sorted()
    }

    func peers(of user: UInt32) -> [Peer] {
        var found: [Peer] = []
        forEachPeer(of: UserID(user)) { found.append($0) }
        return found.sorted()
    }

    @discardableResult
    func upsert(_ user: UInt32, _ type: ClientType, _ status: UserStatType, _ login: UInt32, _ slot: OriginSlot)
        -> Upsert
    {
        upsert(user, UserHash(user), SessionContent(type, status, LoginEpoch(rawValue: login)), of: slot)
    }

    func origin(_ peer: Peer) -> OriginSlot? { origins.add(peer) }

    func sweepAll(_ slot: OriginSlot) {
        var condemned = Set4096()
        condemned.insert(slot.index)
        for bucket in 0..<PresenceLimits.segments { sweep(bucket, of: condemned) }
    }
}

@Suite(.timeLimit(.minutes(5))) struct PresenceTableTests {
    @Test func showsWhatIsThere() throws {
        let table = PresenceTable(own: peer(1))
        let other = try #require(table.origin(peer(2)))
        table.upsert(7, .windows, .online, 1, .own)
        table.upsert(7, .ios, .leave, 4, other)
        table.upsert(7, .mac, .online, 5, other)
        #expect(table.sessions(of: 7) == ["1/1 windows online 1", "2/1 ios leave 4", "2/1 mac online 5"])
        #expect(table.peers(of: 7) == [peer(1), peer(2)])
        #expect(table.sessions(of: 8) == [] && table.peers(of: 8) == [])
        #expect(table.sessionCount == 3 && table.sessionCount(of: peer(2)) == 2 && table.sessionCount(of: peer(3)) == 0)
    }

    @Test func hidesAndShowsANodeAtOnce() throws {
        let table = PresenceTable(own: peer(1))
        let other = try #require(table.origin(peer(2)))
        table.upsert(7, .ios, .online, 4, other)
        table.origins.hide(other)
        #expect(table.sessions(of: 7) == [] && table.peers(of: 7) == [] && table.sessionCount == 0)
        table.origins.show(other)
        #expect(table.sessions(of: 7) == ["2/1 ios online 4"])
    }

    @Test func aSecondEntryOfAClassTakesThePlaceOfTheFirst() {
        let table = PresenceTable(own: peer(1))
        let first = SessionContent(.ios, .online, LoginEpoch(rawValue: 4))
        #expect(table.upsert(7, .ios, .online, 4, .own) == .written(previous: nil, own: first))
        let second = SessionContent(.android, .leave, LoginEpoch(rawValue: 5))
        #expect(table.upsert(7, .android, .leave, 5, .own) == .written(previous: first, own: second))
        #expect(table.sessions(of: 7) == ["1/1 android leave 5"])
        #expect(table.remove(7, UserHash(7), .pc, of: .own) == nil)
        #expect(table.remove(7, UserHash(7), .mobile, of: .own) == second)
        #expect(table.sessionCount == 0)
    }

    /// A newer version may send what this one has no name for: it is kept, and shown as the nearest that is known.
    @Test func unknownTypesAndStatesAreKept() throws {
        let content = try #require(SessionContent(rawValue: 0b111_11111 << 32 | 9))
        #expect(content.device == .mobile && content.clientType == .android && content.status == .online)
        #expect(content.rawValue == 0b111_11111 << 32 | 9)
        #expect(SessionContent(rawValue: 0b000_11111 << 32) == nil && SessionContent(rawValue: 1 << 40) == nil)
    }

    @Test func slotsAreRecycledOver10000Restarts() throws {
        let table = PresenceTable(own: peer(1))
        for epoch in 1...UInt64(10_000) {
            let slot = try #require(table.origin(peer(2, epoch)))
            table.upsert(7, .ios, .online, UInt32(epoch), slot)
            #expect(table.sessions(of: 7) == ["2/\(epoch) ios online \(epoch)"])
            table.origins.hide(slot)
            var condemned = Set4096()
            condemned.insert(slot.index)
            table.sweep(UserHash(7).bucket, of: condemned)
            table.origins.release(slot)
        }
        #expect(table.originCount == 1 && table.sessionCount == 0)
    }

    @Test func slotsCanRunOut() {
        let table = PresenceTable(own: peer(1))
        for node in 2...UInt16(PresenceLimits.originSlots) { #expect(table.origin(peer(node)) != nil) }
        #expect(table.origin(peer(5000)) == nil)
    }

    @Test func memoryFollowsTheSessionsUpAndDown() throws {
        let table = PresenceTable(own: peer(1))
        let other = try #require(table.origin(peer(2)))
        let isWithin = { table.byteCount <= 4_000_000 + table.sessionCount(of: peer(2)) * 16 * 100 / 85 }
        for user in 1...UInt32(100_000) {
            table.upsert(user, .ios, .online, 1, other)
            if user % 20_000 == 0 { #expect(isWithin(), "\(user) users take \(table.byteCount) bytes") }
        }
        table.sweepAll(other)
        // A line for each segment is left, and that in less than the 2 MB that the users took.
        #expect(table.sessionCount(of: peer(2)) == 0 && table.byteCount <= 600_000, "\(table.byteCount)")
    }

    private final class Shared: Sendable {
        let hasFinished = Atomic(false)
        let errors = Atomic(0)
    }

    /// R2: who has seen a session of the new life never sees one of the old.
    @Test func readersNeverSeeAnOldLifeAfterANewOne() async throws {
        let table = PresenceTable(own: peer(1))
        let shared = Shared()
        await withTaskGroup { group in
            group.addTask {
                var newest: UInt64 = 0
                while !shared.hasFinished.load(ordering: .acquiring) {
                    table.forEachSession(of: UserID(7)) { session in
                        let epoch = session.peer.epoch.rawValue
                        if epoch < newest || epoch != UInt64(session.login.rawValue) {
                            shared.errors.add(1, ordering: .relaxed)
                        }
                        newest = max(newest, epoch)
                    }
                    await Task.yield()
                }
            }
            group.addTask {
                for epoch in 1...UInt64(20_000) {
                    guard let slot = table.origin(peer(2, epoch)) else { break }
                    table.upsert(7, .ios, .online, UInt32(epoch), slot)
                    table.origins.hide(slot)
                    var condemned = Set4096()
                    condemned.insert(slot.index)
                    table.sweep(UserHash(7).bucket, of: condemned)
                    table.origins.release(slot)
                }
                shared.hasFinished.store(true, ordering: .releasing)
            }
        }
        #expect(shared.errors.load(ordering: .relaxed) == 0)
    }
}
