import Crypto
import Primitives
import Testing

@Suite struct CipherTests {
    /// FIPS 197 appendix C.3, twice, so that the blocks are seen to be independent.
    @Test func aesVector() throws {
        let key = try #require(Hex.decode("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"))
        let plain = try #require(Hex.decode("00112233445566778899aabbccddeeff"))
        let sealed = try #require(Hex.decode("8ea2b7ca516745bfeafc49904b496089"))
        let cipher = try AES256ECB(key: key)
        #expect(try cipher.encrypt((plain + plain).rawBytes) == sealed + sealed)
        #expect(try cipher.decrypt((sealed + sealed).rawBytes) == plain + plain)
        #expect(try cipher.encrypt([UInt8]().rawBytes) == [])
    }

    @Test func aesRefusesWrongLengths() throws {
        #expect(throws: CryptoError.keyLength(expected: 32, got: 16)) {
            try AES256ECB(key: [UInt8](repeating: 0, count: 16))
        }
        let cipher = try AES256ECB(key: [UInt8](repeating: 0, count: 32))
        #expect(throws: CryptoError.notWholeBlocks(byteCount: 17)) {
            try cipher.decrypt([UInt8](repeating: 0, count: 17).rawBytes)
        }
    }

    /// RFC 7914 section 12, the vectors that need less than 64 MiB.
    @Test(arguments: [
        (
            "", "", UInt8(4), UInt32(1), UInt32(1),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        ),
        (
            "password", "NaCl", 10, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func scryptVectors(
        _ password: String, _ salt: String, _ logN: UInt8, _ r: UInt32, _ p: UInt32, _ expected: String
    ) throws {
        let scrypt = try Scrypt(logN: logN, r: r, p: p, memoryLimit: 64 << 20)
        let key = try scrypt.key(
            password: [UInt8](password.utf8).rawBytes, salt: [UInt8](salt.utf8).rawBytes, byteCount: 64)
        #expect(Hex.encode(key.rawBytes) == expected)
    }

    @Test(arguments: [
        (UInt8(0), UInt32(8), UInt32(1)), (64, 8, 1), (14, 0, 1), (14, 8, 0), (63, 8, 1), (14, .max, .max),
        (20, 8, 1),
    ])
    func scryptRefusesWhatItCannotAfford(_ logN: UInt8, _ r: UInt32, _ p: UInt32) {
        #expect(throws: CryptoError.scryptParameters) {
            try Scrypt(logN: logN, r: r, p: p, memoryLimit: 64 << 20)
        }
    }

    @Test func randomBytesDiffer() throws {
        let first = try randomBytes(32)
        #expect(first.count == 32)
        #expect(try first != randomBytes(32))
        #expect(try randomBytes(0) == [])
    }

    @Test(arguments: [
        ([1, 2, 3], [1, 2, 3], true), ([1, 2, 3], [1, 2, 4], false), ([1], [1, 2], false), ([], [], true),
    ])
    func constantTimeEqualityIsEquality(_ left: [UInt8], _ right: [UInt8], _ equal: Bool) {
        let found = equalInConstantTime(left.rawBytes, right.rawBytes)
        #expect(found == equal)
    }
}
