import Primitives

/// When each message of an open-loop run is to be sent: evenly spaced over the whole run, senders taking turns.
///
/// Fixed before the run, whatever the server does: a send that is late because the server is slow is measured from
/// here, so that a stall is seen by all messages it delays (the "coordinated omission" of Gil Tene).
struct SendSchedule: Sendable {
    let start: Instant
    /// Messages per second of all senders together.
    let rate: Double
    let senderCount: Int

    /// - Parameters:
    ///   - sender: 0..<senderCount.
    ///   - number: how many messages of this sender come before.
    func due(sender: Int, number: Int) -> Instant {
        let place = Double(number) * Double(senderCount) + Double(sender)
        return start + .nanoseconds(Int64(place / rate * 1e9))
    }
}
