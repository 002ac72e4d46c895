/// The fixed upper bounds of a histogram, evenly spaced on a logarithmic scale.
///
/// The bounds are the same in every node and every version, so that histograms can be added up over a cluster.
public struct Buckets: Equatable, Sendable {
    /// Inclusive upper bounds in recording units (nanoseconds, bytes, items), rising. The last bucket has no bound.
    let bounds: [UInt64]
    /// Recording units in one exported unit: Prometheus wants seconds, and integers are cheaper to add.
    let unitsPerBase: Double

    /// Room in a histogram, the unbounded bucket included.
    static let capacity = 24

    private init(bounds: [UInt64], unitsPerBase: Double) {
        precondition(bounds.count < Self.capacity, "\(bounds.count) bounds do not fit into a histogram")
        self.bounds = bounds
        self.unitsPerBase = unitsPerBase
    }

    /// 10 µs, 20 µs, 50 µs, 100 µs … 50 s; recorded in nanoseconds.
    public static let seconds = Buckets(
        bounds: [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000]
            .flatMap { [$0, $0 * 2, $0 * 5] },
        unitsPerBase: 1e9)

    /// 64 B, 256 B, 1 KiB … 16 MiB.
    public static let bytes = Buckets(bounds: (3...12).map { 1 << (2 * $0) }, unitsPerBase: 1)

    /// 1, 2, 4 … 8,192: sizes of batches, lengths of queues.
    public static let items = Buckets(bounds: (0...13).map { 1 << $0 }, unitsPerBase: 1)

    /// The bucket that counts `value`.
    func index(of value: UInt64) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
