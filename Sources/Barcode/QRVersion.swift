/// How large a code is, and how its bytes are divided into blocks (ISO/IEC 18004, tables 1, 7 and 9, for level M).
struct QRVersion: Equatable {
    let number: Int
    private let codewordCount: Int
    private let blockCount: Int
    /// Of each block, for error correction.
    private let correctionCount: Int

    private static let all = [
        (26, 1, 10), (44, 1, 16), (70, 1, 26), (100, 2, 18), (134, 2, 24), (172, 4, 16), (196, 4, 18), (242, 4, 22),
        (292, 5, 22), (346, 5, 26),
    ].enumerated().map { index, row in
        QRVersion(number: index + 1, codewordCount: row.0, blockCount: row.1, correctionCount: row.2)
    }

    static func first(holding byteCount: Int) -> QRVersion? {
        all.first { byteCount <= $0.capacity }
    }

    /// Modules of a side.
    var size: Int { 17 + 4 * number }

    /// Where alignment patterns have their centres, in both directions (annex E).
    var alignmentCenters: [Int] {
        let last = 4 * number + 10
        return switch number {
        case 1: []
        case 2...6: [6, last]
        default: [6, (6 + last) / 2, last]
        }
    }

    private var dataCount: Int { codewordCount - blockCount * correctionCount }
    private var lengthBits: Int { number < 10 ? 8 : 16 }
    /// Bytes of the text, behind four bits of the mode and its length.
    private var capacity: Int { dataCount - (4 + lengthBits + 7) / 8 }

    /// All codewords in the order in which they are placed: the blocks interleaved (7.6).
    func codewords(of bytes: [UInt8]) -> [UInt8] {
        let data = dataCodewords(of: bytes)
        let corrector = ReedSolomon(correctionCount)
        var blocks: [ArraySlice<UInt8>] = []
        var start = 0
        for index in 0..<blockCount {
            // The last ones have one more where they do not divide evenly.
            let length = (dataCount + index) / blockCount
            blocks.append(data[start..<start + length])
            start += length
        }
        return Self.interleaved(blocks) + Self.interleaved(blocks.map { corrector.correction(of: $0)[...] })
    }

    /// The mode, the length, the bytes, and what fills the rest (7.4.5, 7.4.10).
    private func dataCodewords(of bytes: [UInt8]) -> [UInt8] {
        var halves: [UInt8] = [4]
        for shift in stride(from: lengthBits - 4, through: 0, by: -4) {
            halves.append(UInt8(truncatingIfNeeded: bytes.count >> shift) & 15)
        }
        for byte in bytes { halves += [byte >> 4, byte & 15] }
        // The end of the text: four bits, for which there is always room in this mode.
        halves.append(0)
        var codewords = stride(from: 0, to: halves.count, by: 2).map { halves[$0] << 4 | halves[$0 + 1] }
        while codewords.count < dataCount {
            codewords.append(236)
            if codewords.count < dataCount { codewords.append(17) }
        }
        return codewords
    }

    private static func interleaved(_ blocks: [ArraySlice<UInt8>]) -> [UInt8] {
        let longest = blocks.map(\.count).max() ?? 0
        return (0..<longest).flatMap { index in
            blocks.compactMap { index < $0.count ? $0[$0.startIndex + index] : nil }
        }
    }
}
