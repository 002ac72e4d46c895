import Glibc
public import S3

/// A place of its own in the bucket of the test run, on a real server.
public struct TestBucket: Sendable {
    public struct NoServer: Error, CustomStringConvertible {
        public let description: String
    }

    public var url: String
    public let bucket: String
    public let accessKey: String
    public let secret: String
    public let prefix: String
    /// A PEM file, of a server that speaks TLS.
    public let certificate: String?

    /// - Parameter isSealed: on the server that speaks TLS, and does not look at who asks.
    public init(isSealed: Bool = false) throws {
        let name = isSealed ? "GRAPEVINE_TEST_S3_SEALED" : "GRAPEVINE_TEST_S3"
        guard let variable = unsafe getenv(name) else {
            throw NoServer(description: "\(name) is not set: run `deploy/local test`, which starts a server")
        }
        let words = unsafe String(cString: variable).split(separator: " ").map(String.init)
        guard words.count == (isSealed ? 5 : 4) else {
            throw NoServer(description: "\(name) has \(words.count) words")
        }
        (url, bucket, accessKey, secret) = (words[0], words[1], words[2], words[3])
        certificate = isSealed ? words[4] : nil
        prefix = "test-\(UInt64.random(in: 0 ... .max))/"
    }

    public var credentials: S3Credentials { S3Credentials(accessKey: accessKey, secret: secret) }

    public func endpoint() throws -> S3Endpoint {
        try S3Endpoint(url, bucket: bucket, region: "us-east-1", prefix: prefix, isPathStyle: true)
    }
}
