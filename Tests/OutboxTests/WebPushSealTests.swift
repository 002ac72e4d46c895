import Crypto
import Primitives
import Testing

@testable import Outbox

/// The example of RFC 8291, appendix A.
struct WebPushSealTests {
    struct NotBase64: Error {}

    static func bytes(_ text: String) throws -> [UInt8] {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = Array((standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)).utf8)
        guard let bytes = Base64.decode(padded.rawBytes) else { throw NotBase64() }
        return bytes
    }

    /// SEC 1 in DER (RFC 5915), as PEM.
    static func key(_ number: String, _ point: String) throws -> PrivateKey {
        let head: [UInt8] = [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20]
        let curve: [UInt8] = [0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        let der = try head + bytes(number) + curve + [0xA1, 0x44, 0x03, 0x42, 0x00] + bytes(point)
        let text = String(decoding: Base64.encode(der.rawBytes), as: UTF8.self)
        var pem = "-----BEGIN EC PRIVATE KEY-----\n"
        for start in stride(from: 0, to: text.count, by: 64) { pem += text.dropFirst(start).prefix(64) + "\n" }
        let whole = Array((pem + "-----END EC PRIVATE KEY-----\n").utf8)
        return try #require(PrivateKey(pem: whole))
    }

    static let point = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
    static let browserPoint = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

    @Test("the message of the standard is sealed byte for byte")
    func standard() throws {
        let key = try Self.key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", Self.point)
        let point = try Self.bytes(Self.point)
        #expect(key.publicPoint == point)
        let browser = WebPushSeal.Browser(
            publicKey: try Self.bytes(Self.browserPoint), secret: try Self.bytes("BTBZMqHH6r4Tts7J_aSIgg"))
        let sealed = try WebPushSeal.seal(
            Array("When I grow up, I want to be a watermelon".utf8), for: browser, key: key,
            salt: try Self.bytes("DGv6ra1nlYgDCS1FRnbzlw"))
        let expected = try Self.bytes(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
                + "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")
        #expect(sealed == expected)
    }

    @Test("what is no point of the curve, or too long for a push service, is not sealed")
    func refused() throws {
        let good = WebPushSeal.Browser(
            publicKey: try Self.bytes(Self.browserPoint), secret: [UInt8](repeating: 1, count: 16))
        let bad = WebPushSeal.Browser(publicKey: [4] + [UInt8](repeating: 7, count: 64), secret: good.secret)
        #expect(try WebPushSeal.seal([1], for: bad) == nil)
        #expect(try WebPushSeal.seal([1], for: .init(publicKey: [], secret: good.secret)) == nil)
        // Head, the sign of the last record, and the tag of the cipher.
        let most = WebPushSeal.longest - 86 - 17
        #expect(try WebPushSeal.seal([UInt8](repeating: 0, count: most), for: good)?.count == WebPushSeal.longest)
        #expect(try WebPushSeal.seal([UInt8](repeating: 0, count: most + 1), for: good) == nil)
    }
}
