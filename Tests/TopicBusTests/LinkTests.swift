import Membership
import Primitives
import Testing

@testable import TopicBus

/// How connections come about, who is let in, and how they end.
@Suite struct LinkTests {
    private static func isLinked(_ net: MeshNet, _ one: Int, _ other: Int) -> Bool {
        net.meshes[one].isLinked(net.meshes[other].me) && net.meshes[other].isLinked(net.meshes[one].me)
    }

    private static func unexpected(_ effect: Mesh.Effect) -> Bool {
        if case .unlinked(_, unexpected: true) = effect { true } else { false }
    }

    @Test func threeMeshesFindEachOther() {
        let net = MeshNet()
        for node in UInt16(1)...3 { net.add(node) }
        for one in 0..<3 { for other in 0..<3 where one != other { net.introduce(one, to: other) } }
        net.run(for: .milliseconds(10))
        #expect(Self.isLinked(net, 0, 1) && Self.isLinked(net, 0, 2) && Self.isLinked(net, 1, 2))
        // The lower number dials, one connection for each lane.
        #expect(net.pipes.count == 9 && net.dialCount == 9)
        #expect(net.pipes.allSatisfy { $0.dialer < $0.acceptor })
    }

    /// A mesh that ends takes its peers with it, who hold their connections, which hold them.
    @Test func aMeshThatEndsLeavesNothing() {
        weak var peer: BusPeer?
        do {
            let net = MeshNet.pair()
            peer = net.meshes[0].peerList.first
            #expect(peer != nil && Self.isLinked(net, 0, 1))
        }
        #expect(peer == nil)
    }

    @Test func theHigherNumberDialsWhenNothingComes() {
        let net = MeshNet()
        net.add(1)
        net.add(2)
        net.introduce(0, to: 1)
        net.run(for: .milliseconds(900))
        #expect(net.dialCount == 0)
        net.introduce(1, to: 0)
        net.refusing = [1]
        net.run(for: .seconds(2))
        #expect(Self.isLinked(net, 0, 1))
        #expect(net.pipes.allSatisfy { $0.dialer == 1 })
    }

    /// Both dial at the same time: one connection for each lane stays, the one of the lower number.
    @Test func ofTwoConnectionsOneStays() {
        let net = MeshNet()
        net.add(1)
        net.add(2)
        net.introduce(0, to: 1)
        net.introduce(1, to: 0)
        net.now = net.now + .seconds(1)
        for mesh in net.meshes { mesh.tick(at: net.now) }
        net.run(for: .milliseconds(100))
        #expect(net.dialCount == 6 && net.pipes.count == 3)
        #expect(net.pipes.allSatisfy { $0.dialer == 0 })
        net.send(1...3, from: 0, to: 1)
        net.send(1...3, from: 1, to: 0)
        net.run(for: .seconds(5))
        #expect(net.keys(at: 0) == [1, 2, 3] && net.keys(at: 1) == [1, 2, 3])
        #expect(net.pipes.count == 3)
    }

    /// The end of the lower number still believes in a connection that the other one has lost: the new one counts.
    @Test func whoLostItsEndIsLetInAgain() {
        let net = MeshNet.pair()
        net.run(for: .seconds(3))
        net.halfBreakAll(at: 1)
        net.settle()
        net.clearEffects()
        net.run(for: .milliseconds(1500))
        #expect(Self.isLinked(net, 0, 1))
        #expect(net.count(at: 1) { if case .unlinked = $0 { true } else { false } } == 0)
    }

    // MARK: Strangers

    @Test(arguments: [(UInt32(2), UInt8(9)), (1, 8)])
    func theWrongClusterOrSecretIsRefused(_ cluster: UInt32, _ secret: UInt8) {
        let net = MeshNet()
        net.add(1)
        net.add(2, cluster: cluster, secret: secret)
        net.introduce(0, to: 1)
        net.introduce(1, to: 0)
        net.run(for: .seconds(5))
        #expect(net.pipes.isEmpty)
        #expect(net.effects.joined().allSatisfy { if case .linked = $0 { false } else { true } })
        #expect(net.dialCount > 3 && net.dialCount < 200)
    }

    @Test func whoIsNotKnownIsRefused() {
        let net = MeshNet()
        net.add(1)
        net.add(2)
        net.introduce(1, to: 0)
        net.run(for: .milliseconds(500))
        #expect(net.pipes.isEmpty && net.dialCount > 3)
        net.introduce(0, to: 1)
        net.run(for: .seconds(2))
        #expect(Self.isLinked(net, 0, 1))
    }

    @Test func anEarlierLifeIsRefused() {
        let net = MeshNet()
        net.add(1, epoch: 1)
        net.add(2)
        net.introduce(1, to: 0)
        net.meshes[1].memberIsUp(MeshNet.peer(1, 2), at: MeshNet.address(9), now: net.now)
        net.run(for: .milliseconds(500))
        #expect(net.pipes.isEmpty)
    }

    /// A later version speaks with this one; one that has given this version up is refused.
    @Test(arguments: [(UInt16(1), UInt16(7), true), (1, 1, true), (2, 9, false), (0, 0, false)])
    func versionRangesMustMeet(_ low: UInt16, _ high: UInt16, _ areFit: Bool) {
        let net = MeshNet()
        net.add(2)
        net.meshes[0].memberIsUp(MeshNet.peer(1), at: MeshNet.address(9), now: net.now)
        var hello = Hello(
            cluster: 1, sender: MeshNet.peer(1), receiver: MeshNet.peer(2).node, lane: .control, isSealed: true,
            haveEpoch: 0, have: 0, nonce: [UInt8](repeating: 3, count: 32))
        hello.minVersion = low
        hello.maxVersion = high
        let (link, isClosed) = net.intrude(0, hello.encoded)
        #expect(isClosed == !areFit)
        guard areFit else { return }
        var answer = ByteWriter()
        _ = net.meshes[0].output(link, at: net.now, into: &answer)
        guard let theirs = Hello(answer.bytes) else {
            Issue.record("no hello")
            return
        }
        let keys = HandshakeKeys(secret: [UInt8](repeating: 9, count: 32), dialer: hello, acceptor: theirs)
        #expect(answer.bytes.copied().suffix(32) == keys.acceptorProof[...])
        let taken = net.meshes[0].received(link, keys.dialerProof.rawBytes, at: net.now) { _, _, _, _ in }
        #expect(taken == 32)
        #expect(net.meshes[0].isLinked(MeshNet.peer(1)))
    }

    @Test func strangersAreBoundedAndTimedOut() {
        var configuration = Mesh.Configuration()
        configuration.maxStrangers = 5
        let net = MeshNet()
        net.add(1, configuration)
        func closed() -> Int { net.count(at: 0) { if case .close = $0 { true } else { false } } }
        for _ in 0..<5 { #expect(!net.intrude(0, []).isClosed) }
        #expect(closed() == 0)
        net.run(for: .milliseconds(1900))
        // The oldest one makes room.
        #expect(!net.intrude(0, []).isClosed)
        #expect(closed() == 1)
        net.run(for: .milliseconds(200))
        #expect(closed() == 5)
    }

    /// Somebody who has no secret holds as many connections as he may, and opens more all the time.
    @Test func strangersKeepNobodyOut() {
        let net = MeshNet()
        net.add(1)
        net.add(2)
        for _ in 0..<100 { _ = net.intrude(1, []) }
        net.introduce(0, to: 1)
        net.introduce(1, to: 0)
        net.run(for: .milliseconds(10))
        #expect(Self.isLinked(net, 0, 1))
    }

    @Test func whatIsNoHelloEndsAtOnce() {
        let net = MeshNet()
        net.add(1)
        #expect(net.intrude(0, Array("GET / HTTP/1.1\r\n".utf8)).isClosed)
        #expect(!net.intrude(0, [0x47, 0x56, 0x42]).isClosed)
        #expect(net.intrude(0, [0x47, 0x56, 0x42, 0x55] + [UInt8](repeating: 0, count: 66)).isClosed)
    }

    /// What was once said by a member is worth nothing a second time.
    @Test func aReplayedConnectionIsRefused() {
        let net = MeshNet()
        net.add(1)
        net.add(2)
        var recorded: [UInt8] = []
        net.forge = { bytes in
            recorded += bytes
            return bytes
        }
        net.introduce(0, to: 1)
        net.introduce(1, to: 0)
        net.settle()
        net.meshes[0].tick(at: net.now)
        net.settle()
        net.send(1...1, from: 0, to: 1)
        net.settle()
        #expect(recorded.count > 300)
        let before = net.received[1].count
        #expect(net.intrude(1, recorded).isClosed)
        #expect(net.received[1].count == before)
    }

    // MARK: Records

    /// Any changed bit of what the dialer says closes the connection; what came before it counts, and nothing else.
    @Test(arguments: 0..<40) func aDamagedStreamIsClosed(_ round: Int) {
        let net = MeshNet.pair()
        var random = SeededRandom(seed: UInt64(round))
        var isDone = false
        net.forge = { bytes in
            guard !isDone, !bytes.isEmpty else { return bytes }
            isDone = true
            var bytes = bytes
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            return bytes
        }
        net.send(1...20, from: 0, to: 1)
        net.run(for: .seconds(5))
        #expect(isDone)
        #expect(net.keys(at: 1) == Array(1...20))
        #expect(net.meshes[0].statistics(of: MeshNet.peer(2).node).map { $0.connections > 3 } == true)
    }

    @Test func aRecordBeyondTheBoundIsRefusedBeforeItComes() throws {
        var seal = try RecordSeal(key: nil)
        var writer = ByteWriter()
        let header: [UInt8] = [0x00, 0xA1, 0, 0]
        let opened = seal.open(header.rawBytes, into: &writer)
        let isRefused = if case .refused = opened { true } else { false }
        #expect(isRefused)
    }

    // MARK: The end

    @Test func goodbyeRaisesNoAlarm() {
        let net = MeshNet.pair()
        net.clearEffects()
        net.meshes[0].leave()
        net.settle()
        net.breakAll()
        #expect(net.count(at: 1, Self.unexpected) == 0)
        net.settle()
        #expect(net.count(at: 1) { if case .unlinked(_, unexpected: false) = $0 { true } else { false } } == 1)
        let dials = net.dialCount
        net.meshes[0].memberIsGone(MeshNet.peer(2))
        net.run(for: .seconds(5))
        #expect(net.dialCount == dials)
    }

    @Test func anEndWithoutGoodbyeAlarms() {
        let net = MeshNet.pair()
        net.clearEffects()
        net.breakAll()
        net.settle()
        #expect(net.count(at: 0, Self.unexpected) == 1 && net.count(at: 1, Self.unexpected) == 1)
    }

    @Test func whoIsSilentForThreeSecondsIsClosed() {
        let net = MeshNet.pair()
        net.clearEffects()
        net.stopped = [0, 1]
        net.run(for: .milliseconds(2500))
        #expect(net.count(at: 0, Self.unexpected) == 0)
        net.run(for: .seconds(1))
        #expect(net.count(at: 0, Self.unexpected) == 1)
    }

    /// While the socket takes nothing there is nothing to do: no busy waiting, and no beats that pile up.
    @Test func aBlockedSocketCausesNoWork() {
        let net = MeshNet.pair()
        net.send(1...1, from: 1, to: 0)
        net.settle()
        // A confirmation is owed, and cannot go out.
        net.capacity = 0
        var ticks = 0
        let end = net.now + .milliseconds(2900)
        while net.meshes[0].nextDue < end {
            net.now = max(net.now, net.meshes[0].nextDue)
            net.meshes[0].tick(at: net.now)
            net.settle()
            ticks += 1
            if ticks > 1000 { break }
        }
        #expect(ticks < 50)
        #expect(net.meshes[0].stateBacklog(MeshNet.peer(2)) < 100)
    }

    @Test func refusalsAreReported() {
        let net = MeshNet.pair()
        net.refusing = [0, 1]
        net.clearEffects()
        net.breakAll()
        net.run(for: .milliseconds(300))
        #expect(net.count(at: 0) { if case .refused = $0 { true } else { false } } >= 1)
    }
}
