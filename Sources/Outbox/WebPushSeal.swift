public import Crypto
import Primitives

/// Seals a message so that only one browser can read it (RFC 8291, in the coding of RFC 8188).
public enum WebPushSeal {
    /// All push services take so many bytes of a sealed message (RFC 8030, section 7.2).
    public static let longest = 4096
    private static let saltByteCount = 16

    public struct Browser: Sendable {
        /// A point of P-256, 65 bytes.
        public let publicKey: [UInt8]
        /// 16 bytes.
        public let secret: [UInt8]

        public init(publicKey: [UInt8], secret: [UInt8]) {
            self.publicKey = publicKey
            self.secret = secret
        }
    }

    /// - Returns: `nil` if the browser's key is none, or the message too long.
    public static func seal(_ message: [UInt8], for browser: Browser) throws(CryptoError) -> [UInt8]? {
        try seal(message, for: browser, key: .makeP256(), salt: randomBytes(saltByteCount))
    }

    /// - Parameters:
    ///   - key: for this message alone.
    ///   - salt: likewise.
    static func seal(
        _ message: [UInt8], for browser: Browser, key: PrivateKey, salt: [UInt8]
    ) throws(CryptoError) -> [UInt8]? {
        guard let shared = key.sharedSecret(with: browser.publicKey) else { return nil }
        let own = key.publicPoint
        let info = Array("WebPush: info\0".utf8) + browser.publicKey + own
        let secret = HKDF.key(from: shared.rawBytes, salt: browser.secret.rawBytes, info: info.rawBytes)
        func derive(_ purpose: StaticString, _ byteCount: Int) -> [UInt8] {
            let info = Array("Content-Encoding: \(purpose)\0".utf8)
            return HKDF.key(from: secret.rawBytes, salt: salt.rawBytes, info: info.rawBytes, byteCount: byteCount)
        }
        // One record, the last one, without padding.
        let record = message + [0x02]
        let sealed = try AES128GCM.seal(
            record.rawBytes, key: derive("aes128gcm", AES128GCM.keyByteCount),
            nonce: derive("nonce", AES128GCM.nonceByteCount))
        let recordSize: [UInt8] = [0, 0, 0x10, 0]
        let whole = salt + recordSize + [UInt8(own.count)] + own + sealed
        return whole.count <= longest ? whole : nil
    }
}
