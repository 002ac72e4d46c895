import Blobs
import Crypto
import HTTPCore
import Primitives

/// What is asked of a bucket.
enum S3Request: Equatable, Sendable {
    /// Whether the bucket is there, and ours.
    case probe
    case stat(BlobID)
    /// The bytes from an offset on.
    case get(BlobID, from: Int)
    case put(BlobID, byteCount: Int)
    case remove(BlobID)
    case beginParts(BlobID)
    /// - Parameter digest: of the part, in hex.
    case putPart(BlobID, upload: String, number: Int, byteCount: Int, digest: String)
    /// - Parameter tags: what the parts were answered with, in their order.
    case endParts(BlobID, upload: String, tags: [String])
    case dropParts(BlobID, upload: String)

    private static let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    var method: HTTPMethod {
        switch self {
        case .probe, .stat: .head
        case .get: .get
        case .put, .putPart: .put
        case .remove, .dropParts: .delete
        case .beginParts, .endParts: .post
        }
    }

    /// Its answer has no text that could say what is not there.
    var isStat: Bool {
        if case .stat = self { true } else { false }
    }

    private var id: BlobID? {
        switch self {
        case .probe: nil
        case .stat(let id), .get(let id, _), .put(let id, _), .remove(let id), .beginParts(let id),
            .putPart(let id, _, _, _, _), .endParts(let id, _, _), .dropParts(let id, _):
            id
        }
    }

    private var query: [(String, String)] {
        switch self {
        case .probe, .stat, .get, .put, .remove: []
        case .beginParts: [("uploads", "")]
        case .putPart(_, let upload, let number, _, _): [("partNumber", String(number)), ("uploadId", upload)]
        case .endParts(_, let upload, _), .dropParts(_, let upload): [("uploadId", upload)]
        }
    }

    /// What is sent behind the head, where that is not a part of a file.
    var body: [UInt8] {
        guard case .endParts(_, _, let tags) = self else { return [] }
        let parts = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(XMLFields.escape(tag))</ETag></Part>"
        }
        return [UInt8]("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>".utf8)
    }

    /// The bytes that follow the head; `nil`: there is not even an empty body.
    private var bodyByteCount: Int? {
        switch self {
        case .probe, .stat, .get, .remove, .dropParts: nil
        case .put(_, let byteCount), .putPart(_, _, _, let byteCount, _): byteCount
        case .beginParts, .endParts: body.count
        }
    }

    /// Of the body, in hex: S3 compares it with what came. That of a blob is its name.
    private var payload: String {
        switch self {
        case .put(let id, _): id.description
        case .putPart(_, _, _, _, let digest): digest
        case .endParts: Hex.encode(SHA256.digest(body.rawBytes).rawBytes)
        case .probe, .stat, .get, .remove, .beginParts, .dropParts: Self.nothing
        }
    }

    /// The head of the request.
    func head(to endpoint: S3Endpoint, as credentials: S3Credentials, at time: UnixTime) -> [UInt8] {
        let path = id.map(endpoint.path) ?? endpoint.bucketPath
        var fields = [
            ("host", endpoint.authority), ("x-amz-content-sha256", payload), ("x-amz-date", time.basicTime),
        ]
        if case .get(_, let offset) = self, offset > 0 { fields.append(("range", "bytes=\(offset)-")) }
        let authorization = SignatureV4(credentials: credentials, region: endpoint.region).authorization(
            method.rawValue, path, query, fields, payload: payload, at: time)
        let target = query.isEmpty ? path : "\(path)?\(SignatureV4.canonical(query))"
        var head = "\(method.rawValue) \(target) HTTP/1.1\r\nAuthorization: \(authorization)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if let bodyByteCount { head += "Content-Length: \(bodyByteCount)\r\n" }
        return [UInt8]((head + "\r\n").utf8)
    }
}
