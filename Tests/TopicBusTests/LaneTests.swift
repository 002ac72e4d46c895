import Membership
import Primitives
import Testing

@testable import TopicBus

/// What the bus promises for messages, over connections that break and peers that stop (T1, T3).
@Suite struct LaneTests {
    @Test func messagesComeOnceAndInOrder() {
        let net = MeshNet.pair()
        #expect(net.send(1...1000, from: 0, to: 1))
        net.settle()
        #expect(net.keys(at: 1) == Array(1...1000))
        #expect(net.received[1].allSatisfy { $0.from == MeshNet.peer(1) && $0.lane == .messages0 })
        #expect(net.received[1].allSatisfy { $0.byteCount == 10 })
    }

    /// The peer would close its connection over it, again and again.
    @Test(arguments: [DeliveryClass.reliable, .state, .hint]) func whatIsTooLongIsRefused(_ delivery: DeliveryClass) {
        let net = MeshNet.pair()
        #expect(!net.send(1...1, from: 0, to: 1, delivery, bytes: 512 << 10 + 1))
        if delivery != .state { #expect(net.send(2...2, from: 0, to: 1, delivery, bytes: 512 << 10)) }
        net.run(for: .seconds(1))
        #expect(net.keys(at: 1) == (delivery == .state ? [] : [2]))
        #expect(net.pipes.count == 3)
    }

    @Test func lanesDoNotWaitForEachOther() {
        let net = MeshNet.pair()
        for key in UInt64(1)...20 {
            let lane = Lane.messages(for: key)
            net.send(key...key, from: 0, to: 1, on: lane)
        }
        net.settle()
        for lane in [Lane.messages0, .messages1] {
            let keys = net.received[1].filter { $0.lane == lane }.map(\.key)
            #expect(keys == keys.sorted() && !keys.isEmpty)
        }
        #expect(Set(net.keys(at: 1)).count == 20)
    }

    /// The first connection breaks after any number of bytes of the dialer: in the handshake, in a record, behind it.
    @Test(arguments: Array(stride(from: 0, to: 900, by: 7)) + [1500, 3000, 9000, 40_000])
    func messagesComeOnceWhereverAConnectionBreaks(_ bytes: Int) {
        let net = MeshNet()
        net.add(1)
        net.add(2)
        net.budgets = [bytes, bytes, bytes, bytes + 50, bytes + 50, bytes + 50]
        net.introduce(0, to: 1)
        net.introduce(1, to: 0)
        net.run(for: .milliseconds(1))
        var next: UInt64 = 1
        for _ in 0..<20 {
            net.send(next...next + 9, from: 0, to: 1)
            net.send(next...next + 9, from: 1, to: 0)
            next += 10
            net.run(for: .milliseconds(30))
        }
        net.run(for: .seconds(3))
        #expect(net.keys(at: 1) == Array(1...200))
        #expect(net.keys(at: 0) == Array(1...200))
        #expect(net.budgets.count < 6)
        let isDrained = net.meshes[0].backlog(of: MeshNet.peer(2).node) == (0, 0)
        #expect(isDrained)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func messagesComeOnceOverManyBreaks(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let net = MeshNet.pair()
        for round in UInt64(0)..<60 {
            net.budgets = (0..<3).map { _ in Int.random(in: 0...30_000, using: &random) }
            net.send(round * 20 + 1...round * 20 + 20, from: 0, to: 1, bytes: Int.random(in: 0...3000, using: &random))
            if Bool.random(using: &random) { net.settle() }
            if Int.random(in: 0..<3, using: &random) == 0 { net.breakAll() }
            let place = Int.random(in: 0...20, using: &random)
            if place < 2 { net.halfBreakAll(at: place) }
            net.run(for: .milliseconds(Int64.random(in: 0...400, using: &random)))
        }
        net.budgets = []
        net.run(for: .seconds(8))
        let keys = net.keys(at: 1)
        #expect(keys == keys.sorted() && Set(keys).count == keys.count, "seed \(seed)")
        // What was refused meanwhile is the sender's business; what was taken has come.
        #expect(net.meshes[0].backlog(of: MeshNet.peer(2).node).frames == 0, "seed \(seed)")
        let sent = net.meshes[0].statistics(of: MeshNet.peer(2).node)
        #expect(keys.count == sent?.messagesSent, "seed \(seed)")
    }

    // MARK: Credit

    @Test func aReceiverThatStopsBoundsWhatIsSent() {
        let net = MeshNet.pair()
        net.stopped = [1]
        net.send(1...300, from: 0, to: 1, bytes: 60_000)
        net.run(for: .milliseconds(500))
        #expect(net.pipes.reduce(0) { $0 + $1.toAcceptor.count } < 512 << 10)
        net.stopped = []
        net.run(for: .seconds(1))
        #expect(net.keys(at: 1) == Array(1...300))
    }

    /// The window is used up, and the confirmation that opens it again gets lost with its connection.
    @Test func theWindowOpensAgainOnANewConnection() {
        let net = MeshNet.pair()
        net.capacity = 64 << 20
        net.stopped = [0]
        net.send(1...160, from: 0, to: 1, bytes: 60_000)
        net.run(for: .milliseconds(200))
        let before = net.keys(at: 1).count
        #expect(before > 130 && before < 160)
        net.breakAll()
        net.stopped = []
        net.run(for: .seconds(3))
        #expect(net.keys(at: 1) == Array(1...160))
    }

    /// All is confirmed on a new connection that has still to repeat some of it, because the peer said what it had
    /// before the last of it came.
    @Test func whatIsConfirmedIsForgotten() {
        var sender = LaneSender()
        for key in UInt64(1)...10 { sender.append(MeshNet.topic, key: key, [1].rawBytes) }
        let isSent = sender.take { _ in }
        let isRewound = sender.rewind(to: 5)
        let isConfirmed = sender.acknowledge(10, credit: LaneSender.window)
        let isRepeated = sender.take { _ in }
        let isConfirmedAgain = sender.acknowledge(10, credit: LaneSender.window)
        #expect(isSent && isRewound && isConfirmed && isRepeated && isConfirmedAgain)
        let held = sender.byteCount
        #expect(held == 0)
    }

    // MARK: Degraded

    @Test func aFullLogDegradesThePeerAndItIsToldWhenItIsWell() {
        var configuration = Mesh.Configuration()
        configuration.maxPeerBytes = 100_000
        let net = MeshNet.pair(configuration)
        let node = MeshNet.peer(2).node
        net.stopped = [1]
        net.capacity = 0
        #expect(net.send(1...9, from: 0, to: 1, bytes: 10_000))
        #expect(!net.send(10...10, from: 0, to: 1, bytes: 10_000))
        #expect(net.meshes[0].isDegraded(node))
        #expect(net.meshes[0].backlog(of: node).bytes <= 100_000)
        // Also a small one: the database has what comes now, until the peer is well.
        #expect(!net.send(11...11, from: 0, to: 1))
        net.clearEffects()
        net.stopped = []
        net.capacity = 256 << 10
        net.run(for: .seconds(1))
        #expect(net.keys(at: 1) == Array(1...9))
        #expect(!net.meshes[0].isDegraded(node))
        #expect(net.count(at: 0) { if case .recovered = $0 { true } else { false } } == 1)
        #expect(net.count(at: 1) { if case .missedMessages = $0 { true } else { false } } == 1)
        #expect(net.send(12...12, from: 0, to: 1))
    }

    private static func missed(_ net: MeshNet) -> Int {
        net.count(at: 1) { if case .missedMessages = $0 { true } else { false } }
    }

    /// One lane hangs for long while the others are well: what is refused meanwhile is looked for meanwhile.
    @Test func whatIsRefusedIsToldBeforeThePeerIsWell() {
        let net = MeshNet.pair()
        net.send(1...1, from: 0, to: 1, on: .messages0)
        net.settle()
        // The control lane is the first pipe.
        net.refusing = [0, 1]
        for pipe in net.pipes.dropFirst() { net.breakPipe(pipe) }
        net.send(2...2, from: 0, to: 1, on: .messages0)
        net.run(for: .seconds(3))
        #expect(net.meshes[0].isDegraded(MeshNet.peer(2).node) && net.meshes[0].isLinked(MeshNet.peer(2)))
        #expect(Self.missed(net) == 0)
        for key in UInt64(3)...12 {
            net.clearEffects()
            #expect(!net.send(key...key, from: 0, to: 1))
            net.run(for: .milliseconds(500))
            #expect(Self.missed(net) == 1)
        }
        net.clearEffects()
        net.run(for: .seconds(5))
        #expect(Self.missed(net) == 0)
    }

    /// Nothing is even refused: who is not seen gets nothing.
    @Test func whoIsHeldForDeadIsToldToLookAsLongAsItLasts() {
        let net = MeshNet.pair()
        net.meshes[0].memberIsDown(MeshNet.peer(2))
        for _ in 1...10 {
            net.clearEffects()
            net.run(for: .seconds(1))
            #expect(Self.missed(net) >= 1)
        }
    }

    /// A member of another version, or one that has lost its mind.
    @Test func whereTheLogOfThePeerStandsMayBeAnyNumber() {
        var receiver = LaneReceiver()
        var writer = ByteWriter()
        let now = Instant(nanoseconds: 1)
        receiver.skip(to: 5, offset: .max, at: now)
        receiver.writeAck(into: &writer)
        BusFrame.write(.message, sequence: 6, into: &writer)
        var reader = ByteReader(writer.bytes)
        guard let ack = BusFrame(reading: &reader), let frame = BusFrame(reading: &reader), ack.bodyByteCount == 0
        else {
            Issue.record("no frame")
            return
        }
        let verdict = receiver.received(frame, at: now)
        receiver.writeAck(into: &writer)
        receiver.skip(to: .max, offset: .max, at: now)
        let again = receiver.received(frame, at: now)
        receiver.writeAck(into: &writer)
        #expect(verdict == .deliver && again == .duplicate)
    }

    @Test func aPeerWithoutAConnectionIsDegradedAfterTwoSeconds() {
        let net = MeshNet.pair()
        net.refusing = [0, 1]
        net.breakAll()
        net.send(1...1, from: 0, to: 1)
        net.run(for: .milliseconds(1900))
        #expect(!net.meshes[0].isDegraded(MeshNet.peer(2).node))
        net.run(for: .milliseconds(500))
        #expect(net.meshes[0].isDegraded(MeshNet.peer(2).node))
        net.refusing = []
        net.run(for: .seconds(8))
        #expect(net.keys(at: 1) == [1])
        #expect(!net.meshes[0].isDegraded(MeshNet.peer(2).node))
    }

    /// Messages were left to the database while it was held for dead, although its connections lived on.
    @Test func whoWasHeldForDeadIsToldToLook() {
        let net = MeshNet.pair()
        net.meshes[0].memberIsDown(MeshNet.peer(2))
        net.settle()
        #expect(!net.send(1...1, from: 0, to: 1))
        net.clearEffects()
        net.introduce(1, to: 0)
        net.settle()
        #expect(net.count(at: 1) { if case .missedMessages = $0 { true } else { false } } >= 1)
        #expect(net.send(2...2, from: 0, to: 1))
        net.settle()
        #expect(net.keys(at: 1) == [2])
    }

    @Test func whatWasAbandonedIsSkipped() {
        let net = MeshNet.pair()
        net.stopped = [1]
        net.capacity = 0
        net.send(1...5, from: 0, to: 1)
        net.meshes[0].memberIsDown(MeshNet.peer(2))
        net.introduce(1, to: 0)
        net.send(6...8, from: 0, to: 1)
        net.stopped = []
        net.capacity = 256 << 10
        net.settle()
        #expect(net.keys(at: 1) == [6, 7, 8])
        #expect(net.count(at: 1) { if case .missedMessages = $0 { true } else { false } } >= 1)
    }

    @Test func aLaterLifeGetsNothingOfTheEarlierOne() {
        let net = MeshNet.pair()
        net.stopped = [1]
        net.capacity = 0
        net.send(1...5, from: 0, to: 1)
        let next = net.add(2, epoch: 2)
        net.meshes[0].memberIsUp(MeshNet.peer(2, 2), at: MeshNet.address(next), now: net.now)
        net.introduce(0, to: next)
        net.stopped = []
        net.capacity = 256 << 10
        net.run(for: .milliseconds(10))
        net.send(6...7, from: 0, to: next)
        net.settle()
        #expect(net.keys(at: next) == [6, 7])
    }

    // MARK: What is not repeated

    @Test func hintsDropTheOldest() {
        var configuration = Mesh.Configuration()
        configuration.maxHintBytes = 1000
        let net = MeshNet.pair(configuration)
        net.capacity = 0
        #expect(net.send(1...100, from: 0, to: 1, .hint, bytes: 100))
        net.capacity = 256 << 10
        net.settle()
        #expect(net.keys(at: 1) == Array(93...100))
    }

    @Test func stateIsRefusedWhenItIsFull() {
        var configuration = Mesh.Configuration()
        configuration.maxStateBytes = 1000
        let net = MeshNet.pair(configuration)
        net.capacity = 0
        #expect(net.send(1...8, from: 0, to: 1, .state, on: .control, bytes: 96))
        #expect(!net.send(9...9, from: 0, to: 1, .state, on: .control, bytes: 96))
        net.capacity = 256 << 10
        net.settle()
        #expect(net.keys(at: 1) == Array(1...8))
        net.breakAll()
        #expect(!net.send(10...10, from: 0, to: 1, .state, on: .control))
    }

    /// Presence goes on, so that it is right at once when the verdict turns out to be wrong.
    @Test func stateFlowsToWhoIsHeldForDead() {
        let net = MeshNet.pair()
        net.meshes[0].memberIsDown(MeshNet.peer(2))
        #expect(net.send(1...1, from: 0, to: 1, .state, on: .control))
        net.settle()
        #expect(net.keys(at: 1) == [1])
    }

    /// A queue that is never empty must not grow with what has passed through it.
    @Test func aQueueForgetsWhatIsSent() {
        var queue = LooseQueue()
        var writer = ByteWriter()
        let body = [UInt8](repeating: 1, count: 1000)
        queue.append(.message, MeshNet.topic, key: 0, body.rawBytes)
        for key in UInt64(1)...10_000 {
            queue.append(.message, MeshNet.topic, key: key, body.rawBytes)
            writer.clear()
            queue.take(limit: 1, into: &writer)
        }
        let (waiting, held) = (queue.byteCount, queue.heldByteCount)
        #expect(waiting == 1024)
        #expect(held < 256 << 10)
    }
}
