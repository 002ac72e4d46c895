import Barcode
import Foundation

/// `zbarimg`, which reads codes from pictures.
struct Reader {
    static let path = ["/usr/bin/zbarimg", "/usr/local/bin/zbarimg"].first(where: FileManager.default.isExecutableFile)

    private struct Missing: Error {}
    private let program: URL

    init() throws {
        guard let path = Self.path else { throw Missing() }
        program = URL(filePath: path)
    }

    /// What it reads, one after the other, each from a picture of its own.
    func read(_ texts: [String]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "grapevine-codes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let pictures = try texts.enumerated().map { index, text in
            let picture = folder.appending(path: "\(index).pgm")
            guard let code = QRCode(Array(text.utf8)) else { throw Missing() }
            try Data(Self.picture(of: code)).write(to: picture)
            return picture.path()
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = ["--quiet", "--raw", "--nodbus"] + pictures
        process.standardOutput = output
        try process.run()
        let read = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: read, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Portable graymap, four points to a module.
    private static func picture(of code: QRCode) -> [UInt8] {
        let side = (code.size + 2 * QRCode.quietZone) * 4
        let points = (0..<side * side).map { index in
            let row = index / side / 4 - QRCode.quietZone, column = index % side / 4 - QRCode.quietZone
            return code[row: row, column: column] ? UInt8(0) : 255
        }
        return Array("P5 \(side) \(side) 255\n".utf8) + points
    }
}
