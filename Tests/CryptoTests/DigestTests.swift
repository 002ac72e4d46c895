import Crypto
import Primitives
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples: one block, two blocks, nothing, and a million letters.
    @Test(arguments: [
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func sha256Vectors(_ message: String, _ digest: String) {
        #expect(Hex.encode(SHA256.digest([UInt8](message.utf8).rawBytes).rawBytes) == digest)
    }

    @Test func sha1OfTheStandard() {
        let digest = SHA1.digest([UInt8]("abc".utf8).rawBytes)
        #expect(digest.map { Hex.encode($0.rawBytes) } == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    /// RFC 4231 sections 4.2 to 4.8, without 4.6, which truncates.
    @Test(arguments: [
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            String(repeating: "aa", count: 131),
            "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669"
                + "727374",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b65"
                + "7920616e642061206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565"
                + "647320746f20626520686173686564206265666f7265206265696e6720757365642062792074686520484d414320616c"
                + "676f726974686d2e",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func hmacVectors(_ key: String, _ message: String, _ code: String) throws {
        let key = try #require(Hex.decode(key))
        let message = try #require(Hex.decode(message))
        #expect(Hex.encode(HMACSHA256.code(message.rawBytes, key: key.rawBytes).rawBytes) == code)
    }

    /// An empty key must not mean "the key of the call before", as a null pointer does to OpenSSL.
    @Test func hmacTakesAnEmptyKey() {
        let nothing: [UInt8] = []
        _ = HMACSHA256.code(nothing.rawBytes, key: [1, 2, 3].rawBytes)
        let code = HMACSHA256.code(nothing.rawBytes, key: nothing.rawBytes)
        #expect(Hex.encode(code.rawBytes) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    /// RFC 2202, section 3, cases 1, 2 and 6.
    @Test(arguments: [
        (String(repeating: "0b", count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        ("4a656665", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (
            String(repeating: "aa", count: 80), "Test Using Larger Than Block-Size Key - Hash Key First",
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
    ])
    func hmacSHA1Vectors(_ key: String, _ message: String, _ code: String) throws {
        let key = try #require(Hex.decode(key))
        let found = HMACSHA1.code([UInt8](message.utf8).rawBytes, key: key.rawBytes) ?? []
        #expect(Hex.encode(found.rawBytes) == code)
    }

    /// RFC 1321 appendix A.5, and the password of the protocol's examples.
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("123456", "e10adc3949ba59abbe56e057f20f883e"),
    ])
    func md5Vectors(_ message: String, _ digest: String) throws {
        #expect(try MD5.hex([UInt8](message.utf8).rawBytes) == digest)
    }
}
