import Primitives

/// A member that may be dead, and the time it has left to say that it is not (Lifeguard, "LHA-Suspicion").
struct Suspicion: Sendable {
    private(set) var accusers: [NodeID] = []
    /// Those among the accusers whose connection to it was refused: its process is gone.
    private(set) var refused: [NodeID] = []
    private var start: Instant
    private let shortest: Duration
    private let longest: Duration
    private let wanted: Int

    /// - Parameter wanted: accusers besides the first that bring the time down to `shortest`.
    init(at now: Instant, shortest: Duration, longest: Duration, wanted: Int) {
        start = now
        self.shortest = shortest
        self.longest = longest
        self.wanted = max(0, wanted)
    }

    /// `false` when nothing new was said.
    mutating func accuse(_ accuser: NodeID, refused wasRefused: Bool) -> Bool {
        var isNews = false
        if wasRefused, !refused.contains(accuser), refused.count < 4 {
            refused.append(accuser)
            isNews = true
        }
        if !accusers.contains(accuser), accusers.count <= wanted {
            accusers.append(accuser)
            isNews = true
        }
        return isNews
    }

    /// Who was refused may have been mistaken: the member has been heard since.
    mutating func forgetRefusals() {
        refused = []
    }

    /// max(min, max - (max - min) log(c + 1) / log(k + 1)), where c are the accusers besides the first.
    var deadline: Instant {
        let confirmed = min(max(0, accusers.count - 1), wanted)
        guard wanted > 0, confirmed < wanted else { return start + shortest }
        let part = Self.logRatio[min(wanted, 3)][confirmed]
        return start + max(shortest, longest - (longest - shortest) * part / 1000)
    }

    /// This node stood still for so long: the time does not count.
    mutating func extend(by lateness: Duration) {
        start = start + lateness
    }

    /// log(c + 1) / log(k + 1) in thousandths, for k = 0 ... 3 and c = 0 ... k.
    private static let logRatio = [[0], [0, 1000], [0, 631, 1000], [0, 500, 792, 1000]]
}
