import Foundation
import HTTPCore
import Node
import PostgresKit
import Primitives
import Reactor
import SocketKit
import TLS
import TLSKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Pictures on nodes that run: brought to one, got from all.
@Suite(.timeLimit(.minutes(5))) struct MediaTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "media-\(UUID())").path
    /// What begins as a JPEG of 64 by 64 pixels.
    private let picture: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 64, 0, 64, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
        + [UInt8](repeating: 7, count: 300_000)

    private func settings(_ number: Int, _ more: [String: String] = [:]) throws -> [String: String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return [
            "node.name": "node-\(number)", "media.folder": "\(folder)/\(number)", "media.listen": "127.0.0.1:0",
            "media.reserve": "0B", "limits.uploads_per_second": "100000",
        ].merging(more) { $1 }
    }

    private struct Reply {
        let status: Int
        let body: [UInt8]
        let type: String?

        var path: String? {
            String(decoding: body, as: UTF8.self).firstMatch(of: #/"path":"([^"]+)"/#).map { String($0.1) }
        }
    }

    private func request(_ method: String, _ path: String, _ fields: String = "", _ body: [UInt8] = []) -> [UInt8] {
        let length = method == "POST" ? "Content-Length: \(body.count)\r\n" : ""
        return [UInt8]("\(method) \(path) HTTP/1.1\r\nHost: node\r\n\(fields)\(length)\r\n".utf8) + body
    }

    private func ask(
        _ address: SocketAddress?, _ method: String, _ path: String, _ fields: String = "", _ body: [UInt8] = [],
        tls: TLSContext? = nil
    ) async throws -> Reply {
        let probe = try await StreamProbe.connect(to: try #require(address), tls: tls)
        probe.send(request(method, path, fields + "Connection: close\r\n", body))
        let reply = try #require(HTTPReply(try await probe.ending().rest))
        return Reply(status: reply.status, body: reply.body, type: reply.field("content-type"))
    }

    private static let formField = "Content-Type: multipart/form-data; boundary=xYz\r\n"

    /// - Parameter number: pictures with different ones are different.
    private func form(_ number: UInt8) -> [UInt8] {
        let head = "--xYz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.jpg\"\r\n"
            + "Content-Type: a/b\r\n\r\n"
        return [UInt8](head.utf8) + picture + [number] + [UInt8]("\r\n--xYz--\r\n".utf8)
    }

    private func upload(
        _ address: SocketAddress?, tls: TLSContext? = nil, number: UInt8 = 0, to path: String = "/upload"
    ) async throws -> Reply {
        try await ask(address, "POST", path, Self.formField, form(number), tls: tls)
    }

    private func untilReady(_ node: TestNode, stores: Int) async throws {
        try await eventually { try node.metric("grapevine_blob_stores") == stores }
    }

    @Test func aPictureIsBroughtToOneNodeAndGotFromAll() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try TestNode(nil, settings(1))
        let second = try TestNode(first.database, settings(2))
        try first.addUsers("alice", "bob")
        try await untilReady(first, stores: 2)
        try await untilReady(second, stores: 2)
        // Nobody has logged in from here yet.
        #expect(try await upload(first.node.mediaAddress).status == 403)
        _ = try await TalkClient.logIn("alice", as: .android, at: second.node.clientAddress)
        try await eventually { try await upload(first.node.mediaAddress).status == 200 }
        let brought = try await upload(first.node.mediaAddress)
        let path = try #require(brought.path, "\(brought.status) \(String(decoding: brought.body, as: UTF8.self))")
        // The first of them knows it when it is asked again.
        let (here, there) = (first.node.mediaAddress, second.node.mediaAddress)
        for address in [here, here, there, first.node.httpAddress] {
            let reply = try await ask(address, "GET", "/" + path)
            #expect(reply.status == 200 && reply.body == picture + [0])
            #expect(reply.type == "image/jpeg")
        }
        #expect(try first.database.execute("select copies from blob") == "2")
        #expect(try first.database.execute("select user_id || ' ' || files from blob_usage") == "1 1")
    }

    @Test func aSmallPictureComesWithALargeOne() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1))
        try node.addUsers("alice")
        try await untilReady(node, stores: 1)
        _ = try await TalkClient.logIn("alice", as: .android, at: node.node.clientAddress)
        try await eventually { try await upload(node.node.httpAddress).status == 200 }
        let path = try #require(try await upload(node.node.httpAddress).path)
        let digest = try #require(path.split(separator: "/").last?.prefix(64))
        let small = { try await ask(node.node.httpAddress, "GET", "/\(path)_640x520.jpg").body }
        // None is there: it is the picture itself.
        #expect(try await small() == picture + [0])
        let to = "/upload?thumbnail_of=\(digest)"
        #expect(try await upload(node.node.httpAddress, number: 1, to: to).status == 200)
        #expect(try await small() == picture + [1])
        #expect(try await ask(node.node.httpAddress, "GET", "/\(path)").body == picture + [0])
        // The first one stays; of another's picture, or of none, there is none.
        #expect(try await upload(node.node.httpAddress, number: 2, to: to).status == 200)
        #expect(try await small() == picture + [1])
        for other in ["x", "", String(repeating: "0", count: 64)] {
            let reply = try await upload(node.node.httpAddress, number: 3, to: "/upload?thumbnail_of=\(other)")
            #expect(reply.status == 403, "'\(other)'")
        }
    }

    @Test("whoever shows the token of his session is known, also where several people share an address")
    func tokens() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1))
        try node.addUsers("alice", "bob")
        try await untilReady(node, stores: 1)
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        _ = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        try await eventually { try await upload(node.node.httpAddress).status == 200 }
        let access: IMFileAccessRsp = try await alice.ask(
            .fileAccessReq, IMFileAccessReq(userID: 1), .fileAccessRsp)
        let token = try #require(access.pictureToken)
        let path = try #require(try await upload(node.node.httpAddress, number: 5, to: "/upload?token=\(token)").path)
        let digest = try #require(path.split(separator: "/").last?.prefix(64))
        let query = "/upload?thumbnail_of=\(digest)"
        // By the address alone nobody knows whose it is.
        #expect(try await upload(node.node.httpAddress, number: 6, to: query).status == 403)
        #expect(try await upload(node.node.httpAddress, number: 6, to: query + "&token=\(token)").status == 200)
        #expect(try await ask(node.node.httpAddress, "GET", "/\(path)_640x520.jpg").body == picture + [6])
        for wrong in [token.dropLast() + "x", "", "1.2.3"] {
            #expect(try await upload(node.node.httpAddress, to: "/upload?token=\(wrong)").status == 403, "\(wrong)")
        }
    }

    @Test func thePublicPortTakesAndGivesThemOnTheConnectionsOfEverythingElse() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1))
        try node.addUsers("alice")
        try await untilReady(node, stores: 1)
        _ = try await TalkClient.logIn("alice", as: .android, at: node.node.clientAddress)
        try await eventually { try await upload(node.node.httpAddress).status == 200 }
        let path = try #require(try await upload(node.node.httpAddress).path)
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        for _ in 0..<3 {
            probe.send(request("GET", "/msg_server"))
            #expect(try await head(of: probe).hasPrefix("HTTP/1.1 200 OK\r\n"))
            probe.send(request("HEAD", "/" + path))
            let head = try await head(of: probe, hasBody: false)
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("Content-Length: \(picture.count + 1)\r\n"))
        }
    }

    /// Reads an answer and returns its head.
    private func head(of probe: StreamProbe, hasBody: Bool = true) async throws -> String {
        try await probe.receive { bytes in
            guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else { return nil }
            let head = String(decoding: bytes[..<end.upperBound], as: UTF8.self)
            let length = hasBody ? head.firstMatch(of: #/Content-Length: (\d+)/#).flatMap { Int($0.1) } ?? 0 : 0
            return bytes.count >= end.upperBound + length ? (head, end.upperBound + length) : nil
        }
    }

    @Test func sealedWhereThereIsACertificate() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificates = try TestCertificates.shared.get()
        let identity = certificates.server
        let node = try TestNode(
            nil, settings(1, ["media.tls_certificate": identity.certificate, "media.tls_key": identity.key]))
        try node.addUsers("alice")
        try await untilReady(node, stores: 1)
        _ = try await TalkClient.logIn("alice", as: .android, at: node.node.clientAddress)
        let believing = try TLSContext(clientBelieving: certificates.authority)
        try await eventually { try await upload(node.node.mediaAddress, tls: believing).status == 200 }
        let path = try #require(try await upload(node.node.mediaAddress, tls: believing).path)
        let reply = try await ask(node.node.mediaAddress, "GET", "/" + path, tls: believing)
        #expect(reply.status == 200 && reply.body == picture + [0])
        #expect(try await ask(node.node.mediaAddress, "GET", "/" + path).status != 200)
    }

    @Test("a node says what is wrong with its folder: no room, and no other node for the second copy")
    func warnings() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1, ["media.reserve": "1048576GiB"]))
        try await eventually {
            let page = try await ask(node.node.adminAddress, "GET", "/readyz")
            return page.status == 200 && String(decoding: page.body, as: UTF8.self).contains("media_disk_full")
        }
        let lonely = try TestNode(nil, settings(2))
        try lonely.addUsers("alice")
        try await untilReady(lonely, stores: 1)
        let alice = try await TalkClient.logIn("alice", as: .android, at: lonely.node.clientAddress)
        try await eventually { try await upload(lonely.node.mediaAddress).status == 200 }
        try await eventually {
            let page = try await ask(lonely.node.adminAddress, "GET", "/readyz")
            return String(decoding: page.body, as: UTF8.self).contains("media_copies")
        }
        withExtendedLifetime(alice) {}
    }

    @Test func picturesThatAreSentAtOnceDoNotPassAQuota() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1, ["media.quota": "1MiB"]))
        try node.addUsers("alice")
        try await untilReady(node, stores: 1)
        let alice = try await TalkClient.logIn("alice", as: .android, at: node.node.clientAddress)
        try await eventually { try await upload(node.node.mediaAddress).status == 200 }
        // There is room for two more; three are begun while there is.
        let address = try #require(node.node.mediaAddress)
        var uploads: [(probe: StreamProbe, rest: ArraySlice<UInt8>)] = []
        for number: UInt8 in 1...3 {
            let bytes = request("POST", "/upload", Self.formField + "Connection: close\r\n", form(number))
            let probe = try await StreamProbe.connect(to: address)
            probe.send(Array(bytes.prefix(100_000)))
            uploads.append((probe, bytes.dropFirst(100_000)))
        }
        try await eventually {
            try FileManager.default.contentsOfDirectory(atPath: folder + "/1/incoming").count == 3
        }
        for (probe, rest) in uploads { probe.send(Array(rest)) }
        var statuses: [Int] = []
        for (probe, _) in uploads { statuses.append(try #require(HTTPReply(try await probe.ending().rest)).status) }
        #expect(statuses.sorted() == [200, 200, 429])
        #expect(try node.database.execute("select files from blob_usage") == "3")
        withExtendedLifetime(alice) {}
    }

    @Test func whatOneUserHasStoredIsBounded() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1, ["media.quota": "1MiB"]))
        try node.addUsers("alice")
        try await untilReady(node, stores: 1)
        let alice = try await TalkClient.logIn("alice", as: .android, at: node.node.clientAddress)
        try await eventually { try await upload(node.node.mediaAddress).status == 200 }
        // Three of them have room; those that are there already take none.
        for number: UInt8 in [1, 2] { #expect(try await upload(node.node.mediaAddress, number: number).status == 200) }
        for number: UInt8 in [3, 4] { #expect(try await upload(node.node.mediaAddress, number: number).status == 429) }
        // Whoever is given more has it at once, and on every node; and whoever is given less than is there gets none.
        let other = try TestNode(node.database, settings(2, ["media.quota": "1MiB"]))
        try await untilReady(other, stores: 2)
        try await untilReady(node, stores: 2)
        let admin = try AdminProbe(node)
        let path = "/admin/v1/users/1/quota"
        #expect(try admin.ask(.put, path, #"{"picture_bytes":2000000,"daily_file_bytes":null}"#).status == 200)
        #expect(try await upload(other.node.mediaAddress, number: 3).status == 200)
        #expect(try admin.ask(.put, path, #"{"picture_bytes":0,"daily_file_bytes":null}"#).status == 200)
        #expect(try await upload(other.node.mediaAddress, number: 4).status == 429)
        let use = try admin.get(path)
        #expect(use["picture_bytes"]?.integer == 0 && use["picture_bytes_of_everybody"]?.integer == 1 << 20)
        #expect(use["picture_bytes_used"]?.integer == 4 * (picture.count + 1))
        withExtendedLifetime(alice) {}
    }

    @Test("B64: who knows the digest of a file gets it nowhere as a picture, and what is one the disk knows by itself")
    func filesAreNoPictures() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1))
        try node.addUsers("alice")
        try await untilReady(node, stores: 1)
        _ = try await TalkClient.logIn("alice", as: .android, at: node.node.clientAddress)
        try await eventually { try await upload(node.node.mediaAddress).status == 200 }
        let path = "/" + (try #require(try await upload(node.node.mediaAddress).path))
        let digest = String(try #require(path.split(separator: "/").last?.prefix(64)))
        let file = "\(folder)/1/blobs/\(digest.prefix(2))/\(digest)"
        let mode = { try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int }
        #expect(try mode() == 0o644)
        // As files that a user hands to another.
        try node.database.execute("update blob_upload set kind = 2")
        #expect(try await ask(node.node.mediaAddress, "GET", path).status == 200)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        #expect(try await ask(node.node.mediaAddress, "GET", path).status == 404)
        // Somebody sends it as a picture, elsewhere.
        try node.database.execute("update blob_upload set kind = 1")
        #expect(try await ask(node.node.mediaAddress, "GET", path).body == picture + [0])
        #expect(try mode() == 0o644)
    }

    @Test func behindABalancerEverybodyMay() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let node = try TestNode(nil, settings(1, ["media.open_uploads": "on"]))
        try await untilReady(node, stores: 1)
        #expect(try await upload(node.node.httpAddress).status == 200)
    }

    @Test func withoutAFolderThereAreNone() async throws {
        let node = try TestNode()
        #expect(node.node.mediaAddress == nil)
        #expect(try await ask(node.node.httpAddress, "GET", "/g0/a").status == 404)
    }

    @Test func aFolderThatCannotBeUsedKeepsTheNodeFromStarting() throws {
        #expect(throws: Node.Failure.self) { try TestNode(nil, ["media.folder": "/dev/null/x"]) }
    }
}
