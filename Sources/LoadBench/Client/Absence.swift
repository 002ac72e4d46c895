import Primitives

/// How long the cluster kept a client out. Not the time in which it offered a server that the client did not want,
/// because the other user of its pair is there: a client of a real user would have been in.
struct Absence {
    private let began: Instant
    /// Since when all that was offered is not wanted.
    private var choosySince: Instant?
    private var choosy: Duration = .zero

    init(at now: Instant) {
        began = now
    }

    mutating func refusedOffer(at now: Instant) {
        if choosySince == nil { choosySince = now }
    }

    /// A server was offered that is wanted, or none at all: what is lost from here on is lost to the cluster.
    mutating func stoppedChoosing(at now: Instant) {
        if let choosySince { choosy += now - choosySince }
        choosySince = nil
    }

    func duration(at now: Instant) -> Duration {
        now - began - choosy
    }
}
