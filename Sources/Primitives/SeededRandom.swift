/// xoshiro256** by Blackman and Vigna (2018): the same numbers from the same seed on every machine.
///
/// Protocol cores take one of these instead of the system's generator, so that a run can be replayed from its seed.
/// Not for secrets: `Crypto.randomBytes` is.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64) {
        // SplitMix64 fills the state, as the authors recommend: no seed leads to the all-zero state.
        var counter = seed
        func next() -> UInt64 {
            counter &+= 0x9e37_79b9_7f4a_7c15
            return mix64(counter)
        }
        state = (next(), next(), next(), next())
    }

    public mutating func next() -> UInt64 {
        func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { (value << by) | (value >> (64 - by)) }
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }
}
