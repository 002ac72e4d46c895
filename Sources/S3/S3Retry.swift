import Primitives

/// When something is asked again that did not succeed: later and later, and each time at another moment, so that those
/// who failed together do not come together (Brooker, "Exponential Backoff And Jitter", 2015). A core.
struct S3Retry {
    static let maxAttempts = 5
    private static let first: Duration = .milliseconds(200)
    private static let longest: Duration = .seconds(5)

    private var failures = 0

    /// How long to wait; `nil`: it is of no use, or was tried often enough.
    mutating func pause(after failure: S3Failure, _ random: inout SeededRandom) -> Duration? {
        switch failure {
        case .unreachable, .tryLater: break
        case .absent, .otherSize, .refused, .skewed, .full, .nonsense, .disk, .busy: return nil
        }
        failures += 1
        if failures >= Self.maxAttempts { return nil }
        let most = min(Self.first * (1 << failures), Self.longest)
        return .milliseconds(Int64.random(in: 0...most.milliseconds, using: &random))
    }
}
