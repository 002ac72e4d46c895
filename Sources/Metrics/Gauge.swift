import Synchronization

/// How many there are now: connections, queued bytes. May fall as well as rise.
///
/// The parts that several loops register under one name are summed, so a gauge holds an amount of its own loop and
/// never a property of the process; for those the registry takes a closure.
public final class Gauge: Sendable {
    private let amount = Atomic<Int>(0)
    /// See `Counter`.
    private let padding = InlineArray<6, UInt64>(repeating: 0)

    public init() {}

    public var value: Int { amount.load(ordering: .relaxed) }

    public func set(_ value: Int) {
        amount.store(value, ordering: .relaxed)
    }

    public func add(_ change: Int = 1) {
        amount.wrappingAdd(change, ordering: .relaxed)
    }

    public func subtract(_ change: Int = 1) {
        amount.wrappingSubtract(change, ordering: .relaxed)
    }
}
