import Foundation
import Testing

@testable import Barcode

@Suite(.timeLimit(.minutes(2))) struct QRCodeTests {
    @Test("the correction of a published example")
    func correction() {
        let data: [UInt8] = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
        #expect(ReedSolomon(10).correction(of: data) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23])
    }

    @Test func theSizeGrowsWithTheText() throws {
        let sizes = [0: 21, 14: 21, 15: 25, 26: 25, 42: 29, 62: 33, 84: 37, 106: 41, 122: 45, 152: 49, 180: 53, 213: 57]
        for (length, size) in sizes {
            #expect(QRCode(Array(repeating: 65, count: length))?.size == size, "\(length) bytes")
        }
        #expect(QRCode(Array(repeating: 65, count: 214)) == nil)
    }

    @Test func outsideEverythingIsLight() throws {
        let code = try #require(QRCode(Array("x".utf8)))
        #expect(code[row: 0, column: 0] && !code[row: -1, column: 0] && !code[row: 0, column: code.size])
        #expect(!code[row: .max, column: .min])
    }

    @Test("what another encoder makes of the same text under the same mask")
    func knownCodes() throws {
        for (text, mask, rows) in KnownCodes.all {
            let version = try #require(QRVersion.first(holding: text.utf8.count))
            var plain = QRGrid(version)
            plain.place(version.codewords(of: Array(text.utf8)))
            let grid = plain.masked(try #require(QRMask(rawValue: mask)))
            let drawn = (0..<grid.size).map { row in
                String((0..<grid.size).map { grid[row, $0] ? "#" : "." })
            }
            #expect(drawn == rows, "\(text), mask \(mask)")
        }
    }

    @Test func theMaskIsTheOneWithTheLeastPenalty() throws {
        let text = Array("grapevine".utf8)
        let grids = KnownCodes.all.prefix(8).compactMap { known -> QRGrid? in
            guard let version = QRVersion.first(holding: text.count) else { return nil }
            var plain = QRGrid(version)
            plain.place(version.codewords(of: text))
            return QRMask(rawValue: known.mask).map(plain.masked)
        }
        let code = try #require(QRCode(text))
        let penalties = grids.map(\.penalty)
        let chosen = try #require(grids.firstIndex { grid in
            (0..<code.size).allSatisfy { row in
                (0..<code.size).allSatisfy { grid[row, $0] == code[row: row, column: $0] }
            }
        })
        #expect(grids.count == 8 && penalties[chosen] == penalties.min())
    }

    @Test(
        "an independent reader reads every version, full and not",
        .enabled(if: Reader.path != nil, "needs zbar-tools"))
    func isRead() throws {
        let reader = try Reader()
        // Letters only, as a reader guesses which alphabet bytes are of.
        let full = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213]
        let texts = (full + full.map { $0 - 13 } + full.dropLast().map { $0 + 1 }).map { (length: Int) -> String in
            let letters = (0..<length).map { (index: Int) -> UInt8 in UInt8(97 + (index * 7 + length) % 26) }
            return String(decoding: letters, as: UTF8.self)
        }
        #expect(try reader.read(texts) == texts)
    }
}
