import Membership
import Primitives

/// What the bus keeps for one life of another node: its lanes, and how well it takes messages.
final class BusPeer {
    struct LaneState: ~Copyable {
        var sender = LaneSender()
        var receiver = LaneReceiver()
        var loose = LooseQueue()
        /// The connection in use.
        var link: LinkID?
        /// A connection that this node opens.
        var dialing: LinkID?
        var dialDue = Instant.never
        var failures = 0
        /// Since when there is something to send and nothing moves.
        var stuckSince = Instant.never

        var statistics: LaneStatistics {
            var statistics = sender.statistics
            statistics.unconfirmed = sender.frameCount
            statistics.unconfirmedBytes = sender.byteCount
            statistics.waitingBytes = loose.byteCount
            return statistics
        }

        func nextDue(_ maxStall: Duration?) -> Instant {
            guard let maxStall, stuckSince != .never else { return dialDue }
            return min(dialDue, stuckSince + maxStall)
        }
    }

    let peer: Peer
    var address: MemberAddress
    /// The membership holds it for alive.
    var isLive = true
    var control = LaneState()
    var messages0 = LaneState()
    var messages1 = LaneState()
    /// Takes no reliable messages until it has confirmed what it was sent.
    var isDegraded = false
    /// Messages were left to the database of which it was not told.
    var owesCatchUp = false
    /// Said goodbye: its connections end without alarm.
    var isLeaving = false
    var statistics = BusStatistics()

    init(_ peer: Peer, at address: MemberAddress) {
        self.peer = peer
        self.address = address
    }

    subscript(lane: Lane) -> LaneState {
        _read {
            switch lane {
            case .control: yield control
            case .messages0: yield messages0
            case .messages1: yield messages1
            }
        }
        _modify {
            switch lane {
            case .control: yield &control
            case .messages0: yield &messages0
            case .messages1: yield &messages1
            }
        }
    }

    var logBytes: Int { control.sender.byteCount + messages0.sender.byteCount + messages1.sender.byteCount }
    var logFrames: Int { control.sender.frameCount + messages0.sender.frameCount + messages1.sender.frameCount }
}

/// Names one connection of the bus, for as long as the process runs.
public struct LinkID: Hashable, Sendable {
    let number: UInt64
}

/// What happened between this node and one life of another, since it is known.
public struct BusStatistics: Sendable {
    public var messagesSent = 0
    public var messagesReceived = 0
    public var bytesSent = 0
    public var bytesReceived = 0
    public var duplicates = 0
    /// Messages that the peer could not take: they were left to the database.
    public var refused = 0
    /// Frames of state that could not be queued: they are repaired later.
    public var refusedState = 0
    /// Hints that had to make room, or for which there was no connection.
    public var droppedHints = 0
    public var connections = 0
    /// Times that the peer was declared unable to take messages.
    public var degradations = 0
    /// By lane.
    public var lanes: [Lane: LaneStatistics] = [:]

    public init() {}
}

/// One lane to a peer.
public struct LaneStatistics: Sendable {
    /// Messages that are not confirmed, and their bytes with headers.
    public var unconfirmed = 0
    public var unconfirmedBytes = 0
    /// Bytes of state and hints that wait for the connection.
    public var waitingBytes = 0
    /// Times that there was something to send and the peer's window was full.
    public var creditWaits = 0
    /// Messages that were sent once more, on a new connection.
    public var resent = 0
    /// Messages that were given up as the peer was held for dead.
    public var skipped = 0

    public init() {}
}
