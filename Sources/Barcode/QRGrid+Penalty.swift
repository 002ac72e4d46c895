extension QRGrid {
    /// How much trouble it gives readers (ISO/IEC 18004, table 11).
    var penalty: Int {
        let rows = (0..<size).map { row in (0..<size).map { self[row, $0] } }
        let columns = (0..<size).map { column in (0..<size).map { self[$0, column] } }
        let inLines = (rows + columns).reduce(0) { $0 + Self.runs($1) + Self.likenesses($1) }
        return inLines + squares + imbalance
    }

    /// Five and more modules of one colour.
    private static func runs(_ line: [Bool]) -> Int {
        var penalty = 0
        var length = 0
        for (index, isDark) in line.enumerated() {
            length = index > 0 && line[index - 1] == isDark ? length + 1 : 1
            penalty += length == 5 ? 3 : length > 5 ? 1 : 0
        }
        return penalty
    }

    /// What looks like a finder, with light on one side.
    private static func likenesses(_ line: [Bool]) -> Int {
        let finder = [true, false, true, true, true, false, true]
        let light = [false, false, false, false]
        let padded = light + line + light
        return (0...padded.count - 11).count(where: { start in
            let window = padded[start..<start + 11]
            return window.elementsEqual(finder + light) || window.elementsEqual(light + finder)
        }) * 40
    }

    /// Four of one colour.
    private var squares: Int {
        (0..<size - 1).reduce(0) { sum, row in
            sum + (0..<size - 1).count(where: { column in
                let color = self[row, column]
                return self[row, column + 1] == color && self[row + 1, column] == color
                    && self[row + 1, column + 1] == color
            }) * 3
        }
    }

    /// Ten for each whole five per cent away from half.
    private var imbalance: Int {
        let all = size * size
        let dark = (0..<all).count(where: { self[$0 / size, $0 % size] })
        return abs(dark * 20 - all * 10) / all * 10
    }
}
