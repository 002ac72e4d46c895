/// First in, first out, in a ring that doubles when it is full: adding and taking cost the same however long it is.
/// (`Array.removeFirst` moves the whole rest.) The owner bounds it.
public struct Fifo<Element> {
    private var ring: [Element?] = []
    private var head = 0
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }

    public var first: Element? { count == 0 ? nil : ring[head] }

    public mutating func append(_ element: Element) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = element
        count += 1
    }

    /// In front of all others.
    public mutating func prepend(_ element: Element) {
        if count == ring.count { grow() }
        head = (head + ring.count - 1) & (ring.count - 1)
        ring[head] = element
        count += 1
    }

    public mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = ring[head]
        ring[head] = nil
        head = (head + 1) & (ring.count - 1)
        count -= 1
        return element
    }

    /// The element `index` places behind the first; `index` must be below `count`.
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "element \(index) of \(count)")
            guard let element = ring[(head + index) & (ring.count - 1)] else {
                preconditionFailure("a hole in a queue")
            }
            return element
        }
        set {
            precondition(index >= 0 && index < count, "element \(index) of \(count)")
            ring[(head + index) & (ring.count - 1)] = newValue
        }
    }

    public mutating func removeAll() {
        self = Fifo()
    }

    private mutating func grow() {
        var larger = [Element?](repeating: nil, count: max(8, ring.count * 2))
        for index in 0..<count { larger[index] = ring[(head + index) & (ring.count - 1)] }
        ring = larger
        head = 0
    }
}
