import Membership
import Primitives
import TalkProtocol
import Testing

@testable import Presence

/// Lives of a node, and logins that meet.
@Suite struct LifeTests {
    private func linked() -> Exchange {
        let exchange = Exchange()
        exchange.link()
        exchange.settle()
        return exchange
    }

    /// R2, over the whole core: 10,000 lives of one node, with sessions in each.
    @Test func slotsAreRecycledOver10000Restarts() {
        let table = PresenceTable(own: peer(1))
        var core = PresenceReplication(table, at: Instant(nanoseconds: 0))
        var now = Instant(nanoseconds: 0)
        var mostOrigins = 0
        for epoch in 1...UInt64(10_000) {
            let other = SimulatedNode(peer(2, epoch), at: now)
            var effects: [PresenceEffect] = []
            core.linked(other.peer, at: now, into: &effects)
            let first = effects.first
            effects = []
            other.core.linked(peer(1), at: now, into: &effects)
            other.core.opened(UserID(7), .ios, .online, LoginEpoch(rawValue: UInt32(epoch)), at: now, into: &effects)
            other.core.tick(at: now, into: &effects)
            var received: [PresenceEffect] = []
            for case .send(let frame, to: _) in effects {
                core.received(frame.rawBytes, from: other.peer, at: now, into: &received)
            }
            #expect(first == .send(core.summaryOfNothing, to: other.peer))
            #expect(table.sessions(of: 7) == ["2/\(epoch) ios online \(epoch)"])
            now = now + .milliseconds(10)
            core.tick(at: now, into: &effects)
            if epoch % 100 == 0 { mostOrigins = max(mostOrigins, table.originCount) }
        }
        #expect(mostOrigins < 200, "a pass of the sweep takes 64 steps")
    }

    @Test func aNewerLifeEndsTheOlderOneBeforeAnythingOfItComes() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        let late = exchange.sent[2] ?? []
        exchange.settle()
        _ = exchange.effects(of: 2)
        exchange.call(2) { node, _ in node.core.superseded(by: peer(1, 2), at: exchange.now) }
        #expect(exchange.effects(of: 2) == [] && exchange.sessions(at: 2, of: 7) == [])
        // Nothing that is said of the older life brings it back, nor do its frames.
        exchange.call(2) { node, effects in
            node.core.revived(peer(1), at: exchange.now, into: &effects)
            node.core.linked(peer(1), at: exchange.now, into: &effects)
            for frame in late { node.core.received(frame.rawBytes, from: peer(1), at: exchange.now, into: &effects) }
        }
        #expect(exchange.effects(of: 2) == [] && exchange.sessions(at: 2, of: 7) == [])
    }

    /// Frames say which life they are about, should a shell mix up its links.
    @Test func framesOfAnotherLifeChangeNothing() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        let late = exchange.sent[2] ?? []
        exchange.call(2) { node, effects in
            node.core.linked(peer(1, 2), at: exchange.now, into: &effects)
            for frame in late { node.core.received(frame.rawBytes, from: peer(1, 2), at: exchange.now, into: &effects) }
        }
        #expect(exchange.sessions(at: 2, of: 7) == [] && exchange.effects(of: 2) == [])
    }

    /// Nor is a request answered that was meant for an earlier life of this node.
    @Test func onlyRequestsToThisLifeAreAnswered() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.sent = [:]
        for (epoch, answers) in [(UInt8(9), 0), (1, 1)] {
            let request: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, epoch, 3, 0, 0]
            exchange.call(1) { $0.core.received(request.rawBytes, from: peer(2), at: exchange.now, into: &$1) }
            #expect((exchange.sent[2] ?? []).count == answers)
        }
    }

    @Test func whoHasLeftIsGoneForGood() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        exchange.call(2) { node, _ in node.core.left(peer(1), at: exchange.now) }
        #expect(exchange.sessions(at: 2, of: 7) == [])
        exchange.call(2) { $0.core.revived(peer(1), at: exchange.now, into: &$1) }
        exchange.link()
        exchange.settle()
        #expect(exchange.sessions(at: 2, of: 7) == [])
        exchange.nodes[1] = SimulatedNode(peer(1, 2), at: exchange.now)
        exchange.opened(1, 8, .ios, 2)
        exchange.link()
        exchange.settle()
        #expect(exchange.sessions(at: 2, of: 8) == ["1/2 ios online 2"])
    }

    @Test func nobodyTellsANodeAboutItself() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 1)
        exchange.call(1) { node, _ in
            node.core.died(peer(1), at: exchange.now)
            node.core.superseded(by: peer(1, 9), at: exchange.now)
            node.core.left(peer(1), at: exchange.now)
        }
        #expect(exchange.sessions(at: 1, of: 7) == ["1/1 ios online 1"] && exchange.effects(of: 1) == [])
    }

    @Test(arguments: [false, true]) func theLaterLoginStays(isKnownFirst: Bool) {
        let exchange = linked()
        // Which of the two comes first at node 1 must not matter.
        if isKnownFirst { exchange.opened(1, 7, .ios, 5) }
        exchange.opened(2, 7, .android, 6)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        if !isKnownFirst { exchange.opened(1, 7, .ios, 5) }
        #expect(
            exchange.effects(of: 1).filter { $0 != .changed(UserID(7)) }
                == [.supersede(UserID(7), .mobile, upTo: LoginEpoch(rawValue: 5))])
        #expect(exchange.effects(of: 2).allSatisfy { $0 == .changed(UserID(7)) })
        exchange.closed(1, 7, .mobile, 5)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        for id in [UInt16(1), 2] { #expect(exchange.sessions(at: id, of: 7) == ["2/1 android online 6"]) }
    }

    @Test func aPCAndAMobileDoNotMeet() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 5)
        exchange.opened(2, 7, .mac, 6)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        #expect(exchange.effects(of: 1) == [.changed(UserID(7))] && exchange.effects(of: 2) == [.changed(UserID(7))])
    }

    @Test(arguments: [(Int64.min, UInt32(0)), (-1, 0), (7, 7), (1 << 32, .max), (.max, .max)])
    func whatADatabaseSaysIsAlwaysALogin(_ value: Int64, _ epoch: UInt32) {
        #expect(LoginEpoch(clamping: value).rawValue == epoch)
    }

    /// It cannot happen; all nodes would still agree on who stays.
    @Test func equalEpochsAreDecidedByTheNodes() {
        let exchange = linked()
        exchange.opened(1, 7, .ios, 5)
        exchange.opened(2, 7, .ios, 5)
        exchange.tick(after: .milliseconds(20))
        exchange.settle()
        let supersede = PresenceEffect.supersede(UserID(7), .mobile, upTo: LoginEpoch(rawValue: 5))
        #expect(exchange.effects(of: 1).contains(supersede) && !exchange.effects(of: 2).contains(supersede))
    }
}

extension PresenceReplication {
    var summaryOfNothing: [UInt8] { [2, 0, 0, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 20) }
}
