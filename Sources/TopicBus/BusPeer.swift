import Membership
import Primitives

/// What the bus keeps for one life of another node: its lanes, and how well it takes messages.
final class BusPeer {
    struct LaneState: ~Copyable {
        var sender = LaneSender()
        var receiver = LaneReceiver()
        var loose = LooseQueue()
        /// The connection in use.
        var link: BusLink?
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
    private let control = Cell(LaneState())
    private let messages0 = Cell(LaneState())
    private let messages1 = Cell(LaneState())
    private let total: Cell<BusBacklog>
    private let sum = Cell(BusBacklog())
    /// Takes no reliable messages until it has confirmed what it was sent.
    var isDegraded = false
    /// Messages were left to the database of which it was not told.
    var owesCatchUp = false
    /// Said goodbye: its connections end without alarm.
    var isLeaving = false
    var statistics = BusStatistics()

    /// - Parameter total: of all peers.
    init(_ peer: Peer, at address: MemberAddress, total: Cell<BusBacklog>) {
        self.peer = peer
        self.address = address
        self.total = total
    }

    /// By address: a coroutine would take memory at each message.
    subscript(lane: Lane) -> LaneState {
        unsafeAddress { unsafe UnsafePointer(cell(lane).address) }
        unsafeMutableAddress { unsafe cell(lane).address }
    }

    private func cell(_ lane: Lane) -> Cell<LaneState> {
        switch lane {
        case .control: control
        case .messages0: messages0
        case .messages1: messages1
        }
    }

    /// Changes the log of a lane. The only way to do so: the sums are kept here, as they are asked for at each message.
    func changeLog<Result>(_ lane: Lane, _ change: (inout LaneSender) -> Result) -> Result {
        let (bytes, frames) = (self[lane].sender.byteCount, self[lane].sender.frameCount)
        let result = change(&self[lane].sender)
        let (moreBytes, moreFrames) = (self[lane].sender.byteCount - bytes, self[lane].sender.frameCount - frames)
        sum.value.add(moreFrames, moreBytes)
        total.value.add(moreFrames, moreBytes)
        return result
    }

    /// Of all lanes.
    var backlog: BusBacklog { sum.value }
}

/// Messages that are not confirmed.
struct BusBacklog {
    private(set) var frames = 0
    /// With headers.
    private(set) var bytes = 0

    mutating func add(_ moreFrames: Int, _ moreBytes: Int) {
        frames += moreFrames
        bytes += moreBytes
    }
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
