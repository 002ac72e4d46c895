import TalkProtocol

/// The sessions of a loop that are online, by class: what is for PCs costs nothing where there are none.
struct Roster {
    private(set) var pcs: [Session] = []
    private(set) var mobiles: [Session] = []

    mutating func insert(_ session: Session) {
        switch session.device {
        case .pc: Self.insert(session, into: &pcs)
        case .mobile: Self.insert(session, into: &mobiles)
        }
    }

    /// A session that was inserted.
    mutating func remove(_ session: Session) {
        switch session.device {
        case .pc: Self.remove(session, from: &pcs)
        case .mobile: Self.remove(session, from: &mobiles)
        }
    }

    private static func insert(_ session: Session, into sessions: inout [Session]) {
        session.place = sessions.count
        sessions.append(session)
    }

    private static func remove(_ session: Session, from sessions: inout [Session]) {
        let place = session.place
        precondition(place < sessions.count && sessions[place] === session, "a session is not at its place \(place)")
        sessions.swapAt(place, sessions.count - 1)
        sessions[place].place = place
        sessions.removeLast()
    }
}
