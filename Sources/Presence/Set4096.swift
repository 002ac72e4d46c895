/// A set of small numbers, of buckets or of origin slots: 512 bytes.
struct Set4096: Equatable, Sendable {
    private var words = [UInt64](repeating: 0, count: 64)

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    var first: Int? {
        words.firstIndex { $0 != 0 }.map { $0 << 6 | words[$0].trailingZeroBitCount }
    }

    /// Members must be below 4,096.
    func contains(_ member: Int) -> Bool { words[member >> 6] >> UInt64(member & 63) & 1 != 0 }

    mutating func insert(_ member: Int) { words[member >> 6] |= 1 << UInt64(member & 63) }

    mutating func remove(_ member: Int) { words[member >> 6] &= ~(1 << UInt64(member & 63)) }

    func forEach(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(index << 6 | rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }
}
