/// The code of a block that lets readers correct it: Reed and Solomon's over GF(256) with the polynomial 0x11d (ISO/IEC
/// 18004, 7.5.2).
struct ReedSolomon {
    /// Coefficients of the generator, from the second highest power on; the highest is 1.
    private let generator: [UInt8]

    /// - Parameter count: codewords of a correction.
    init(_ count: Int) {
        var generator = [UInt8](repeating: 0, count: max(count, 1))
        generator[generator.count - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<count {
            // Times (x - root).
            for index in generator.indices {
                let next = index + 1 < generator.count ? generator[index + 1] : 0
                generator[index] = Self.product(generator[index], root) ^ next
            }
            root = Self.product(root, 2)
        }
        self.generator = generator
    }

    /// The remainder of the division by the generator.
    func correction(of data: some Collection<UInt8>) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: generator.count)
        for byte in data {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for index in remainder.indices { remainder[index] ^= Self.product(generator[index], factor) }
        }
        return remainder
    }

    private static func product(_ one: UInt8, _ other: UInt8) -> UInt8 {
        var product: UInt8 = 0
        for bit in (0..<8).reversed() {
            product = product << 1 ^ (product & 0x80 != 0 ? 0x1d : 0)
            if other >> UInt8(bit) & 1 == 1 { product ^= one }
        }
        return product
    }
}
