import Synchronization

/// A number of events since the process started; it only grows.
///
/// Any thread may add. Each event loop still registers a counter of its own under the same name: an add to a cache
/// line that another core also writes costs ten times more, and the registry sums the parts at each scrape.
public final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)
    /// Keeps the counts of two loops at least one cache line apart wherever the allocator puts them.
    private let padding = InlineArray<6, UInt64>(repeating: 0)

    public init() {}

    public var value: UInt64 { count.load(ordering: .relaxed) }

    public func add(_ amount: UInt64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }
}
