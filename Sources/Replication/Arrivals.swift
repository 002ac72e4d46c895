import Primitives
import Reactor

/// Connections that have not shown yet what they are: so many at most, and the oldest makes room for the newest. Who
/// opens many and says nothing keeps nobody out who says what he wants.
struct Arrivals {
    private let capacity: Int
    private var waiting: Set<ConnectionHandle> = []
    /// In their order; those that have left are passed over.
    private var order = Fifo<ConnectionHandle>()

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { waiting.count }

    /// One comes. Returns the one that has to go.
    mutating func enter(_ handle: ConnectionHandle) -> ConnectionHandle? {
        waiting.insert(handle)
        order.append(handle)
        // Those that have left are no more than those that wait: the order does not grow.
        while let first = order.first, !waiting.contains(first) || waiting.count > capacity {
            _ = order.popFirst()
            if waiting.remove(first) != nil { return first }
        }
        return nil
    }

    /// It has shown what it is, or is gone. Whether it was waiting.
    @discardableResult
    mutating func leave(_ handle: ConnectionHandle) -> Bool { waiting.remove(handle) != nil }
}
