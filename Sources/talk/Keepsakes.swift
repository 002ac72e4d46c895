/// What was shown as a line and can be saved, by the number that stood there. A core.
struct Keepsakes {
    enum Item: Equatable {
        /// Its address.
        case picture(String)
        case voice([UInt8])
        case file(task: String, name: String)
    }

    /// Older ones are not known any more.
    private static let most = 500

    private var items: [Int: Item] = [:]
    private var last = 0

    subscript(number: Int) -> Item? { items[number] }

    /// Returns its number; what was added before has the same one.
    mutating func add(_ item: Item) -> Int {
        if let known = items.first(where: { $0.value == item }) { return known.key }
        last += 1
        items[last] = item
        items[last - Self.most] = nil
        return last
    }
}
