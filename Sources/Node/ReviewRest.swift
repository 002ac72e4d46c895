import Primitives

/// Whether the service that reviews messages is asked at all: after many questions in a row without an answer, one in a
/// second is, so that a service which hangs does not hold up every message for as long as it may take. A core.
struct ReviewRest {
    static let patience = 20
    static let pause: Duration = .seconds(1)

    /// In a row.
    private var unanswered = 0
    private var until = Instant(nanoseconds: 0)

    /// Whether this question is to be asked.
    mutating func admits(at now: Instant) -> Bool {
        guard unanswered >= Self.patience else { return true }
        guard now >= until else { return false }
        until = now + Self.pause
        return true
    }

    mutating func ended(isAnswered: Bool, at now: Instant) {
        guard !isAnswered else { return unanswered = 0 }
        unanswered += 1
        if unanswered == Self.patience { until = now + Self.pause }
    }
}
