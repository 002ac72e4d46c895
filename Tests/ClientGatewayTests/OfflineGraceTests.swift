@testable import ClientGateway
import Membership
import Primitives
import TalkProtocol
import Testing

@Suite struct OfflineGraceTests {
    private let start = Instant(nanoseconds: 1_000_000_000)
    private let peer: Peer
    private var grace = OfflineGrace()

    init() throws {
        peer = try Peer(#require(NodeID(rawValue: 2)), #require(NodeEpoch(rawValue: 7)))
    }

    private func users(_ range: ClosedRange<UInt32>) -> [UserID] { range.map { UserID($0) } }

    /// All who come out at a time when everybody is due, and how many there were in the largest step.
    private mutating func drain(at now: Instant, unless isBack: (UserID) -> Bool = { _ in false })
        -> (users: [UserID], most: Int)
    {
        var told: [UserID] = []
        var most = 0
        for _ in 0..<100 {
            let some = grace.take(at: now, unless: isBack)
            told += some
            most = max(most, some.count)
        }
        return (told.sorted(), most)
    }

    @Test mutating func nobodyIsShownAsGoneBeforeTheGraceIsOver() {
        grace.hidden(peer, users(1...3), at: start)
        #expect(grace.take(at: start + .milliseconds(14_999)) { _ in false } == [])
        #expect(drain(at: start + OfflineGrace.delay).users == users(1...3))
    }

    @Test mutating func whoIsBackElsewhereIsNotMentioned() {
        grace.hidden(peer, users(1...1_000), at: start)
        let told = drain(at: start + OfflineGrace.delay) { $0.rawValue % 2 == 0 }.users
        #expect(told == users(1...1_000).filter { $0.rawValue % 2 == 1 })
    }

    @Test mutating func aNodeThatIsBackInTimeWasNeverGone() {
        grace.hidden(peer, users(1...3), at: start)
        grace.shown(peer)
        #expect(grace.isEmpty)
    }

    @Test mutating func manyAreToldAFewAtATime() {
        grace.hidden(peer, users(1...12_345), at: start)
        let (told, most) = drain(at: start + OfflineGrace.delay)
        #expect(told == users(1...12_345) && most == OfflineGrace.maxPerTick)
    }

    /// A node comes back when half of its users were shown as gone: those come back, of the others nothing is said.
    @Test mutating func whoWasShownAsGoneIsShownAgain() {
        grace.hidden(peer, users(1...1_000), at: start)
        let gone = grace.take(at: start + OfflineGrace.delay) { _ in false }
        #expect(gone.count == OfflineGrace.maxPerTick)
        grace.shown(peer)
        #expect(drain(at: start + OfflineGrace.delay).users == gone.sorted())
    }

    @Test mutating func afterTheGraceAllComeBack() {
        grace.hidden(peer, users(1...3), at: start)
        grace.hidden(peer, users(4...6), at: start + .milliseconds(5))
        _ = drain(at: start + .seconds(16))
        grace.shown(peer)
        #expect(drain(at: start + .seconds(16)).users == users(1...6))
    }

    @Test mutating func aNodeThatCannotComeBackIsForgotten() {
        grace.hidden(peer, users(1...3), at: start)
        _ = drain(at: start + OfflineGrace.delay)
        #expect(!grace.isEmpty)
        _ = drain(at: start + .seconds(200))
        #expect(grace.isEmpty)
    }
}
