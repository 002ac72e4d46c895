/// The modules of a code: patterns by which readers find it, and between them the codewords (ISO/IEC 18004, 6.3, 7.7).
struct QRGrid: Equatable {
    let size: Int
    /// `true` is dark.
    private var modules: [Bool]
    /// Those of patterns and of what a code says of itself: no codeword stands there, and no mask changes them.
    private var isReserved: [Bool]

    init(_ version: QRVersion) {
        size = version.size
        modules = Array(repeating: false, count: size * size)
        isReserved = modules
        for index in 0..<size {
            set(6, index, index.isMultiple(of: 2))
            set(index, 6, index.isMultiple(of: 2))
        }
        addFinders()
        addAlignment(version.alignmentCenters)
        addFormat(of: .columnsAndRows)
        if version.number >= 7 { addNumber(of: version) }
    }

    subscript(row: Int, column: Int) -> Bool { modules[row * size + column] }

    /// Fills what is free from the right to the left, two columns at a time, up and down in turn.
    mutating func place(_ codewords: [UInt8]) {
        var bits = (0..<codewords.count * 8).lazy.map { codewords[$0 / 8] << UInt8($0 % 8) & 0x80 != 0 }.makeIterator()
        var isUpward = true
        for pair in stride(from: size - 1, through: 1, by: -2) {
            // The column of the timing pattern belongs to no pair.
            let right = pair <= 6 ? pair - 1 : pair
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !isReserved[row * size + column] {
                    modules[row * size + column] = bits.next() ?? false
                }
            }
            isUpward.toggle()
        }
    }

    /// The same under a mask, which it names.
    func masked(_ mask: QRMask) -> QRGrid {
        var grid = self
        for row in 0..<size {
            for column in 0..<size where !isReserved[row * size + column] && mask.inverts(row, column) {
                grid.modules[row * size + column].toggle()
            }
        }
        grid.addFormat(of: mask)
        return grid
    }

    // MARK: Private parts

    private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
        guard (0..<size).contains(row), (0..<size).contains(column) else { return }
        modules[row * size + column] = isDark
        isReserved[row * size + column] = true
    }

    /// Squares in squares, of which the `light` ones are light; counted from the centre.
    private mutating func addSquares(_ row: Int, _ column: Int, to radius: Int, light: Set<Int>) {
        for down in -radius...radius {
            for right in -radius...radius {
                set(row + down, column + right, !light.contains(max(abs(down), abs(right))))
            }
        }
    }

    private mutating func addFinders() {
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] {
            addSquares(row, column, to: 4, light: [2, 4])
        }
    }

    private mutating func addAlignment(_ centers: [Int]) {
        for row in centers {
            for column in centers {
                // Three corners have finders.
                let last = size - 7
                let isFree = (row > 6 || (column > 6 && column < last)) && (column > 6 || row < last)
                if isFree { addSquares(row, column, to: 2, light: [1]) }
            }
        }
    }

    /// Level M and the mask, twice (7.9).
    private mutating func addFormat(of mask: QRMask) {
        let bits = Self.protected(mask.rawValue, by: 0b101_0011_0111, degree: 10) ^ 0b101_0100_0001_0010
        for index in 0..<15 {
            let isDark = bits >> index & 1 == 1
            // The timing pattern is in between.
            let near = index < 6 ? index : index < 8 ? index + 1 : 14 - index + (index == 8 ? 1 : 0)
            if index < 8 {
                set(near, 8, isDark)
                set(8, size - 1 - index, isDark)
            } else {
                set(8, near, isDark)
                set(size - 15 + index, 8, isDark)
            }
        }
        set(size - 8, 8, true)
    }

    /// The version, twice (7.10).
    private mutating func addNumber(of version: QRVersion) {
        let bits = Self.protected(version.number, by: 0b1_1111_0010_0101, degree: 12)
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            set(size - 11 + index % 3, index / 3, isDark)
            set(index / 3, size - 11 + index % 3, isDark)
        }
    }

    /// A number and behind it its remainder: a code of Bose, Chaudhuri and Hocquenghem (annexes C and D).
    private static func protected(_ number: Int, by generator: Int, degree: Int) -> Int {
        var remainder = number
        for _ in 0..<degree { remainder = remainder << 1 ^ (remainder >> (degree - 1)) * generator }
        return number << degree | remainder
    }
}
