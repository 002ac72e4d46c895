import Reactor

/// Goes on reading from connections of a port, as long as there is one.
///
/// An object of its own, because requests refer to it weakly: whatever is referred to so counts its references in a
/// table beside it ever after, which costs more, and every packet passes the transport and the port.
final class Resumption {
    private unowned let loop: EventLoop
    private let goOn: (ConnectionHandle) -> Void

    init(on loop: EventLoop, _ goOn: @escaping (ConnectionHandle) -> Void) {
        self.loop = loop
        self.goOn = goOn
    }

    /// Not now: the answer is still being sent.
    func resume(_ connection: ConnectionHandle) {
        loop.scheduleNextTurn { [weak self] in self?.goOn(connection) }
    }
}
