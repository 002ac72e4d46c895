import Crypto
import Primitives
import TalkProtocol
import Testing

@Suite struct ContentTests {
    static let vectors = [
        ("a", "8+lyaGSNdKxdsEEADyYxvw=="),
        ("hello", "nnZSBwfPCz60q69ddmfIJA=="),
        ("123456789012", "qRbX2o2N6/0vxpOpQhCOOg=="),
        ("1234567890123", "ovYKzOY+0lEFsnZlqUWIQAr+GZ43+2mMfQMFqTsGBjY="),
        ("1234567890123456", "zyFIAqnq8fihaJFqgH9gVAfU6OB7fpsvZh6GP3dYB9g="),
        ("你好", "UKheN9KmjZEOcj7ZdGedvw=="),
        ("[语音]", "QhGXlpFjvMFUNrtl1aaPzA=="),
        ("[牙牙撒花]", "qhNqCFdnwq2CTnAZHFBZKHWXrZFfV+UBo37vcxL/NUY="),
        ("😀", "JY6zvGh+Pftwlm2lDS+Jiw=="),
        (
            "&$#@~^@[{:http://127.0.0.1:8700/g0/000/000/1.png:}]&$~@#@",
            "dgjzZcuwYVvgiMtBlzoa8eN8fHjZTwqiCiw3dkhroNnghL/8YXz41O16OvQpqunilQqpRdqEzFToT0edbMXMXw=="
        ),
    ]

    @Test(arguments: vectors)
    func textVectors(_ text: String, _ body: String) throws {
        let codec = try TextCodec()
        #expect(try codec.encode(text) == [UInt8](body.utf8))
        #expect(try codec.decode([UInt8](body.utf8).rawBytes) == [UInt8](text.utf8))
        #expect(try codec.decodeText([UInt8](body.utf8).rawBytes) == text)
    }

    @Test func everyLengthOfTextComesBack() throws {
        let codec = try TextCodec(key: [UInt8](repeating: 7, count: 32))
        #expect(try codec.encode("") == [])
        for count in 1...600 {
            let text = String(repeating: "x", count: count)
            let body = try codec.encode(text)
            #expect(try codec.decodeText(body.rawBytes) == text)
        }
    }

    @Test(arguments: ["", "    ", "nnZSBwfPCz60q69ddmfIJA", "nnZSBwfPCz60q69ddmfI", "nnZS=wfPCz60q69ddmfIJA==", "!!!!"])
    func whatIsNoBodyIsRefused(_ body: String) throws {
        #expect(try TextCodec().decode([UInt8](body.utf8).rawBytes) == nil)
    }

    @Test func lineBreaksInTheBase64AreSkipped() throws {
        let body = [UInt8](" nnZSBwfPCz60\r\nq69ddmfIJA==\n".utf8)
        #expect(try TextCodec().decodeText(body.rawBytes) == "hello")
    }

    /// The Dart client writes the last byte of the length only, where room is left for one byte.
    @Test(arguments: 1...600)
    func dartBodiesAreRead(_ count: Int) throws {
        var plain = [UInt8](repeating: UInt8(ascii: "d"), count: count)
        let room = count % 16 > 12 && count % 16 < 15 ? 1 : 4
        plain += [UInt8](repeating: 0, count: (16 - (count + room) % 16) % 16 + room)
        plain[plain.count - 1] = UInt8(truncatingIfNeeded: count)
        #expect(try decode(plain) == Array(plain.prefix(count)))
    }

    /// The web client counts three bytes for "é", so its length points behind the text, even behind the blocks.
    @Test(arguments: 1...100)
    func webBodiesAreRead(_ count: Int) throws {
        let text = String(repeating: "é", count: count)
        let claimed = count * 3
        var plain = [UInt8](text.utf8)
        plain += [UInt8](repeating: 0, count: (claimed + 4 + 15) / 16 * 16 - plain.count)
        plain[plain.count - 2] = UInt8(truncatingIfNeeded: claimed >> 8)
        plain[plain.count - 1] = UInt8(truncatingIfNeeded: claimed)
        #expect(try decodeText(plain) == text)
        plain[plain.count - 4] = 0xFF
        #expect(try decodeText(plain) == text)
    }

    /// Android writes a smiley as two surrogates: the bytes are kept, and the text shows that something was there.
    @Test func surrogatesAreKeptAsBytes() throws {
        let surrogates: [UInt8] = [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]
        let plain = surrogates + [0, 0, 0, 0, 0, 0, 0, 0, 0, 6]
        #expect(try decode(plain) == surrogates)
        #expect(try decodeText(plain)?.contains("\u{FFFD}") == true)
    }

    private func decode(_ plain: [UInt8]) throws -> [UInt8]? {
        let body = try seal(plain)
        return try TextCodec().decode(body.rawBytes)
    }

    private func decodeText(_ plain: [UInt8]) throws -> String? {
        let body = try seal(plain)
        return try TextCodec().decodeText(body.rawBytes)
    }

    private func seal(_ plain: [UInt8]) throws -> [UInt8] {
        let sealed = try AES256ECB(key: TextCodec.commonKey).encrypt(plain.rawBytes)
        return Base64.encode(sealed.rawBytes)
    }

    @Test(arguments: [
        ("", []),
        ("plain", [.text("plain")]),
        ("&$#@~^@[{:u:}]&$~@#@", [.image(url: "u")]),
        ("a&$#@~^@[{:u:}]&$~@#@b&$#@~^@[{:v:}]&$~@#@", [.text("a"), .image(url: "u"), .text("b"), .image(url: "v")]),
        ("a&$#@~^@[{:u", [.text("a&$#@~^@[{:u")]),
        ("a:}]&$~@#@", [.text("a:}]&$~@#@")]),
        ("&$#@~^@[{::}]&$~@#@\u{0301}", [.image(url: ""), .text("\u{0301}")]),
    ] as [(String, [TextPart])])
    func imagesAreFoundInText(_ text: String, _ parts: [TextPart]) {
        #expect(TextPart.split(text) == parts)
    }

    @Test func audioHasADurationAndBytes() {
        let body: [UInt8] = [0, 0, 0, 9, 1, 2, 3]
        guard let audio = AudioBody(body.rawBytes) else {
            Issue.record("not read")
            return
        }
        #expect(audio.duration == .seconds(9))
        #expect(audio.audio.copied() == [1, 2, 3])
    }

    @Test(arguments: [[], [0, 0, 9], [0, 0, 0, 9], [0, 0, 0, 0, 1]] as [[UInt8]])
    func brokenAudioIsNone(_ body: [UInt8]) {
        let isNil = AudioBody(body.rawBytes) == nil
        #expect(isNil)
    }
}
