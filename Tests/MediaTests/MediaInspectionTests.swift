import Media
import Primitives
import Testing

@Suite struct MediaInspectionTests {
    /// What a file is, told in pieces of so many bytes; `nil`: refused for its size.
    private func type(of bytes: [UInt8], pieces: Int = .max, limit: PixelSize.Limit = PixelSize.Limit()) -> MediaType? {
        var inspection = MediaInspection(limit: limit)
        do throws(UploadRefusal) {
            var rest = bytes[...]
            while !rest.isEmpty {
                try inspection.read(Array(rest.prefix(pieces)).rawBytes)
                rest = rest.dropFirst(pieces)
            }
            return try inspection.finish()
        } catch {
            return nil
        }
    }

    private static let pictures: [(MediaType, @Sendable (UInt16, UInt16) -> [UInt8])] = [
        (.png, { Pictures.png(UInt32($0), UInt32($1)) }), (.gif, { Pictures.gif($0, $1) }),
        (.bmp, { Pictures.bmp(Int32($0), Int32($1)) }), (.bmp, { Pictures.bmp(Int32($0), -Int32($1)) }),
        (.bmp, { Pictures.oldBMP($0, $1) }), (.jpeg, { Pictures.jpeg($0, $1) }),
        (.jpeg, { Pictures.jpeg($0, $1, segments: [14, 65_533, 65_533, 0, 300], frame: 0xC2) }),
        (.webp, { Pictures.webp(UInt32($0), UInt32($1), .lossy) }),
        (.webp, { Pictures.webp(UInt32($0), UInt32($1), .lossless) }),
        (.webp, { Pictures.webp(UInt32($0), UInt32($1), .extended) }),
    ]

    @Test("B62: pictures are what they are up to the limits, however they are cut")
    func sizes() {
        var limit = PixelSize.Limit()
        limit.side = 12_000
        limit.pixels = 12_000 * 3_000
        for (index, (type, picture)) in Self.pictures.enumerated() {
            for pieces in [1, 3, 64, 1_000, .max] {
                let types = [(12_000, 3_000), (12_001, 1), (1, 12_001), (12_000, 3_001)].map {
                    self.type(of: picture($0, $1), pieces: pieces, limit: limit)
                }
                #expect(types == [type, nil, nil, nil], "picture \(index) in pieces of \(pieces)")
            }
        }
    }

    @Test("B62: bombs are refused by their headers")
    func bombs() {
        #expect(type(of: Pictures.png(65_535, 65_535)) == nil)
        #expect(type(of: Pictures.png(.max, .max)) == nil)
        #expect(type(of: Pictures.bmp(.min, .min)) == nil)
        #expect(type(of: Pictures.jpeg(65_535, 65_535)) == nil)
    }

    @Test("what begins as a picture and is none is nothing but bytes")
    func brokenPictures() {
        for picture in [
            Pictures.png(0, 5), Pictures.png(5, 0), Array(Pictures.png(5, 5).prefix(20)), Pictures.gif(0, 0),
            Array(Pictures.gif(5, 5).prefix(8)), Array(Pictures.bmp(5, 5).prefix(20)), Pictures.jpeg(0, 5),
            Pictures.jpeg(5, 5, frame: 0xDA), Pictures.jpeg(5, 5, segments: [Int](repeating: 0, count: 1_000)),
            Array(Pictures.jpeg(5, 5, segments: [60_000]).prefix(50_000)), [0xFF, 0xD8, 0xFF, 0xE1, 0, 1],
            [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 70_000),
            Pictures.webp(5, 5, .lossy).map { $0 == 0x9D ? 0 : $0 },
        ] {
            #expect(type(of: picture) == .bytes, "\(picture.prefix(30))")
            #expect(type(of: picture, pieces: 1) == .bytes, "\(picture.prefix(30))")
        }
    }

    @Test("B61: pages, scripts and SVG are bytes, also behind a byte order mark or a lie")
    func whatCouldRun() {
        for text in [
            "<html>", "<!DOCTYPE html><script>", "<svg xmlns=\"http://www.w3.org/2000/svg\">", "\u{FEFF}<svg>",
            "alert(1)", "<?xml version=\"1.0\"?><svg/>", "GIF88a", "%PDF-1.7", "MZ", "BM is a word",
            "RIFF1234WAVE", "", "G",
        ] {
            #expect(type(of: Array(text.utf8)) == .bytes, "\(text)")
        }
    }

    @Test func sounds() {
        let cases: [(String, MediaType)] = [
            ("#!AMR\n", .amr), ("#!AMR-WB\n", .amr), ("OggS\0\u{2}", .ogg), ("\0\0\0\u{1C}ftypM4A ", .mp4),
            ("\0\0\0\u{1C}ftypiso5", .mp4),
        ]
        for (start, expected) in cases { #expect(type(of: Array(start.utf8)) == expected, "\(start)") }
        let webm: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x84] + Array("webm".utf8)
        #expect(type(of: webm) == .webm)
        #expect(type(of: webm.map { $0 == UInt8(ascii: "w") ? 0 : $0 }) == .bytes)
    }

    @Test func typesAreStoredAsNumbers() {
        #expect(MediaType.allCases.map(\.rawValue) == Array(0...9))
        #expect(Set(MediaType.allCases.map(\.fileExtension)).count == MediaType.allCases.count)
        let names = MediaType.allCases.map(\.name.description)
        #expect(!names.contains { $0.contains("svg") || $0.hasPrefix("text") })
    }

    @Test(arguments: [UInt64(1), UInt64.random(in: 1_000...(.max))])
    func damagedPicturesAreSafe(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<2_000 {
            var bytes = Self.pictures.randomElement(using: &random)?.1(300, 200) ?? []
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let index = Int.random(in: 0..<min(bytes.count, 64), using: &random)
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 2)
            let pieces = Int.random(in: 1...40, using: &random)
            #expect(type(of: bytes) == type(of: bytes, pieces: pieces), "seed \(seed), round \(round)")
        }
    }
}
