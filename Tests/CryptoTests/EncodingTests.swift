import Crypto
import Primitives
import Testing

@Suite struct EncodingTests {
    /// RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64Vectors(_ plain: String, _ encoded: String) {
        let bytes = [UInt8](plain.utf8)
        #expect(Base64.encode(bytes.rawBytes) == [UInt8](encoded.utf8))
        #expect(Base64.decode([UInt8](encoded.utf8).rawBytes) == bytes)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "=Zg=", "Zg==Zg==", "Zm 9v", "Zm9-", "ü"])
    func base64RefusesWhatItWouldNotWrite(_ text: String) {
        #expect(Base64.decode([UInt8](text.utf8).rawBytes) == nil)
    }

    @Test func base64SkipsWhitespaceWhenAsked() {
        let text = [UInt8](" Zm9v\r\nYm\tE=\n".utf8)
        #expect(Base64.decode(text.rawBytes, skippingWhitespace: true) == [UInt8]("fooba".utf8))
    }

    @Test func base64RoundTripsEveryByte() {
        for count in 0...260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            let encoded = Base64.encode(bytes.rawBytes)
            #expect(Base64.decode(encoded.rawBytes) == bytes)
        }
    }

    /// RFC 4648 section 10.
    @Test(arguments: [("", ""), ("f", "66"), ("fo", "666f"), ("foobar", "666f6f626172")])
    func hexVectors(_ plain: String, _ encoded: String) {
        let bytes = [UInt8](plain.utf8)
        #expect(Hex.encode(bytes.rawBytes) == encoded)
        #expect(Hex.decode(encoded) == bytes)
        #expect(Hex.decode(encoded.uppercased()) == bytes)
    }

    @Test(arguments: ["6", "6g", "0x", " 66", "６６"])
    func hexRefusesForeignCharacters(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
