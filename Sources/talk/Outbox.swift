import Primitives
import TalkProtocol

/// Texts on their way to the server, in the order in which they were typed.
///
/// One is in flight at a time: if two were and the first had to be sent again, the second would be numbered before it.
/// A core.
struct Outbox {
    struct Entry {
        /// The same however often it is sent, so that the server stores it once.
        let key: ClientKey
        let conversation: ConversationID
        let body: [UInt8]
    }

    private var entries = Fifo<Entry>()
    /// The last attempt on this connection.
    private var sent: Instant?
    /// To send the first one, on this connection.
    private(set) var attempts = 0
    /// How often the server has answered for its conversation, and not acknowledged it.
    private var passes = 0

    /// What was sent first and is not acknowledged, or will be sent next.
    var first: Entry? { entries.first }

    var count: Int { entries.count }

    func holds(textIn conversation: ConversationID) -> Bool {
        (0..<entries.count).contains { entries[$0].conversation == conversation }
    }

    mutating func add(_ entry: Entry) {
        entries.append(entry)
    }

    /// What is to be sent now, for the first time or again; the attempt is noted.
    mutating func due(at now: Instant, again interval: Duration) -> Entry? {
        guard let first else { return nil }
        if let sent, now - sent < interval { return nil }
        sent = now
        attempts += 1
        return first
    }

    mutating func connectionLost() {
        sent = nil
        attempts = 0
        passes = 0
    }

    /// Returns how often, by now; 0 if it is not the one that waits.
    mutating func passedOver(_ key: ClientKey) -> Int {
        guard first?.key == key else { return 0 }
        passes += 1
        return passes
    }

    /// The first one is acknowledged, or refused. `nil` if it has another key: then an earlier attempt was answered.
    mutating func take(_ key: ClientKey) -> Entry? {
        guard let first, first.key == key else { return nil }
        connectionLost()
        return entries.popFirst()
    }
}
