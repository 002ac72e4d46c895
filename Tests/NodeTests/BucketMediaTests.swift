import Foundation
import HTTPCore
import Node
import Primitives
import Reactor
import S3Kit
import SocketKit
import Testing
import WaitKit
import WireKit

/// Pictures of nodes that run, in a bucket on a real S3 server.
@Suite(.timeLimit(.minutes(5))) struct BucketMediaTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "bucket-\(UUID())").path
    /// What begins as a JPEG of 64 by 64 pixels.
    private let picture: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 64, 0, 64, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
        + [UInt8](repeating: 7, count: 300_000)

    private func settings(_ number: Int, _ bucket: TestBucket, _ more: [String: String]) throws -> [String: String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return [
            "node.name": "node-\(number)", "media.folder": "\(folder)/\(number)", "media.listen": "127.0.0.1:0",
            "media.reserve": "0B", "media.open_uploads": "on",
            "limits.uploads_per_second": "100000", "media.s3.url": bucket.url,
            "media.s3.bucket": bucket.bucket, "media.s3.prefix": bucket.prefix,
            "media.s3.access_key": bucket.accessKey, "media.s3.secret": bucket.secret,
        ].merging(more) { $1 }
    }

    private func ask(
        _ address: SocketAddress?, _ head: String, _ body: [UInt8] = []
    ) async throws -> (status: Int, body: [UInt8]) {
        let probe = try await StreamProbe.connect(to: try #require(address))
        probe.send([UInt8]("\(head)\r\nHost: node\r\nConnection: close\r\n\r\n".utf8) + body)
        let reply = try #require(HTTPReply(try await probe.ending().rest))
        return (reply.status, reply.body)
    }

    /// Its path; `nil`: it was refused.
    private func upload(_ address: SocketAddress?) async throws -> String? {
        let form = [UInt8](
            "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.jpg\"\r\nContent-Type: a/b\r\n\r\n".utf8)
            + picture + [UInt8]("\r\n--x--\r\n".utf8)
        let head = "POST /upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            + "Content-Length: \(form.count)"
        let answer = try await ask(address, head, form)
        let text = String(decoding: answer.body, as: UTF8.self)
        return text.firstMatch(of: #/"path":"([^"]+)"/#).map { String($0.1) }
    }

    @Test func aPictureComesFromTheBucketWhenTheNodeThatTookItIsGone() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bucket = try TestBucket()
        let more = ["media.store": "s3"]
        let first = try TestNode(nil, settings(1, bucket, more))
        try await eventually { try first.metric("grapevine_s3_up") == 1 }
        try await eventually { try first.metric("grapevine_blob_stores") == 1 }
        var path: String?
        // The database knows the bucket a moment later.
        try await eventually {
            path = try await upload(first.node.mediaAddress)
            return path != nil
        }
        let database = first.database
        first.node.stop()
        try FileManager.default.removeItem(atPath: "\(folder)/1")
        let second = try TestNode(database, settings(2, bucket, more))
        try await eventually { try second.metric("grapevine_s3_up") == 1 }
        let place = try #require(path)
        try await eventually {
            try await ask(second.node.mediaAddress, "GET /\(place) HTTP/1.1").body == picture
        }
    }

    @Test func aBucketThatDoesNotAnswerIsTold() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var bucket = try TestBucket()
        bucket.url = "http://127.0.0.1:1"
        let node = try TestNode(nil, settings(1, bucket, ["media.store": "s3"]))
        try await eventually {
            let readiness = try await ask(node.node.adminAddress, "GET /readyz HTTP/1.1").body
            return String(decoding: readiness, as: UTF8.self).contains("\"media_s3\"")
        }
        #expect(try node.metric("grapevine_s3_up") == 0)
    }

    @Test("a configuration of half a bucket", arguments: [
        ["media.store": "s3", "media.s3.url": ""], ["media.s3.access_key": ""], ["media.s3.url": "ftp://a"],
        ["media.s3.bucket": "A"], ["media.s3.tls_authorities": "/nowhere", "media.s3.url": "https://127.0.0.1:1"],
    ])
    func halves(more: [String: String]) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = try settings(1, try TestBucket(), more)
        #expect(throws: Node.Failure.self) { _ = try TestNode(nil, settings) }
    }
}
