import Primitives
import TopicBus

/// A TCP connection between two nodes: bytes in order, late when the network is cut, lost when an end is gone.
final class Connection {
    struct ID: Hashable {
        let number: Int
    }

    enum Side {
        case dialer, acceptor

        var other: Side { self == .dialer ? .acceptor : .dialer }
    }

    /// What travels from one side to the other.
    struct Direction {
        var chunks = Fifo<[UInt8]>()
        var byteCount = 0
        /// Of the connection, up to now.
        var total = 0
        /// Arrived, and not taken by the reader.
        var carry: [UInt8] = []
        /// When its first chunk will be there; `never` while none is under way.
        var arrival = Instant.never
        var hasEnded = false

        var isMoving: Bool { arrival != .never }
    }

    struct End {
        let place: Int
        let life: Int
        var link: LinkID?
        /// The process or its socket is there.
        var isOpen = true
    }

    var dialer: End
    var acceptor: End?
    let target: Int
    var fromDialer = Direction()
    var fromAcceptor = Direction()
    /// Something between forgot it: nothing passes, and nobody is told.
    var isForgotten = false
    /// Something was done to it that an end may have to find out.
    var isDamaged = false

    /// Bytes between two kernels: more is not taken from the writer.
    static let capacity = 256 << 10

    init(dialer: End, target: Int) {
        self.dialer = dialer
        self.target = target
    }

    func side(of place: Int, _ link: LinkID) -> Side? {
        if dialer.place == place, dialer.link == link { return .dialer }
        if acceptor?.place == place, acceptor?.link == link { return .acceptor }
        return nil
    }

    func end(_ side: Side) -> End? { side == .dialer ? dialer : acceptor }

    func abandon(_ side: Side) {
        if side == .dialer { dialer.isOpen = false } else { acceptor?.isOpen = false }
    }

    /// Nobody has it any more.
    var isOver: Bool {
        !dialer.isOpen && acceptor?.isOpen != true && !fromDialer.isMoving && !fromAcceptor.isMoving
    }

    subscript(from side: Side) -> Direction {
        _read {
            if side == .dialer { yield fromDialer } else { yield fromAcceptor }
        }
        _modify {
            if side == .dialer { yield &fromDialer } else { yield &fromAcceptor }
        }
    }
}

/// Where in a stream some bytes stand.
public struct StreamPlace: Hashable, Sendable {
    public let connection: Int
    public let from: Int
    public let to: Int
    public let isFromDialer: Bool
}
