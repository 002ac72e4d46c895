public import Primitives

/// What lies between simulated nodes: delay, loss, copies, cuts and narrow places. Nodes are counted from 0.
public struct Network: Sendable {
    public var minDelay: Duration = .microseconds(50)
    /// Added to the least: exponentially distributed, so some datagrams overtake others.
    public var meanDelay: Duration = .microseconds(500)
    /// Of a datagram, from 0 to 1.
    public var loss = 0.0
    public var duplication = 0.0
    /// Nothing goes from the first to the second.
    private var cuts: Set<Way> = []
    /// Bytes per second of a stream, and until when the way is taken.
    private var narrow: [Way: Int] = [:]
    private var takenUntil: [Way: Instant] = [:]

    private struct Way: Hashable, Sendable {
        let from: Int
        let to: Int
    }

    public init() {}

    /// One way only.
    public mutating func cut(from: Int, to: Int) { cuts.insert(Way(from: from, to: to)) }

    /// No way between the two groups.
    public mutating func cut(_ group: [Int], _ others: [Int]) {
        for one in group {
            for other in others {
                cut(from: one, to: other)
                cut(from: other, to: one)
            }
        }
    }

    /// So many bytes of streams pass in a second.
    public mutating func limit(from: Int, to: Int, bytesPerSecond: Int) {
        narrow[Way(from: from, to: to)] = max(1, bytesPerSecond)
    }

    /// Ends cuts and narrow places.
    public mutating func heal() {
        cuts = []
        narrow = [:]
        takenUntil = [:]
    }

    /// Nothing that an operator would look at.
    public var isCalm: Bool { cuts.isEmpty && narrow.isEmpty && loss <= 0.3 }

    public func isCut(from: Int, to: Int) -> Bool { cuts.contains(Way(from: from, to: to)) }

    /// Both directions, as a handshake of TCP needs them.
    public func connects(_ one: Int, _ other: Int) -> Bool {
        !isCut(from: one, to: other) && !isCut(from: other, to: one)
    }

    public func delay(_ random: inout SeededRandom) -> Duration {
        let uniform = Double.random(in: 0x1p-53..<1, using: &random)
        return minDelay + meanDelay * -logarithm(uniform)
    }

    /// How long so many bytes of a stream are under way, beyond the delay.
    mutating func transferTime(_ byteCount: Int, from: Int, to: Int, at now: Instant) -> Duration {
        let way = Way(from: from, to: to)
        guard let rate = narrow[way] else { return .zero }
        let start = max(takenUntil[way] ?? now, now)
        let end = start + .nanoseconds(Int64(byteCount) * 1_000_000_000 / Int64(rate))
        takenUntil[way] = end
        return end - now
    }

    /// When the copies of a datagram arrive; none if it is lost.
    func deliveries(from: Int, to: Int, _ random: inout SeededRandom) -> [Duration] {
        guard !isCut(from: from, to: to), loss == 0 || Double.random(in: 0..<1, using: &random) >= loss else {
            return []
        }
        let copies = duplication > 0 && Double.random(in: 0..<1, using: &random) < duplication ? 2 : 1
        return (0..<copies).map { _ in delay(&random) }
    }

    /// Natural logarithm to some six digits, the same on every machine: ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)).
    private func logarithm(_ value: Double) -> Double {
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        let series = 1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9 + square / 11))))
        return Double(value.exponent) * 0.693_147_180_559_945_3 + 2 * ratio * series
    }
}
