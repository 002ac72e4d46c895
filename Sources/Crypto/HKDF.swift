import Primitives

/// Keys from a secret, with HMAC-SHA-256 (RFC 5869).
public enum HKDF {
    /// - Parameters:
    ///   - salt: public; may be empty.
    ///   - info: what the key is for, so that no key serves two purposes.
    ///   - byteCount: at most 8,160 (255 digests).
    public static func key(
        from secret: RawSpan, salt: RawSpan, info: RawSpan, byteCount: Int = AES256GCM.keyByteCount
    ) -> [UInt8] {
        precondition(byteCount <= 255 * HMACSHA256.byteCount, "HKDF cannot yield \(byteCount) bytes")
        let extracted = HMACSHA256.code(secret, key: salt)
        var output: [UInt8] = []
        var block: [UInt8] = []
        var counter: UInt8 = 0
        while output.count < byteCount {
            counter += 1
            block.append(info)
            block.append(counter)
            block = HMACSHA256.code(block.rawBytes, key: extracted.rawBytes)
            output += block
        }
        return Array(output.prefix(byteCount))
    }
}
