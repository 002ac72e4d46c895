import Membership
import Primitives
import Testing

@testable import TopicBus

/// Everything that a queue of the bus may do to a message is counted.
@Suite struct CountTests {
    private func statistics(_ net: MeshNet) throws -> BusStatistics {
        try #require(net.meshes[0].statistics(of: MeshNet.peer(2).node))
    }

    private func lane(_ net: MeshNet) throws -> LaneStatistics { try #require(try statistics(net).lanes[.messages0]) }

    @Test func whatWaitsIsCountedByLane() throws {
        let net = MeshNet.pair()
        net.stopped = [1]
        net.send(1...5, from: 0, to: 1)
        net.settle()
        #expect(try lane(net).unconfirmed == 5)
        #expect(try lane(net).unconfirmedBytes == 5 * 34)
        #expect(try statistics(net).lanes[.messages1]?.unconfirmed == 0)
        net.stopped = []
        net.run(for: .milliseconds(100))
        #expect(try lane(net).unconfirmed == 0)
        #expect(try statistics(net).messagesSent == 5)
    }

    @Test func whatIsSentAgainIsCounted() throws {
        let net = MeshNet.pair()
        net.send(1...3, from: 0, to: 1)
        net.run(for: .milliseconds(100))
        net.stopped = [1]
        net.send(4...9, from: 0, to: 1)
        net.settle()
        net.breakAll()
        net.stopped = []
        net.run(for: .milliseconds(300))
        #expect(net.keys(at: 1) == Array(1...9))
        #expect(try lane(net).resent == 6)
        #expect(try lane(net).skipped == 0)
    }

    @Test func whatNobodySentYetIsNotSentAgain() throws {
        let net = MeshNet.pair()
        net.breakAll()
        net.send(1...5, from: 0, to: 1)
        net.run(for: .milliseconds(300))
        #expect(net.keys(at: 1) == Array(1...5))
        #expect(try lane(net).resent == 0)
    }

    @Test func whatIsGivenUpIsCounted() throws {
        let net = MeshNet.pair()
        net.stopped = [1]
        net.send(1...5, from: 0, to: 1)
        net.settle()
        net.meshes[0].memberIsDown(MeshNet.peer(2))
        #expect(try lane(net).skipped == 5)
        #expect(try lane(net).unconfirmed == 0)
        net.send(6...8, from: 0, to: 1)
        #expect(try statistics(net).refused == 3)
    }

    @Test func aFullWindowIsCountedOnce() throws {
        let net = MeshNet.pair()
        net.capacity = 64 << 20
        net.stopped = [1]
        net.send(1...100, from: 0, to: 1, bytes: 100_000)
        net.settle()
        #expect(try lane(net).creditWaits == 1)
        net.send(101...110, from: 0, to: 1, bytes: 100_000)
        net.settle()
        #expect(try lane(net).creditWaits == 1)
        net.stopped = []
        net.run(for: .milliseconds(100))
        #expect(try lane(net).unconfirmed == 0)
    }

    @Test func whatIsDroppedIsCountedByClass() throws {
        var configuration = Mesh.Configuration()
        configuration.maxHintBytes = 1000
        configuration.maxStateBytes = 1000
        configuration.maxPeerFrames = 4
        let net = MeshNet.pair(configuration)
        net.capacity = 0
        net.send(1...100, from: 0, to: 1, .hint, on: .messages1, bytes: 100)
        net.send(1...10, from: 0, to: 1, .state, on: .control, bytes: 96)
        net.send(1...6, from: 0, to: 1, .reliable, on: .messages0)
        let counted = try statistics(net)
        #expect(counted.droppedHints == 92)
        #expect(counted.refusedState == 2)
        #expect(counted.refused == 2)
        #expect(counted.degradations == 1)
        #expect(counted.lanes[.control]?.waitingBytes == 960)
    }

    @Test func hintsWithoutAConnectionAreDropped() throws {
        let net = MeshNet.pair()
        net.breakAll()
        net.send(1...3, from: 0, to: 1, .hint)
        #expect(try statistics(net).droppedHints == 3)
    }
}
