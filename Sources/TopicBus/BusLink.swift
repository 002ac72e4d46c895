import Crypto
import Membership
import Primitives

/// One connection of the bus, from its first byte on.
final class BusLink {
    enum Phase {
        /// Opened by this node, not there yet.
        case dialing
        /// The hello is out; the other's is awaited.
        case greeting(Hello)
        /// Opened by the other node, which has not spoken.
        case listening
        /// Both hellos are said; the dialer's proof is awaited.
        case checking(Hello, Hello, HandshakeKeys)
        case open
    }

    static let handshakeLimit: Duration = .seconds(2)

    let id: LinkID
    let startedAt: Instant
    var openedAt = Instant.never
    let isDialed: Bool
    var phase: Phase {
        didSet { if case .open = phase { isOpen = true } }
    }
    /// Looked at more often than the phase, which is large.
    private(set) var isOpen = false
    /// Who it leads to and what for; known from the start for a dialed one.
    var peer: BusPeer?
    var lane: Lane = .control
    var deadline: Instant
    /// Bytes of the handshake that wait to be sent.
    let greeting = ScratchWriter(capacity: 256)
    var sealing: RecordSeal?
    var opening: RecordSeal?
    var lastHeard: Instant
    var beatDue = Instant.never
    var isPending = false

    init(_ id: LinkID, dialed: Bool, to peer: BusPeer?, _ lane: Lane, at now: Instant) {
        self.id = id
        startedAt = now
        isDialed = dialed
        self.peer = peer
        self.lane = lane
        phase = dialed ? .dialing : .listening
        deadline = now + Self.handshakeLimit
        lastHeard = now
    }
}
