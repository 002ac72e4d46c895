import TalkProtocol

/// Held by whatever works on a request, through all questions to the database that it needs. When nobody does any more,
/// the session's next request is taken: so a session, however fast it asks, has only a few questions under way.
final class RequestSlot {
    private let session: Session
    /// What is left of a session when a node stops may be released after its port.
    private weak var resumption: Resumption?

    init(_ session: Session) {
        self.session = session
        resumption = session.transport.resumption
        session.gate.underWay += 1
    }

    deinit {
        session.gate.underWay -= 1
        guard session.isHeldUp else { return }
        session.isHeldUp = false
        resumption?.resume(session.connection)
    }
}
