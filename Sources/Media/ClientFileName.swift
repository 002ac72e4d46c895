/// What is kept of the name that a client gives its file: nothing that could lead anywhere.
public struct ClientFileName: Equatable, Sendable {
    /// Behind the last dot, if it can stand in a path: letters and digits of ASCII. Empty otherwise.
    public let fileExtension: String
    /// `_<W>x<H>` in front of it, which clients of a picture read before they have it.
    public let size: PixelSize?

    private static let maxBytes = 255
    static let maxExtensionBytes = 15

    /// - Parameter bytes: in any encoding, with or without a path.
    init(_ bytes: [UInt8]) throws(UploadRefusal) {
        guard bytes.count <= Self.maxBytes else { throw .nameTooLong }
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { throw .noExtension }
        let ending = bytes[dot...].dropFirst()
        guard ending.count <= Self.maxExtensionBytes else { throw .extensionTooLong }
        fileExtension = ending.allSatisfy(\.isLetterOrDigit) ? String(decoding: ending, as: UTF8.self) : ""
        size = PixelSize(endOf: bytes[..<dot])
    }
}

extension PixelSize {
    private static let maxDigits = 4

    /// Reads `_<W>x<H>` at the end of a name, up to four digits each.
    init?(endOf name: ArraySlice<UInt8>) {
        guard let cross = name.lastIndex(of: UInt8(ascii: "x")),
            let mark = name[..<cross].lastIndex(of: UInt8(ascii: "_"))
        else { return nil }
        self.init(width: name[(mark + 1)..<cross], height: name[(cross + 1)...])
    }

    /// Decimal digits, up to four each.
    init?(width: ArraySlice<UInt8>, height: ArraySlice<UInt8>) {
        guard let width = Self.number(width), let height = Self.number(height) else { return nil }
        self.init(width: width, height: height)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...maxDigits).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
