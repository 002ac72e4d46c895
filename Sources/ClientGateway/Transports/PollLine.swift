import LongPoll
import Primitives
import Reactor

/// A session over HTTP requests, as its port keeps it.
final class PollLine {
    let handle: ConnectionHandle
    let name: PollName
    let session: Session
    var exchange: PollExchange
    /// The upload at hand, of which `taken` bytes were executed.
    var upload: [UInt8] = []
    var taken = 0
    /// Its rest waits until the client has acknowledged some of what is kept for it.
    var waitsForRoom = false
    var timer: TimerID?
    /// Waits for the end of the turn, so that all packets of a turn are one answer.
    var isGathering = false
    /// Its session has ended.
    var lingers = false
    private let opened: Instant

    init(_ handle: ConnectionHandle, _ name: PollName, _ session: Session, _ exchange: PollExchange, at now: Instant) {
        self.handle = handle
        self.name = name
        self.session = session
        self.exchange = exchange
        opened = now
    }

    /// When its session has been waited for long enough. How long it may ask nothing is the business of the exchange.
    func patienceEnds(_ limits: GatewayLimits) -> Instant {
        if exchange.ending != nil { return .never }
        if let silentUntil = session.silentUntil { return silentUntil }
        return session.gate.phase == .newcomer ? opened + limits.loginDeadline : .never
    }
}
