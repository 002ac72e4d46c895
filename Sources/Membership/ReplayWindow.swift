/// Which of the latest 1,024 numbered datagrams of a sender have come already (RFC 4303, 3.4.3, as IPsec does it).
struct ReplayWindow: Sendable {
    private static let wordCount = 16

    private var newest: UInt64 = 0
    /// Bit n % 1,024 stands for number n.
    private var seen: InlineArray<16, UInt64> = .init(repeating: 0)

    /// `false` if this number came before, or is too old to know. Numbers start with 1.
    mutating func accept(_ number: UInt64) -> Bool {
        let width = UInt64(Self.wordCount * 64)
        guard number > 0, number > newest || newest - number < width else { return false }
        if number > newest {
            for passed in (max(newest, number > width ? number - width : 0) + 1)...number { set(passed, false) }
            newest = number
        } else if isSet(number) {
            return false
        }
        set(number, true)
        return true
    }

    private func isSet(_ number: UInt64) -> Bool {
        seen[Int(number / 64 % 16)] & 1 << (number % 64) != 0
    }

    private mutating func set(_ number: UInt64, _ value: Bool) {
        let bit: UInt64 = 1 << (number % 64)
        if value { seen[Int(number / 64 % 16)] |= bit } else { seen[Int(number / 64 % 16)] &= ~bit }
    }
}
