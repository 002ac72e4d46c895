import Crypto
import Primitives

/// Signs requests ("Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference). A core.
struct SignatureV4 {
    let credentials: S3Credentials
    let region: String

    /// The value of the field `Authorization`.
    ///
    /// - Parameters:
    ///   - path: encoded, as it is sent.
    ///   - fields: all that are signed, among them `host` and `x-amz-date`; names in lower case.
    ///   - payload: the SHA-256 of the body in hex, as `x-amz-content-sha256` says it.
    func authorization(
        _ method: String, _ path: String, _ query: [(String, String)], _ fields: [(String, String)], payload: String,
        at time: UnixTime
    ) -> String {
        let sorted = fields.sorted { $0.0 < $1.0 }
        let names = sorted.map(\.0).joined(separator: ";")
        let canonical = [
            method, path, Self.canonical(query), sorted.map { "\($0.0):\($0.1)\n" }.joined(), names, payload,
        ].joined(separator: "\n")
        let scope = "\(time.basicDate)/\(region)/s3/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time.basicTime)\n\(scope)\n\(Hex.encode(Self.digest(canonical).rawBytes))"
        let signature = Hex.encode(Self.code(text, key: key(on: time.basicDate)).rawBytes)
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),"
            + "Signature=\(signature)"
    }

    private func key(on date: String) -> [UInt8] {
        var key = [UInt8]("AWS4\(credentials.secret)".utf8)
        for word in [date, region, "s3", "aws4_request"] { key = Self.code(word, key: key) }
        return key
    }

    /// As it is signed, and as it is sent: in the order of the names, each name with its `=`.
    static func canonical(_ query: [(String, String)]) -> String {
        query.map { (encode($0.0), encode($0.1)) }.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// All but the unreserved characters of RFC 3986.
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + Hex.encode([byte].rawBytes).uppercased()
            }
        }
        return encoded
    }

    private static func digest(_ text: String) -> [UInt8] {
        let bytes = [UInt8](text.utf8)
        return SHA256.digest(bytes.rawBytes)
    }

    private static func code(_ text: String, key: [UInt8]) -> [UInt8] {
        let bytes = [UInt8](text.utf8)
        return HMACSHA256.code(bytes.rawBytes, key: key.rawBytes)
    }
}

extension UnixTime {
    /// `20130524`, of ISO 8601.
    fileprivate var basicDate: String {
        let time = calendar
        return padded(time.year, to: 4) + padded(time.month, to: 2) + padded(time.day, to: 2)
    }

    /// `20130524T000000Z`, of ISO 8601.
    var basicTime: String {
        let time = calendar
        return basicDate + "T" + padded(time.hour, to: 2) + padded(time.minute, to: 2) + padded(time.second, to: 2)
            + "Z"
    }
}
