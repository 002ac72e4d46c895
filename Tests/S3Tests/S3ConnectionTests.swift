import Blobs
import Dispatch
import Reactor
@testable import S3
import Testing
import WaitKit

/// How many connections a bucket sees, and what becomes of a question whose connection breaks.
@Suite(.timeLimit(.minutes(2))) struct S3ConnectionTests {
    @Test(
        "a connection carries one question after the other, as long as its server wants it to",
        arguments: [(.keepsConnections, 1), (.closes, 3), (.isOld, 3), (.leaves, 3)] as [(BriefBucket.Manner, Int)])
    func questions(manner: BriefBucket.Manner, connections: Int) async throws {
        let server = try BriefBucket(manner)
        defer { server.stop() }
        let bucket = try BucketOnLoop(onPort: server.port)
        for _ in 1...3 { try await bucket.probe().get() }
        #expect(server.count == BriefBucket.Count(connections: connections, answers: 3))
    }

    /// As behind a failover: the question goes over a new one, and not over each of those that rest.
    @Test func whereOneConnectionThatRestedIsDeadTheOthersAreNotTried() async throws {
        let server = try BriefBucket(.leaves)
        defer { server.stop() }
        let bucket = try BucketOnLoop(onPort: server.port)
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

    /// A copy that is there must not count as one that could not be read.
    @Test func anObjectThatHasComeIsThereWhereItsConnectionBreaksBehindIt() async throws {
        let server = try HastyBucket()
        let bucket = try BucketOnLoop(onPort: server.port)
        let (id, _) = try bucket.keep(HastyBucket.object)
        let writer = try bucket.store.begin()
        let disk = DispatchSemaphore(value: 0)
        defer { disk.signal() }
        #expect(bucket.disk.run { disk.wait() })
        try await eventually { bucket.disk.backlog == 0 }
        async let fetched = bucket.fetch(id, HastyBucket.object.count, into: writer)
        // It has come, and waits to be written.
        try await eventually { bucket.disk.backlog == 1 }
        server.stop()
        try await eventually { await bucket.connectionCount == 0 }
        disk.signal()
        #expect(await fetched.failure == nil)
        #expect(try writer.finish() == id)
    }

    @Test func partsThatWereJoinedWithoutAnAnswerAreNotFound() async throws {
        let size = S3Parts.minBytes
        let server = try ScriptedBucket([
            // Not there, which the answer to HEAD says by its status alone.
            .init(status: "404 Not Found"),
            .init(status: "200 OK", text: "<A><UploadId>1</UploadId></A>"),
            .init(status: "200 OK", headers: ["ETag: a"]), .init(status: "200 OK", headers: ["ETag: b"]),
            nil,
            .init(status: "404 Not Found", text: "<Error><Code>NoSuchUpload</Code></Error>"),
            .init(status: "200 OK", headers: ["Content-Length: \(size + 1)"]),
        ])
        defer { server.stop() }
        let bucket = try BucketOnLoop(onPort: server.port, partBytes: size)
        let (id, file) = try bucket.keep([UInt8](repeating: 7, count: size + 1))
        try await bucket.put(id, file, size + 1).get()
        #expect(server.questions == [
            "HEAD", "POST uploads", "PUT partNumber&uploadId", "PUT partNumber&uploadId", "POST uploadId",
            "POST uploadId", "HEAD",
        ])
    }
}
