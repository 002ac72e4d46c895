@testable import S3
import Testing

/// How many connections a bucket sees.
@Suite(.timeLimit(.minutes(2))) struct S3ConnectionTests {
    @Test(
        "a connection carries one question after the other, as long as its server wants it to",
        arguments: [(.keepsConnections, 1), (.closes, 3), (.isOld, 3), (.leaves, 3)] as [(BriefBucket.Manner, Int)])
    func questions(manner: BriefBucket.Manner, connections: Int) async throws {
        let server = try BriefBucket(manner)
        defer { server.stop() }
        let endpoint = try S3Endpoint(
            "http://127.0.0.1:\(server.port)", bucket: "bucket", region: "us-east-1", isPathStyle: true)
        let bucket = try BucketOnLoop(endpoint, S3Credentials(accessKey: "a", secret: "b"))
        for _ in 1...3 { try await bucket.probe().get() }
        #expect(server.count == BriefBucket.Count(connections: connections, answers: 3))
    }
}
