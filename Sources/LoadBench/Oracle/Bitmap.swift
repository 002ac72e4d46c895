/// A set of small numbers, one bit each: what ten million messages did to a device fits in 1.2 MB.
struct Bitmap: Sendable {
    private var words: [UInt64] = []

    func contains(_ number: Int) -> Bool {
        let word = number >> 6
        return word < words.count && words[word] & (1 << UInt64(number & 63)) != 0
    }

    /// `false` if the number was in the set already.
    @discardableResult
    mutating func insert(_ number: Int) -> Bool {
        let word = number >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        let bit: UInt64 = 1 << UInt64(number & 63)
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        return true
    }
}
