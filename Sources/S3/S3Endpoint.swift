import Blobs

/// Where a bucket is, and under which names blobs lie in it.
public struct S3Endpoint: Equatable, Sendable {
    public enum Fault: Error, Equatable, CustomStringConvertible {
        case url
        case bucket
        case region
        case prefix

        public var description: String {
            switch self {
            case .url: "must be http:// or https://, a host, and a port if it is another than theirs"
            case .bucket: "must be the name of a bucket: 3 to 63 of a-z, 0-9, . and -"
            case .region: "must be the name of a region, such as eu-central-1"
            case .prefix: "must be made of a-z, A-Z, 0-9, -, _, . and /, and not begin with /"
            }
        }
    }

    public let isSealed: Bool
    /// To connect to, and what its certificate must be for.
    public let host: String
    public let port: UInt16
    public let region: String
    public let bucket: String
    /// What stands before the digest in the key of each blob.
    public let prefix: String
    /// The bucket stands in the path, and not before the host.
    public let isPathStyle: Bool

    /// - Parameter url: `https://s3.eu-central-1.amazonaws.com`, `http://127.0.0.1:9000`.
    public init(
        _ url: String, bucket: String, region: String, prefix: String = "", isPathStyle: Bool
    ) throws(Fault) {
        guard Self.isMade(bucket, of: Self.lowercase + ".-"), (3...63).contains(bucket.utf8.count) else {
            throw .bucket
        }
        guard !region.isEmpty, Self.isMade(region, of: Self.lowercase + "-") else { throw .region }
        guard Self.isMade(prefix, of: Self.lowercase + Self.uppercase + "-_./"), !prefix.hasPrefix("/"),
            prefix.utf8.count <= 200
        else { throw .prefix }
        let (isSealed, rest): (Bool, Substring)
        if url.hasPrefix("https://") {
            (isSealed, rest) = (true, url.dropFirst(8))
        } else if url.hasPrefix("http://") {
            (isSealed, rest) = (false, url.dropFirst(7))
        } else {
            throw .url
        }
        guard let (name, port) = Self.split(rest.hasSuffix("/") ? rest.dropLast() : rest) else { throw .url }
        self.isSealed = isSealed
        self.port = port ?? (isSealed ? 443 : 80)
        host = isPathStyle ? name : "\(bucket).\(name)"
        self.region = region
        self.bucket = bucket
        self.prefix = prefix
        self.isPathStyle = isPathStyle
    }

    private static func split(_ place: Substring) -> (String, UInt16?)? {
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, parts.count <= 2,
            isMade(name, of: lowercase + uppercase + ".-")
        else { return nil }
        if parts.count == 1 { return (String(name), nil) }
        guard let port = UInt16(parts[1]), port > 0 else { return nil }
        return (String(name), port)
    }

    private static let lowercase = "abcdefghijklmnopqrstuvwxyz0123456789"
    private static let uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    private static func isMade(_ text: some StringProtocol, of letters: String) -> Bool {
        text.utf8.allSatisfy(letters.utf8.contains)
    }

    /// As the field `Host` has it.
    var authority: String { port == (isSealed ? 443 : 80) ? host : "\(host):\(port)" }

    /// Of the bucket itself.
    var bucketPath: String { isPathStyle ? "/\(bucket)" : "/" }

    /// Nothing in it needs to be encoded.
    func path(of id: BlobID) -> String { (isPathStyle ? "/\(bucket)/" : "/") + prefix + id.description }

    /// What the store is known by in the database: the same for all nodes that use it.
    public var mark: String { "s3 \(isSealed ? "https" : "http")://\(host):\(port)\(bucketPath) \(prefix)" }
}

/// Who asks. The secret is printed nowhere.
public struct S3Credentials: Sendable {
    let accessKey: String
    let secret: String

    public init(accessKey: String, secret: String) {
        self.accessKey = accessKey
        self.secret = secret
    }
}
