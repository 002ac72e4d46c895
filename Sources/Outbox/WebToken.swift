import Crypto
import Primitives

/// Signed claims (RFC 7519), by a key of P-256 (ES256) or RSA (RS256).
enum WebToken {
    /// `nil`: OpenSSL cannot sign.
    static func make(_ claims: JSON, key: PrivateKey, keyID: String? = nil) -> String? {
        let algorithm = key.kind == .p256 ? "ES256" : "RS256"
        var header: [(String, JSON)] = [("alg", .string(algorithm)), ("typ", .string("JWT"))]
        if let keyID { header.append(("kid", .string(keyID))) }
        let signed = [JSON.object(header), claims].map { Base64.encodeForURL($0.bytes.rawBytes) }.joined(separator: ".")
        let bytes = Array(signed.utf8)
        guard let signature = try? key.sign(bytes.rawBytes) else { return nil }
        return signed + "." + Base64.encodeForURL(signature.rawBytes)
    }
}
