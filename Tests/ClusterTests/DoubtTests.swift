import Cluster
import ClusterSimulator
import Membership
import Primitives
import TalkProtocol
import Testing
import TopicBus

/// A node is told to look into the database when messages for its users may be there that nobody told it of (T2).
@Suite struct DoubtTests {
    private static func settled(_ options: ClusterWorld.Options = ClusterWorld.Options()) -> ClusterWorld {
        let world = ClusterWorld(seed: 3, options: options)
        world.start(3)
        world.run(for: .seconds(2))
        return world
    }

    /// What the second node doubts while `body` runs.
    private static func doubts(_ world: ClusterWorld, while body: () -> Void) -> Set<Doubt> {
        var doubts: Set<Doubt> = []
        let me = world.peer(1)
        world.onDoubt = { doubt, peer in if peer == me { doubts.insert(doubt) } }
        body()
        world.onDoubt = nil
        return doubts
    }

    @Test func aQuietClusterHasNone() {
        let world = Self.settled()
        world.login(UserID(1), .windows, at: 0)
        world.login(UserID(2), .windows, at: 1)
        let doubts = Self.doubts(world) { world.run(for: .seconds(20)) }
        #expect(doubts.isEmpty, "\(doubts)")
    }

    @Test func aBrokenConnection() {
        let world = Self.settled()
        let peer = world.peer(0)
        world.network.cut([0], [1])
        let lost = Self.doubts(world) { world.run(for: .seconds(4)) }
        #expect(lost.contains(.lostLink(peer)))
        world.network.heal()
        let back = Self.doubts(world) { world.run(for: .seconds(6)) }
        #expect(back.contains(.newLink(peer)))
    }

    @Test func aDeath() {
        let world = Self.settled()
        let peer = world.peer(0)
        let doubts = Self.doubts(world) {
            world.crash(0)
            world.run(for: .seconds(1))
        }
        #expect(doubts == [.lostLink(peer), .death(peer)])
    }

    @Test func aDeparture() {
        let world = Self.settled()
        let peer = world.peer(0)
        let doubts = Self.doubts(world) {
            world.leave(0, forGood: true)
            world.run(for: .seconds(3))
        }
        #expect(doubts.contains(.death(peer)))
    }

    /// More than may wait for it is written while it stands still.
    @Test func messagesThatDidNotFit() {
        let world = Self.settled()
        let peer = world.peer(0)
        world.pause(1, for: .seconds(1))
        world.sendMessages(600, from: 0, to: 1, bytes: 2000...2000)
        #expect(world.mesh(0).isDegraded(world.peer(1).node))
        let doubts = Self.doubts(world) { world.run(for: .seconds(3)) }
        #expect(doubts.contains(.overload(peer)))
        world.checkEnd()
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    /// The first node did not know of a session here: what it had for that user went to the database only.
    @Test func aViewThatWasWrong() {
        let world = Self.settled()
        let peer = world.peer(0)
        let editor = StreamEditor { frames, _ in frames.filter { !$0.isPresence || $0.body.first != 1 } }
        // Connections that are there already are past their handshakes.
        world.crash(0)
        world.run(for: .seconds(1))
        world.onStream = { $1.from == 1 && $1.to == 0 ? editor($0, $1) : $0 }
        world.restart(0)
        world.run(for: .seconds(2))
        let doubts = Self.doubts(world) {
            world.login(UserID(1), .windows, at: 1)
            world.run(for: .seconds(2))
        }
        #expect(doubts == [.repairedView(Peer(peer.node, world.peer(0).epoch))])
    }
}
