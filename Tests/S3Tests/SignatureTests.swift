import Blobs
import Primitives
@testable import S3
import Testing

/// The examples of "Signature Calculations for the Authorization Header" (Amazon S3 API Reference).
@Suite struct SignatureTests {
    private static let credentials = S3Credentials(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    /// 2013-05-24T00:00:00Z.
    private static let time = UnixTime(milliseconds: 1_369_353_600_000)
    private static let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let host = ("host", "examplebucket.s3.amazonaws.com")
    private static let date = ("x-amz-date", "20130524T000000Z")

    private func signature(
        _ method: String, _ path: String, _ query: [(String, String)] = [], _ fields: [(String, String)] = [],
        payload: String = nothing
    ) -> String {
        let signer = SignatureV4(credentials: Self.credentials, region: "us-east-1")
        let all = [Self.host, Self.date, ("x-amz-content-sha256", payload)] + fields
        return signer.authorization(method, path, query, all, payload: payload, at: Self.time)
    }

    @Test func anObjectInPart() {
        #expect(
            signature("GET", "/test.txt", [], [("range", "bytes=0-9")])
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func anObjectWithABody() {
        let fields = [
            ("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ]
        let signed = signature(
            "PUT", "/test%24file.text", [], fields,
            payload: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        #expect(signed.hasSuffix("=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test("a query: a name without a value, and several", arguments: [
        ([("lifecycle", "")], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ([("prefix", "J"), ("max-keys", "2")], "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ])
    func aQuery(query: [(String, String)], expected: String) {
        #expect(signature("GET", "/", query).hasSuffix("=\(expected)"))
    }

    @Test func whatIsSignedIsWhatIsSent() throws {
        let endpoint = try S3Endpoint(
            "https://s3.amazonaws.com", bucket: "examplebucket", region: "us-east-1", prefix: "im/", isPathStyle: false)
        let id = try #require(BlobID(hex: String(repeating: "ab", count: 32)))
        let upload = "a+b/c="
        let request = S3Request.dropParts(id, upload: upload)
        let head = String(decoding: request.head(to: endpoint, as: Self.credentials, at: Self.time), as: UTF8.self)
        let signed = signature("DELETE", "/im/\(id)", [("uploadId", upload)])
        #expect(head == """
            DELETE /im/\(id)?uploadId=a%2Bb%2Fc%3D HTTP/1.1\r
            Authorization: \(signed)\r
            host: examplebucket.s3.amazonaws.com\r
            x-amz-content-sha256: \(Self.nothing)\r
            x-amz-date: 20130524T000000Z\r
            \r

            """)
    }

    @Test func theNameOfABlobIsTheDigestOfItsBody() throws {
        let endpoint = try S3Endpoint(
            "http://127.0.0.1:9000/", bucket: "files", region: "garage", isPathStyle: true)
        let id = try #require(BlobID(hex: String(repeating: "cd", count: 32)))
        let request = S3Request.put(id, byteCount: 12)
        let head = String(decoding: request.head(to: endpoint, as: Self.credentials, at: Self.time), as: UTF8.self)
        for line in [
            "PUT /files/\(id) HTTP/1.1", "host: 127.0.0.1:9000", "x-amz-content-sha256: \(id)", "Content-Length: 12",
        ] {
            #expect(head.contains(line + "\r\n"))
        }
    }
}
