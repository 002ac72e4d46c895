/// Which modules are inverted, so that no code looks like one of the patterns by which readers find it (ISO/IEC 18004,
/// 7.8.2). Each is named for what its pattern repeats by.
enum QRMask: Int, CaseIterable {
    case columnsAndRows
    case rows
    case columns
    case diagonals
    case blocks
    case productSum
    case productParity
    case mixed

    func inverts(_ row: Int, _ column: Int) -> Bool {
        let product = row * column
        return switch self {
        case .columnsAndRows: (row + column) % 2 == 0
        case .rows: row % 2 == 0
        case .columns: column % 3 == 0
        case .diagonals: (row + column) % 3 == 0
        case .blocks: (row / 2 + column / 3) % 2 == 0
        case .productSum: product % 2 + product % 3 == 0
        case .productParity: (product % 2 + product % 3) % 2 == 0
        case .mixed: ((row + column) % 2 + product % 3) % 2 == 0
        }
    }
}
