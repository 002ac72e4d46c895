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

    /// As behind a failover: the question goes over a new one, and not over each of those that rest.
    @Test func whereOneConnectionThatRestedIsDeadTheOthersAreNotTried() async throws {
        let server = try BriefBucket(.leaves)
        defer { server.stop() }
        let endpoint = try S3Endpoint(
            "http://127.0.0.1:\(server.port)", bucket: "bucket", region: "us-east-1", isPathStyle: true)
        let bucket = try BucketOnLoop(endpoint, S3Credentials(accessKey: "a", secret: "b"))
        let atOnce = 10
        // In one turn of the loop, so that none waits for another's connection.
        let answers = await bucket.run { (bucket, completion: @escaping ([Result<Void, S3Failure>]) -> Void) in
            var answers: [Result<Void, S3Failure>] = []
            for _ in 0..<atOnce {
                bucket.probe { answer in
                    answers.append(answer)
                    if answers.count == atOnce { completion(answers) }
                }
            }
        }
        #expect(answers.allSatisfy { $0.failure == nil })
        try await bucket.probe().get()
        #expect(server.count == BriefBucket.Count(connections: atOnce + 1, answers: atOnce + 1))
    }
}
