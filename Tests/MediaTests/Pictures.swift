/// The beginnings of pictures, by hand.
enum Pictures {
    static func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width) + big(height)
            + [8, 6, 0, 0, 0] + [UInt8](repeating: 0, count: 60)
    }

    static func gif(_ width: UInt16, _ height: UInt16) -> [UInt8] {
        Array("GIF89a".utf8) + little(width) + little(height) + [0x80, 0, 0, 0x3B]
    }

    static func bmp(_ width: Int32, _ height: Int32) -> [UInt8] {
        Array("BM".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0] + little(width) + little(height) + [1, 0]
    }

    static func oldBMP(_ width: UInt16, _ height: UInt16) -> [UInt8] {
        Array("BM".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, 12, 0, 0, 0] + little(width) + little(height)
            + [1, 0, 24, 0]
    }

    /// - Parameter segments: bytes of the segments in front of the frame.
    static func jpeg(_ width: UInt16, _ height: UInt16, segments: [Int] = [14], frame: UInt8 = 0xC0) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0xD8]
        for count in segments {
            bytes += [0xFF, 0xE1] + big(UInt16(count + 2)) + [UInt8](repeating: 0xFF, count: count)
        }
        return bytes + [0xFF, 0xFF, frame, 0, 17, 8] + big(height) + big(width) + [3]
    }

    enum WebP { case lossy, lossless, extended }

    static func webp(_ width: UInt32, _ height: UInt32, _ form: WebP) -> [UInt8] {
        let start = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBP".utf8)
        switch form {
        case .lossy:
            return start + Array("VP8 ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A] + little(UInt16(width))
                + little(UInt16(height))
        case .lossless:
            return start + Array("VP8L".utf8) + [0, 0, 0, 0, 0x2F] + little((width - 1) | (height - 1) << 14)
                + [UInt8](repeating: 0, count: 8)
        case .extended:
            return start + Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0] + little(width - 1).prefix(3)
                + little(height - 1).prefix(3)
        }
    }

    private static func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] { little(value).reversed() }

    private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
