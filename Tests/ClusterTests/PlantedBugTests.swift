import ClusterSimulator
import Membership
import Primitives
import TalkProtocol
import Testing
import TopicBus

/// The checks are worth what they find: bugs are planted in what travels between two nodes, as if a core had them, and
/// the right property must break. Where a promise is kept by two means, one of them alone must be enough.
@Suite struct PlantedBugTests {
    private typealias Frame = StreamEditor.Frame

    /// Presence frames by their first byte.
    private enum PresenceFrame: UInt8 {
        case delta = 1
        case summary = 2
        case buckets = 5
    }

    private static func world(_ edit: @escaping ([Frame], StreamPlace) -> [Frame]) -> ClusterWorld {
        let world = ClusterWorld(seed: 1)
        let editor = StreamEditor(edit)
        world.onStream = { editor($0, $1) }
        world.start(3)
        world.run(for: .seconds(2))
        return world
    }

    private static func live(_ world: ClusterWorld, for seconds: Int) {
        for user in UInt32(1)...20 { world.login(UserID(user), .windows, at: 0) }
        for _ in 0..<seconds * 10 {
            world.run(for: .milliseconds(100))
            world.audit()
        }
        world.checkEnd()
    }

    /// Takes presence frames of some kinds out of the stream from the first node to the second.
    private static func without(_ kinds: Set<PresenceFrame>) -> ([Frame], StreamPlace) -> [Frame] {
        { frames, place in
            guard place.from == 0, place.to == 1 else { return frames }
            return frames.filter { frame in
                !frame.isPresence || frame.body.first.flatMap(PresenceFrame.init(rawValue:)).map(kinds.contains) != true
            }
        }
    }

    // MARK: Presence

    @Test func aSilentlyDroppedDeltaIsRepaired() {
        let world = Self.world(Self.without([.delta]))
        Self.live(world, for: 4)
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    @Test func aDroppedDeltaOfWhichNothingIsToldIsFound() {
        let world = Self.world(Self.without([.delta, .summary]))
        Self.live(world, for: 4)
        #expect(world.broken == [.r3], "\(world.violations)")
    }

    @Test func aRepairThatSkipsBucketsIsFound() {
        let world = Self.world(Self.without([.delta, .buckets]))
        Self.live(world, for: 4)
        #expect(world.broken == [.r3], "\(world.violations)")
    }

    /// Who passes a death verdict on as a departure deletes what is another node's to delete.
    @Test func aDeathVerdictThatDeletesIsFound() {
        let world = ClusterWorld(seed: 1)
        world.onGossip = { message, _, _ in
            var message = message
            message.entries = message.entries.map { entry in
                guard case .dead(let node, let epoch, let incarnation, _) = entry else { return entry }
                return .left(node, epoch, incarnation)
            }
            return message
        }
        world.start(3)
        world.run(for: .seconds(2))
        world.pause(1, for: .seconds(15))
        Self.live(world, for: 30)
        #expect(world.broken.contains(.m6), "\(world.violations)")
    }

    // MARK: Membership

    @Test func aNodeThatNeverRefutesIsFound() {
        let world = ClusterWorld(seed: 1)
        world.onGossip = { message, _, to in
            guard to == 1 else { return message }
            var message = message
            message.entries.removeAll { entry in
                switch entry {
                case .suspect(let node, _, _, _, _), .dead(let node, _, _, _): node.rawValue == 2
                case .alive, .left: false
                }
            }
            return message
        }
        world.start(3)
        world.run(for: .seconds(2))
        world.login(UserID(99), .ios, at: 1)
        world.pause(1, for: .seconds(15))
        Self.live(world, for: 40)
        #expect(world.broken.isSuperset(of: [.m4, .r3]), "\(world.violations)")
    }

    /// Datagrams pass, and all is calm, but two nodes do not find together.
    @Test func aLinkThatNeverComesBackIsFound() {
        let world = Self.world { frames, _ in frames }
        world.onStream = { bytes, place in
            place.from + place.to == 1 ? [UInt8](repeating: 0xFF, count: bytes.count) : bytes
        }
        for _ in 0..<150 {
            world.run(for: .milliseconds(100))
            world.audit()
        }
        #expect(world.broken == [.m4], "\(world.violations)")
    }

    // MARK: The bus

    private static let lanes: ClosedRange<UInt16> = 77...78

    private static func write(_ world: ClusterWorld) {
        for _ in 0..<20 {
            world.sendMessages(1, from: 0, to: 1)
            world.run(for: .milliseconds(50))
        }
        world.run(for: .seconds(1))
        world.checkEnd()
    }

    /// Changes message number 3 of a connection; from there on both sides count differently by `shift`, and each is
    /// told what it wants to hear.
    private static func renumbering(
        by shift: Int64, _ change: @escaping (Frame) -> [Frame]
    ) -> ([Frame], StreamPlace) -> [Frame] {
        var changed: Set<Int> = []
        return { frames, place in
            func moved(_ sequence: UInt64, _ shift: Int64) -> UInt64 { UInt64(bitPattern: Int64(sequence) + shift) }
            return frames.flatMap { frame -> [Frame] in
                var frame = frame
                if place.from == 0, place.to == 1, frame.kind == Frame.message, lanes.contains(frame.topic) {
                    if frame.sequence == 3 {
                        changed.insert(place.connection)
                        return change(frame)
                    }
                    if frame.sequence > 3 { frame.sequence = moved(frame.sequence, shift) }
                }
                if place.from == 1, changed.contains(place.connection), frame.kind == Frame.ack, frame.sequence >= 3 {
                    frame.sequence = moved(frame.sequence, -shift)
                }
                return [frame]
            }
        }
    }

    @Test func aFrameThatComesTwiceCountsOnce() {
        let world = Self.world { frames, place in
            frames.flatMap { $0.kind == Frame.message && Self.lanes.contains($0.topic) ? [$0, $0] : [$0] }
        }
        Self.write(world)
        #expect(world.violations.isEmpty, "\(world.violations)")
        let duplicates = world.mesh(1).statistics(of: world.peer(0).node)?.duplicates
        #expect(duplicates == 20)
    }

    @Test func aDoubledMessageIsFound() {
        let world = Self.world(
            Self.renumbering(by: 1) { frame in
                var second = frame
                second.sequence = 4
                return [frame, second]
            })
        Self.write(world)
        #expect(world.broken == [.t1], "\(world.violations)")
    }

    /// A gap closes the connection, and what is missing comes on the next one.
    @Test func aMissingFrameIsSentAgain() {
        var isDone = false
        let world = Self.world { frames, place in
            frames.filter { frame in
                guard !isDone, frame.kind == Frame.message, Self.lanes.contains(frame.topic), frame.sequence == 3 else {
                    return true
                }
                isDone = true
                return false
            }
        }
        Self.write(world)
        #expect(isDone && world.violations.isEmpty, "\(world.violations)")
    }

    @Test func aGapThatIsAcceptedIsFound() {
        let world = Self.world(Self.renumbering(by: -1) { _ in [] })
        Self.write(world)
        #expect(world.broken.contains(.t1) && world.broken.isSubset(of: [.t1, .t2]), "\(world.violations)")
    }
}
