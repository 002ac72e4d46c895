/// The times and counts of the protocol.
public struct SwimConfiguration: Sendable {
    public var probePeriod: Duration = .milliseconds(500)
    /// For the direct answer; between these, three times what answers take.
    public var minAckTimeout: Duration = .milliseconds(50)
    public var maxAckTimeout: Duration = .milliseconds(150)
    /// Helpers that are asked when there is no direct answer.
    public var indirectProbes = 3
    public var gossipPeriod: Duration = .milliseconds(100)
    public var gossipFanout = 3
    public var minSuspicion: Duration = .milliseconds(1500)
    /// The longest suspicion in terms of the shortest.
    public var suspicionRange = 6
    /// Independent accusers that shorten a suspicion to its minimum.
    public var confirmations = 3
    /// Members that probe a suspect at once, in expectation.
    public var solicited = 8
    /// A beat on the bus this young outweighs probes without an answer.
    public var beatLifetime: Duration = .milliseconds(700)
    /// Who has heard nobody for so long has nobody else to do the accusing.
    public var solitude: Duration = .seconds(5)
    /// Between two attempts to reach someone who is dead, or known only by address.
    public var contactPeriod: Duration = .seconds(10)
    /// The same while nobody has answered yet.
    public var joinPeriod: Duration = .seconds(1)
    public var flapDecay: Duration = .seconds(600)
    /// Bytes of one message before it is sealed: 1,200 with seal, so that no network cuts it.
    public var maxMessageBytes = 1162

    public init() {}

    /// Times that a rumour is passed on.
    func transmissions(members count: Int) -> Int { 3 * Self.log2Up(count) }

    /// How long news takes to reach everyone, with some room.
    func disseminationTime(members count: Int) -> Duration { gossipPeriod * (2 * Self.log2Up(count)) }

    /// The shortest suspicion in a cluster of so many, for a member that has flapped so often.
    func shortestSuspicion(members count: Int, flaps: Int) -> Duration {
        // Three probe periods for each power of ten: 3 T log10 N.
        let scaled = probePeriod * (3 * Self.log10InThousandths(count)) / 1000
        return max(minSuspicion, scaled) * (1 << min(max(flaps, 0), 3))
    }

    /// ⌈log2(count + 1)⌉, at least 1.
    private static func log2Up(_ count: Int) -> Int {
        max(1, Int.bitWidth - max(count, 1).leadingZeroBitCount)
    }

    /// Without floating point, which may differ between machines: log10 of powers of two, with straight lines between.
    private static func log10InThousandths(_ count: Int) -> Int {
        let count = max(count, 1)
        let exponent = Int.bitWidth - 1 - count.leadingZeroBitCount
        let base = 1 << exponent
        return 301 * exponent + 301 * (count - base) / base
    }
}
