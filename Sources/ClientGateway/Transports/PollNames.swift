import LongPoll
import Reactor
import Synchronization

/// Where the sessions over HTTP requests of a node are, by their names. Shared by the loops: a request comes to any.
public final class PollNames: Sendable {
    struct Place {
        let loop: UInt16
        let line: ConnectionHandle
        /// Longest body that may be read for it.
        var bodyLimit: Int
    }

    private let places = Mutex<[PollName: Place]>([:])

    public init() {}

    subscript(name: PollName) -> Place? {
        get { places.withLock { $0[name] } }
        set { places.withLock { $0[name] = newValue } }
    }
}
