import Primitives

/// Reads width and height of a picture from its header as its bytes come by, and decodes nothing. It looks at 30 bytes
/// at a time, and at so many segments of a JPEG. A core.
struct PictureHeader: Sendable {
    enum Outcome: Equatable, Sendable {
        case reading
        case size(PixelSize)
        /// Its first bytes are those of a picture, the rest is not.
        case none
    }

    private(set) var outcome = Outcome.reading
    private let type: MediaType
    /// Bytes to pass over before the next ones are looked at.
    private var skipped = 0
    /// How many bytes are looked at next.
    private var wanted: Int
    private var held: [UInt8] = []
    /// Of a JPEG: each has up to 64 KiB, and one that holds a thumbnail is long. Real ones have about ten.
    private var segmentsLeft = 200

    /// `nil`: not a picture.
    init?(_ type: MediaType) {
        self.type = type
        switch type {
        case .jpeg: wanted = 2
        case .png: wanted = 24
        case .gif: wanted = 10
        case .webp: wanted = 30
        case .bmp: wanted = 26
        case .bytes, .amr, .ogg, .webm, .mp4: return nil
        }
    }

    /// The next bytes of the file, from its first on.
    mutating func read(_ bytes: RawSpan) {
        var rest = bytes
        while outcome == .reading, !rest.isEmpty {
            if skipped > 0 {
                let count = min(skipped, rest.byteCount)
                skipped -= count
                rest = rest.extracting(droppingFirst: count)
                continue
            }
            let part = rest.extracting(first: wanted - held.count)
            held.append(part)
            rest = rest.extracting(droppingFirst: part.byteCount)
            if held.count == wanted { look() }
        }
    }

    private mutating func look() {
        switch type {
        case .jpeg: return lookAtSegment()
        case .png: conclude(width: big32(16), height: big32(20), if: holds("IHDR", at: 12))
        case .gif: conclude(width: little16(6), height: little16(8), if: true)
        case .webp: lookAtWebP()
        case .bmp:
            // The header of OS/2 has 12 bytes. Rows that run downwards have a negative height.
            if little32(14) == 12 {
                conclude(width: little16(18), height: little16(20), if: true)
            } else {
                let height = Int32(truncatingIfNeeded: little32(22))
                conclude(width: little32(18), height: Int(height.magnitude), if: little32(14) >= 40)
            }
        case .bytes, .amr, .ogg, .webm, .mp4: outcome = .none
        }
    }

    /// RFC 9649, section 2.
    private mutating func lookAtWebP() {
        if holds("VP8X", at: 12) {
            conclude(width: little24(24) + 1, height: little24(27) + 1, if: true)
        } else if holds("VP8L", at: 12) {
            let bits = little32(21)
            conclude(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1, if: held[20] == 0x2F)
        } else {
            let isKeyFrame = held[23...25].elementsEqual([0x9D, 0x01, 0x2A])
            let (width, height) = (little16(26) & 0x3FFF, little16(28) & 0x3FFF)
            conclude(width: width, height: height, if: holds("VP8 ", at: 12) && isKeyFrame)
        }
    }

    /// ITU-T T.81, annex B: two bytes of a marker; four with the length of its segment; nine for a frame's.
    private mutating func lookAtSegment() {
        guard held[0] == 0xFF else { return outcome = .none }
        switch (held[1], held.count) {
        case (0xD8, 2):
            next(wanted: 2)
        case (0xFF, 2):
            // Fill bytes in front of a marker.
            segmentsLeft -= 1
            held.removeFirst()
            if segmentsLeft == 0 { outcome = .none }
        case (0xC4, _), (0xC8, _), (0xCC, _), (0xDB...0xFE, _):
            passSegment()
        case (0xC0...0xCF, 9):
            conclude(width: big16(7), height: big16(5), if: true)
        case (0xC0...0xCF, _):
            wanted = 9
        default:
            // The data begins, and no frame was described.
            outcome = .none
        }
    }

    private mutating func passSegment() {
        if held.count == 2 { return wanted = 4 }
        let length = big16(2)
        segmentsLeft -= 1
        guard length >= 2, segmentsLeft > 0 else { return outcome = .none }
        next(wanted: 2)
        skipped = length - 2
    }

    private mutating func next(wanted: Int) {
        held = []
        self.wanted = wanted
    }

    private mutating func conclude(width: Int, height: Int, if isRight: Bool) {
        outcome = isRight && width > 0 && height > 0 ? .size(PixelSize(width: width, height: height)) : .none
    }

    private func holds(_ text: String, at offset: Int) -> Bool { held[offset...].starts(with: text.utf8) }
    private func big16(_ offset: Int) -> Int { Int(held[offset]) << 8 | Int(held[offset + 1]) }
    private func big32(_ offset: Int) -> Int { big16(offset) << 16 | big16(offset + 2) }
    private func little16(_ offset: Int) -> Int { Int(held[offset]) | Int(held[offset + 1]) << 8 }
    private func little24(_ offset: Int) -> Int { little16(offset) | Int(held[offset + 2]) << 16 }
    private func little32(_ offset: Int) -> Int { little16(offset) | little16(offset + 2) << 16 }
}
