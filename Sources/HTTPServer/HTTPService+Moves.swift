public import HTTPCore
import Primitives
import Reactor

/// Connections whose next request another loop answers.
extension HTTPService {
    struct Elsewhere {
        let starts: HTTPRequestStarts
        let areElsewhere: Bool
        let loop: () -> Int
    }

    /// Requests that begin so are another loop's: a connection goes there with the first of them. One that came in one
    /// piece with the request before it is answered here.
    public func give(_ starts: HTTPRequestStarts, to loop: @escaping () -> Int) {
        elsewhere = Elsewhere(starts: starts, areElsewhere: true, loop: loop)
    }

    /// The same for all requests but these.
    public func giveAll(but starts: HTTPRequestStarts, to loop: @escaping () -> Int) {
        elsewhere = Elsewhere(starts: starts, areElsewhere: false, loop: loop)
    }

    /// Whether these bytes are to be left alone: they begin a request for another loop, or may.
    func isLeaving(_ connection: Connection, _ bytes: RawSpan, _ handle: ConnectionHandle) -> Bool {
        guard let elsewhere else { return false }
        // Where it goes is decided when it is its turn: it comes again when the answer before it has left.
        if connection.core.isAtRequest {
            loop.pauseReading(handle)
            return true
        }
        guard connection.core.isBetweenRequests else { return false }
        guard let matches = elsewhere.starts.match(bytes) else { return true }
        guard matches == elsewhere.areElsewhere else { return false }
        connection.isLeaving = true
        loop.pauseReading(handle)
        // Not now: its bytes are being read, and what TLS has to say of itself is not sent yet.
        loop.scheduleNextTurn { [weak self] in self?.leave(handle) }
        return true
    }

    func leave(_ handle: ConnectionHandle) {
        guard let connection = connections[handle], connection.isLeaving, let elsewhere,
            !loop.move(handle, to: elsewhere.loop())
        else { return }
        // It goes when its output has drained. Where nothing waits, this process has too many open files for it.
        if loop.pendingOutput(handle) == 0 { loop.close(handle, .now) }
    }
}
