import Primitives
import Synchronization

/// What clients are told who ask where to go.
struct Lookups: ~Copyable, Sendable {
    let advertised = Mutex<(host: String, port: UInt16)?>(nil)
    let httpPort = Atomic<Int>(0)
    let mediaPort = Atomic<Int>(0)
    let filesPort = Atomic<Int>(0)
    /// When somebody from elsewhere asked for a server, and there was none but by loopback.
    let turnedAway = Mutex<Instant?>(nil)
}
