import HTTPCore
import Primitives
import TalkProtocol
import WebSocket

/// A connection of a client, as its port keeps it: what it speaks, and what it is waited for.
struct ClientLine {
    enum Speech {
        /// It has not said a word.
        case unknown
        case native
        case opening(WebSocketOpening)
        case webSocket(WebSocketLink)
    }

    let session: Session
    var speech = Speech.unknown
    /// It speaks inside TLS.
    var isSealed = false
    private let opened: Instant
    private var lastByte: Instant
    /// When the first byte of an unfinished packet came.
    private var partialSince = Instant.never
    private var hasSpoken = false

    init(_ session: Session, at now: Instant) {
        self.session = session
        opened = now
        lastByte = now
    }

    /// Something arrived.
    ///
    /// - Parameters:
    ///   - isUnfinished: a packet has begun and cannot be taken yet, as its end is to come.
    ///   - tookPacket: one before it was taken.
    mutating func noteInput(isUnfinished: Bool, tookPacket: Bool, at now: Instant) {
        lastByte = now
        hasSpoken = true
        if !isUnfinished {
            partialSince = .never
        } else if tookPacket || partialSince == .never {
            partialSince = now
        }
    }

    /// When the connection has been waited for long enough.
    func patienceEnds(_ limits: GatewayLimits) -> Instant {
        if let silentUntil = session.silentUntil { return silentUntil }
        var due = partialSince == .never ? Instant.never : partialSince + limits.packetDeadline
        if session.isOnline {
            let idle = session.device == .pc ? limits.idlePC : limits.idleMobile
            due = min(due, lastByte + idle)
        } else {
            due = min(due, opened + limits.loginDeadline)
            if !hasSpoken { due = min(due, opened + limits.firstByteDeadline) }
        }
        if case .opening(let opening) = speech { due = min(due, opening.connection.deadline) }
        return due
    }

    /// When there is something to do for it.
    func nextDeadline(_ limits: GatewayLimits) -> Instant {
        guard case .webSocket(let link) = speech else { return patienceEnds(limits) }
        return min(patienceEnds(limits), link.nextPing)
    }
}

/// A request on the client port that may become a WebSocket.
final class WebSocketOpening {
    var connection: HTTPServerConnection

    init(at now: Instant) {
        connection = HTTPServerConnection(limits: HTTPLimits(), at: now, date: nil)
    }
}

/// What is known of a WebSocket between its frames.
final class WebSocketLink {
    var receiver = WebSocketReceiver(ofClient: true)
    var nextPing: Instant

    init(nextPing: Instant) {
        self.nextPing = nextPing
    }
}
