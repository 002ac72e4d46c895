import TalkProtocol

/// Held by whatever works on a request, through all questions to the database that it needs. When nobody does any more,
/// the session's next request is taken: so a session, however fast it asks, has only a few questions under way.
final class RequestSlot {
    private let session: Session
    /// Not to be looked for through the session: what is left of it when a node stops may be released after it.
    private weak var transport: (any ClientTransport)?

    init(_ session: Session) {
        self.session = session
        transport = session.transport
        session.gate.underWay += 1
    }

    deinit {
        session.gate.underWay -= 1
        guard session.isHeldUp else { return }
        session.isHeldUp = false
        transport?.resume(session.connection)
    }
}
