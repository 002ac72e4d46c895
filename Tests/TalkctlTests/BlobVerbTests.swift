import Foundation
import Node
import PostgresKit
import Primitives
import S3Kit
import Testing
import WaitKit
import WireKit

@testable import talkctl

/// Pictures and files, as operators see and move them.
@Suite(.timeLimit(.minutes(2))) struct BlobVerbTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "verb-\(UUID())").path

    private func node(_ more: [String: String]) throws -> TestNode {
        try TestNode(
            nil, ["media.folder": folder, "media.listen": "127.0.0.1:0", "media.reserve": "0B"].merging(more) { $1 })
    }

    @Test func aMoveGoesToWhereNewOnesGo() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bucket = try TestBucket()
        let node = try node([
            "media.store": "s3", "media.s3.url": bucket.url, "media.s3.bucket": bucket.bucket,
            "media.s3.prefix": bucket.prefix, "media.s3.access_key": bucket.accessKey,
            "media.s3.secret": bucket.secret,
        ])
        let place = try Place(node.database, admin: "\(node.node.adminAddress)")
        let stores = "select count(*) from blob_store"
        try await eventually { try node.database.execute(stores) == "2" }
        #expect(place.run("blobs").output.contains("grapevine"))
        let wrong = place.run("blobs move --to directory")
        #expect(wrong.code == 1 && wrong.complaint.contains("media.store = directory"))
        let rate = place.run("blobs move --to s3 --rate fast")
        #expect(rate.code == 2 && rate.complaint.contains("--rate fast"))
        #expect(place.run("blobs move --stop").complaint.contains("no move"))
        let begun = place.run("blobs move --to s3 --no-wait")
        #expect(begun.output == "The move to s3 has begun.\n")
        let done = place.run("blobs move --to s3")
        #expect(done.output.hasPrefix("All pictures and files lie in s3: 0 moved, 0 bytes; 0 left, 0 bytes;"))
        #expect(place.run("blobs move --help").output.contains("--rate SIZE"))
    }

    @Test func withoutABucketNothingMoves() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try node([:])
        let place = try Place(node.database, admin: "\(node.node.adminAddress)")
        #expect(place.run("blobs move --to s3").complaint.contains("media.s3.url"))
        #expect(place.run("blobs move").complaint.contains("--to is missing"))
    }

    @Test func aUserGetsAQuotaAndLosesIt() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try node(["media.quota": "3MiB"])
        try node.addUsers("alice")
        let place = try Place(node.database, admin: "\(node.node.adminAddress)")
        #expect(try /pictures +0 +3MiB +of everybody/.firstMatch(in: place.run("user quota alice").output) != nil)
        #expect(place.run("user quota alice --pictures 5GiB --files 1GiB").code == 0)
        let set = place.run("user quota alice --files default").output
        #expect(try /pictures +0 +5GiB +own/.firstMatch(in: set) != nil)
        #expect(try /files of a day +0 +1GiB +of everybody/.firstMatch(in: set) != nil)
        #expect(place.run("user quota alice --pictures much").code == 2)
        #expect(place.run("user quota bob").complaint.contains("bob"))
    }
}
