import Crypto
import Primitives
import Testing

@Suite struct AuthenticatedCipherTests {
    private static func bytes(_ hex: String) throws -> [UInt8] {
        try #require(Hex.decode(hex))
    }

    /// Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega).
    @Test func gcmVector() throws {
        let key = try Self.bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
        let nonce = try Self.bytes("cafebabefacedbaddecaf888")
        let header = try Self.bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let plain = try Self.bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
        let sealed = try Self.bytes(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b")
        let cipher = try AES256GCM(key: key.rawBytes)
        var writer = ByteWriter()
        cipher.seal(plain.rawBytes, nonce: nonce.rawBytes, header: header.rawBytes, into: &writer)
        let result = writer.bytes.copied()
        #expect(result == sealed)
        writer.clear()
        let isGenuine = cipher.open(sealed.rawBytes, nonce: nonce.rawBytes, header: header.rawBytes, into: &writer)
        #expect(isGenuine)
        let opened = writer.bytes.copied()
        #expect(opened == plain)
    }

    @Test func whatWasChangedIsNotOpened() throws {
        let cipher = try AES256GCM(key: [UInt8](repeating: 1, count: 32).rawBytes)
        let nonce = [UInt8](repeating: 2, count: 12)
        let (plain, header, otherHeader): ([UInt8], [UInt8], [UInt8]) = ([1, 2, 3], [9], [8])
        var writer = ByteWriter()
        cipher.seal(plain.rawBytes, nonce: nonce.rawBytes, header: header.rawBytes, into: &writer)
        let sealed = writer.bytes.copied()
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x10
            var opened = ByteWriter()
            let isGenuine = cipher.open(changed.rawBytes, nonce: nonce.rawBytes, header: header.rawBytes, into: &opened)
            #expect(!isGenuine)
            let isEmpty = opened.isEmpty
            #expect(isEmpty)
        }
        var opened = ByteWriter()
        let isFooled = cipher.open(sealed.rawBytes, nonce: nonce.rawBytes, header: otherHeader.rawBytes, into: &opened)
        #expect(!isFooled)
        let tooShort = cipher.open(plain.rawBytes, nonce: nonce.rawBytes, header: header.rawBytes, into: &opened)
        #expect(!tooShort)
    }

    @Test func anEmptyMessageIsAuthenticatedToo() throws {
        let cipher = try AES256GCM(key: [UInt8](repeating: 1, count: 32).rawBytes)
        let nonce = [UInt8](repeating: 2, count: 12)
        let nothing: [UInt8] = []
        var sealed = ByteWriter()
        cipher.seal(nothing.rawBytes, nonce: nonce.rawBytes, header: nothing.rawBytes, into: &sealed)
        let length = sealed.count
        #expect(length == AES256GCM.tagByteCount)
        var opened = ByteWriter()
        let isGenuine = cipher.open(sealed.bytes, nonce: nonce.rawBytes, header: nothing.rawBytes, into: &opened)
        #expect(isGenuine)
    }

    /// RFC 5869, A.1 to A.3.
    @Test(arguments: [
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        ),
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        ),
    ])
    func hkdfVectors(_ secret: String, _ salt: String, _ info: String, _ key: String) throws {
        let expected = try Self.bytes(key)
        let (secret, salt, info) = (try Self.bytes(secret), try Self.bytes(salt), try Self.bytes(info))
        let derived = HKDF.key(
            from: secret.rawBytes, salt: salt.rawBytes, info: info.rawBytes, byteCount: expected.count)
        #expect(derived == expected)
    }
}
