/// A QR code (ISO/IEC 18004, model 2) of up to 213 bytes: byte mode, error correction M, versions 1 to 10. A core.
public struct QRCode: Equatable, Sendable {
    /// Light modules that must be around it.
    public static let quietZone = 4

    private let grid: QRGrid

    /// - Returns: `nil` for more bytes than version 10 holds.
    public init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard let version = QRVersion.first(holding: bytes.count) else { return nil }
        var plain = QRGrid(version)
        plain.place(version.codewords(of: bytes))
        // Of the masks the one that gives readers the least trouble (7.8.3).
        let best = QRMask.allCases.map(plain.masked).min { $0.penalty < $1.penalty }
        grid = best ?? plain
    }

    /// Modules of a side, without the quiet zone.
    public var size: Int { grid.size }

    /// Whether a module is dark; those outside are light.
    public subscript(row row: Int, column column: Int) -> Bool {
        (0..<size).contains(row) && (0..<size).contains(column) && grid[row, column]
    }
}
