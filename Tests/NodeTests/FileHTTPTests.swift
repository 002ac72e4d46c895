import Crypto
import Foundation
import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Files in parts over HTTP, for clients with a token: brought to one node and got from another, and to and from those
/// that use the port for files.
@Suite(.timeLimit(.minutes(5))) struct FileHTTPTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "parts-\(UUID())").path
    private let partSize = 4 << 20
    private let content: [UInt8] = {
        var random = SeededRandom(seed: 7)
        return (0..<(8 << 20) + 12_345).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }()
    private var digest: [UInt8] { SHA256.digest(content.rawBytes) }

    private func cluster(_ more: [String: String] = [:]) async throws -> (TestNode, TestNode) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = try TestDatabase()
        func node(_ number: Int) throws -> TestNode {
            let settings = [
                "node.name": "node-\(number)", "media.folder": "\(folder)/\(number)", "media.listen": "127.0.0.1:0",
                "files.listen": "127.0.0.1:0", "media.reserve": "0B",
            ]
            return try TestNode(database, settings.merging(more) { $1 })
        }
        let nodes = (try node(1), try node(2))
        try nodes.0.addUsers("alice", "bob", "carol")
        for node in [nodes.0, nodes.1] {
            try await eventually { try node.metric("grapevine_blob_stores") == 2 && node.node.peerCount == 1 }
        }
        return nodes
    }

    private struct Reply {
        let status: Int
        let head: String
        let body: [UInt8]

        var json: JSON? { JSON(reading: body) }
        var received: Int? { json?["received"]?.integer }
        var state: String? { json?["state"]?.text }
        var problem: String? { json?["error"]?["code"]?.text }
    }

    private func ask(
        _ node: TestNode, _ method: String, _ path: String, token: String? = nil, _ fields: String = "",
        _ body: [UInt8] = []
    ) async throws -> Reply {
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        let bearer = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let length = ["POST", "PUT"].contains(method) ? "Content-Length: \(body.count)\r\n" : ""
        let head = "\(method) \(path) HTTP/1.1\r\nHost: node\r\n\(bearer)\(fields)\(length)"
            + "Connection: close\r\n\r\n"
        probe.send([UInt8](head.utf8) + body)
        let rest = try await probe.ending().rest
        let end = rest.firstRange(of: [13, 10, 13, 10])?.lowerBound ?? 0
        let reply = try #require(HTTPReply(rest))
        if reply.field("content-type") == "application/json" {
            // Whatever is asked here, the node has described.
            let said = try HTTPClient.send(
                HTTPCall(.get, "/files/openapi.json"), to: node.node.httpAddress, within: .seconds(10))
            let description = OpenAPIChecker(document: try #require(JSON(reading: said.body)))
            let json = try #require(JSON(reading: reply.body))
            #expect(description.flaws(in: json, of: method, path, status: reply.status) == [])
        }
        return Reply(status: reply.status, head: String(decoding: rest[..<end], as: UTF8.self), body: reply.body)
    }

    private func offer(
        _ client: TalkClient, to user: UInt32, size: Int, name: String = "猫 1.bin"
    ) async throws -> IMFileRsp {
        let request = IMFileReq(
            fromUserID: 0, toUserID: user, fileName: name, fileSize: UInt32(size), transMode: .offline)
        return try await client.ask(.fileReq, request, .fileRsp)
    }

    private func access(_ client: TalkClient, _ task: String?) async throws -> IMFileAccessRsp {
        try await client.ask(.fileAccessReq, IMFileAccessReq(userID: 0, taskID: task), .fileAccessRsp)
    }

    private func token(_ client: TalkClient, _ task: String) async throws -> String {
        try #require(try await access(client, task).token)
    }

    /// - Parameter start: where the part begins.
    private func bring(_ start: Int, to node: TestNode, _ task: String, _ token: String) async throws -> Reply {
        let part = Array(content[start..<min(start + partSize, content.count)])
        let digest = String(decoding: Base64.encode(SHA256.digest(part.rawBytes).rawBytes), as: UTF8.self)
        return try await ask(
            node, "PUT", "/files/\(task)/parts/\(start)", token: token, "Content-Digest: sha-256=:\(digest):\r\n",
            part)
    }

    private func tellOfIt(_ client: TalkClient, _ task: String) async throws {
        await client.send(
            .fileAddOfflineReq,
            IMFileAddOfflineReq(fromUserID: 1, toUserID: 2, taskID: task, fileName: "x", fileSize: 1))
    }

    @Test func aPartThatNobodyHasAnyMoreIsAskedForAgain() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: second.node.clientAddress)
        let task = try await offer(alice, to: 2, size: content.count).taskID
        let token = try await token(alice, task)
        let starts = [0, partSize, 2 * partSize]
        for start in starts { #expect(try await bring(start, to: first, task, token).status == 200) }
        for node in 1...2 {
            let blobs = "\(folder)/\(node)/blobs"
            for shelf in try FileManager.default.contentsOfDirectory(atPath: blobs) {
                for name in try FileManager.default.contentsOfDirectory(atPath: "\(blobs)/\(shelf)") {
                    try FileManager.default.removeItem(atPath: "\(blobs)/\(shelf)/\(name)")
                }
            }
        }
        var stored = Reply(status: 0, head: "", body: [])
        try await eventually {
            stored = try await ask(first, "POST", "/files/\(task)/store", token: token)
            if stored.status == 200 { return true }
            for start in starts { _ = try await bring(start, to: first, task, token) }
            return false
        }
        #expect(stored.json?["sha256"]?.text == Hex.encode(digest.rawBytes))
        withExtendedLifetime(second) {}
    }

    @Test func partsComeToTwoNodesAndTheOneThatTookTheFirstDies() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: second.node.clientAddress)
        let task = try await offer(alice, to: 2, size: content.count).taskID
        let pass = try await access(alice, task)
        let token = try #require(pass.token)
        #expect(pass.resultCode == 0 && pass.url?.hasPrefix("http://") == true && pass.maxFileSize == 1 << 30)
        #expect(pass.partSize.map(Int.init) == partSize)
        #expect(try await ask(first, "GET", "/files/\(task)/parts", token: token).received == 0)
        #expect(try await bring(0, to: first, task, token).received == partSize)
        // Once more, and before the one in front of it.
        #expect(try await bring(0, to: second, task, token).received == partSize)
        #expect(try await bring(2 * partSize, to: first, task, token).received == partSize)
        #expect(try await ask(first, "POST", "/files/\(task)/store", token: token).status == 409)
        first.node.stop()
        let state = try await ask(second, "GET", "/files/\(task)/parts", token: token)
        #expect(state.received == partSize && state.state == "receiving")
        // Until the second node knows that nobody else lives it waits for the other's copy.
        var last = Reply(status: 0, head: "", body: [])
        try await eventually {
            last = try await bring(partSize, to: second, task, token)
            return last.status == 200
        }
        #expect(last.received == content.count)
        var stored = Reply(status: 0, head: "", body: [])
        try await eventually {
            stored = try await ask(second, "POST", "/files/\(task)/store", token: token)
            return stored.status == 200
        }
        #expect(stored.state == "stored" && stored.json?["sha256"]?.text == Hex.encode(digest.rawBytes))
        try await tellOfIt(alice, task)
        let bob = try await TalkClient.logIn("bob", as: .mac, at: second.node.clientAddress)
        var waiting: [OfflineFileInfo] = []
        try await eventually {
            let list: IMFileHasOfflineRsp = try await bob.ask(
                .fileHasOfflineReq, IMFileHasOfflineReq(userID: 2), .fileHasOfflineRsp)
            waiting = list.offlineFileList
            return !waiting.isEmpty
        }
        #expect(waiting.first?.taskID == task && waiting.first?.expiresAt ?? 0 > 1_700_000_000)
        let key = try await self.token(bob, task)
        let whole = try await ask(second, "GET", "/files/\(task)?token=\(key)")
        #expect(whole.status == 200 && whole.body == content)
        #expect(whole.head.contains("attachment; filename*=UTF-8''%E7%8C%AB%201.bin"))
        let named = String(decoding: Base64.encode(digest.rawBytes), as: UTF8.self)
        #expect(whole.head.contains("Repr-Digest: sha-256=:\(named):"))
        let part = try await ask(second, "GET", "/files/\(task)", token: key, "Range: bytes=5000000-\r\n")
        #expect(part.status == 206 && part.body == Array(content[5_000_000...]))
        #expect(try first.database.execute("select count(*) from file_part") == "0")
        #expect(try first.database.execute("select count(*) from blob where expires_at <= now()") == "3")
    }

    @Test func aWindowsClientGetsWhatAPageSent() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", as: .windows, at: second.node.clientAddress)
        let task = try await offer(alice, to: 2, size: 12_345).taskID
        let token = try await token(alice, task)
        let bytes = Array(content.prefix(12_345))
        #expect(try await ask(first, "PUT", "/files/\(task)/parts/0", token: token, "", bytes).received == 12_345)
        #expect(try await ask(first, "POST", "/files/\(task)/store", token: token).state == "stored")
        // Whoever has missed the answer hears it again.
        #expect(try await ask(second, "POST", "/files/\(task)/store", token: token).state == "stored")
        #expect(try await ask(second, "GET", "/files/\(task)/parts", token: token).received == 12_345)
        #expect(try await ask(second, "PUT", "/files/\(task)/parts/0", token: token, "", bytes).state == "stored")
        try await tellOfIt(alice, task)
        let notice: IMFileNotify = try await bob.expect(.fileNotify).message()
        #expect(notice.taskID == task && notice.fileSize == 12_345 && notice.offlineReady == 1)
        let place = try #require(notice.ipAddrList.first)
        let line = try await TalkClient.connect(
            to: try #require(SocketAddress(numeric: place.ip, port: UInt16(clamping: place.port))))
        let login: IMFileLoginRsp = try await line.ask(
            .fileLoginReq, IMFileLoginReq(userID: 2, taskID: task, fileRole: .offlineDownload), .fileLoginRsp)
        #expect(login.resultCode == 0)
        let piece: IMFilePullDataRsp = try await line.ask(
            .filePullDataReq, IMFilePullDataReq(taskID: task, userID: 2, transMode: .offline, offset: 0, dataSize: 1),
            .filePullDataRsp)
        #expect(piece.fileData == bytes)
    }

    @Test("B65: no token, another one, of another file or user; parts that are none; other bytes than were named")
    func strangers() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", as: .windows, at: second.node.clientAddress)
        let carol = try await TalkClient.logIn("carol", as: .windows, at: second.node.clientAddress)
        let task = try await offer(alice, to: 2, size: content.count).taskID
        let other = try await offer(alice, to: 2, size: 10).taskID
        let (key, receivers) = (try await token(alice, task), try await token(bob, task))
        #expect(try await access(carol, task).resultCode == 1)
        #expect(try await access(alice, "a\0b").resultCode == 1)
        for wrong in [nil, "", "x", String(key.dropLast()), String(repeating: "0", count: 64)] as [String?] {
            #expect(try await ask(first, "GET", "/files/\(task)/parts", token: wrong).problem == "unauthorized")
            #expect(try await ask(first, "GET", "/files/\(task)", token: wrong).problem == "unauthorized")
            #expect(try await ask(first, "POST", "/files/\(task)/store", token: wrong).problem == "unauthorized")
            #expect(
                try await ask(first, "PUT", "/files/\(task)/parts/0", token: wrong, "", [1]).problem == "unauthorized")
        }
        #expect(try await ask(first, "GET", "/files/\(other)/parts", token: key).problem == "unauthorized")
        #expect(try await ask(first, "GET", "/files/%00/parts", token: key).status >= 400)
        // What the one may do the other may not.
        #expect(try await ask(first, "GET", "/files/\(task)/parts", token: receivers).problem == "no_file")
        #expect(try await ask(first, "POST", "/files/\(task)/store", token: receivers).problem == "no_file")
        #expect(try await ask(first, "GET", "/files/\(task)", token: receivers).problem == "no_file")
        #expect(try await ask(first, "GET", "/files/\(task)", token: key).problem == "no_file")
        for (start, size) in [("0", 5), ("1", 5), ("-1", 5), ("x", 5), ("8388608", 12_344), ("12582912", 5)] {
            let reply = try await ask(
                first, "PUT", "/files/\(task)/parts/\(start)", token: key, "", [UInt8](repeating: 0, count: size))
            #expect(reply.problem == "wrong_part", "\(start) \(size)")
        }
        let zeros = String(decoding: Base64.encode([UInt8](repeating: 0, count: 32).rawBytes), as: UTF8.self)
        let wrong = try await ask(
            first, "PUT", "/files/\(task)/parts/8388608", token: key, "Content-Digest: sha-256=:\(zeros):\r\n",
            Array(content[(2 * partSize)...]))
        #expect(wrong.status == 400 && wrong.problem == "wrong_digest")
        let noDigest = try await ask(
            first, "PUT", "/files/\(task)/parts/0", token: key, "Content-Digest: sha-256=:AAAA:\r\n", [1])
        #expect(noDigest.status == 400 && noDigest.problem == "wrong_digest")
        for node in 1...2 {
            #expect(try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(node)/blobs") == [])
        }
        #expect(try first.database.execute("select count(*) from file_part") == "0")
        // A token is kept as a digest only, is good for a while, and goes with its task.
        #expect(
            try first.database.execute("select count(*) from file_token where encode(digest, 'hex') = '\(key)'") == "0")
        try first.database.execute("update file_token set expires_at = now() where task = '\(task)'")
        #expect(try await ask(first, "GET", "/files/\(task)/parts", token: key).problem == "unauthorized")
        let again = try await token(alice, task)
        #expect(try await ask(first, "GET", "/files/\(task)/parts", token: again).status == 200)
        await alice.send(.fileDelOfflineReq, IMFileDelOfflineReq(fromUserID: 1, toUserID: 2, taskID: task))
        try await eventually {
            try await ask(first, "GET", "/files/\(task)/parts", token: again).problem == "unauthorized"
        }
        #expect(try await access(alice, task).resultCode == 1)
    }

    @Test("B65: parts without end, of those who show a token that is worth nothing")
    func whoShowsNothingHasNoPlace() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: second.node.clientAddress)
        let task = try await offer(alice, to: 2, size: content.count).taskID
        let token = try await token(alice, task)
        for _ in 0..<101 {
            let probe = try await StreamProbe.connect(to: first.node.httpAddress)
            let head = "PUT /files/\(task)/parts/0 HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer x\r\n"
                + "Content-Length: \(partSize)\r\n\r\n"
            probe.send([UInt8](head.utf8) + [1])
            #expect(HTTPReply(try await probe.ending().rest)?.status == 401)
        }
        #expect(try await bring(0, to: first, task, token).received == partSize)
    }

    @Test func pagesOfOtherNodesMayBringFilesAndPictures() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        defer { withExtendedLifetime(second) {} }
        for path in ["/files/x/parts/0", "/files/x/parts", "/files/x/store", "/upload"] {
            let reply = try await ask(first, "OPTIONS", path, token: nil, "Origin: http://other.example\r\n")
            #expect(reply.status == 204 && reply.head.contains("Access-Control-Allow-Origin: *"), "\(reply.head)")
            #expect(reply.head.contains("Access-Control-Allow-Headers: Authorization, Content-Digest, Content-Type"))
        }
        let state = try await ask(first, "GET", "/files/x/parts")
        #expect(state.status == 401 && state.head.contains("Access-Control-Allow-Origin: *"))
        #expect(try await ask(first, "POST", "/upload").head.contains("Access-Control-Allow-Origin: *"))
    }

    @Test func whyAFileIsRefusedIsSaid() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster(["files.quota": "1MiB"])
        defer { withExtendedLifetime(second) {} }
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        #expect(try await offer(alice, to: 99, size: 1).refusal == 1)
        #expect(try await offer(alice, to: 1, size: 1).refusal == 1)
        #expect(try await offer(alice, to: 2, size: 2 << 20).refusal == 2)
        let long = String(repeating: "x", count: 256)
        #expect(try await offer(alice, to: 2, size: 1, name: long).refusal == 4)
        #expect(try await offer(alice, to: 2, size: 1).refusal == nil)
        try first.database.execute(
            """
            insert into file_task (id, sender, receiver, name, size, mode, expires_at)
            select 'x' || i, 5, 3, 'x', 1, 2, now() + interval '1 day' from generate_series(1, 1000) i
            """)
        #expect(try await offer(alice, to: 3, size: 1).refusal == 3)
        let limits = try await access(alice, nil)
        #expect(limits.resultCode == 0 && limits.maxFileSize == 1 << 20 && limits.maxNameSize == 255)
        #expect(limits.token == nil && limits.life == 604_800 && limits.maxPictureSize == 10 << 20)
        let admin = try AdminProbe(first)
        let quota = try admin.ask(
            .put, "/admin/v1/users/1/quota", #"{"picture_bytes":null,"daily_file_bytes":2097152}"#)
        #expect(quota["daily_file_bytes_used"]?.integer == 1)
        #expect(quota["daily_file_bytes_of_everybody"]?.integer == 1 << 20)
        #expect(try await access(alice, nil).maxFileSize == 2 << 20)
        #expect(try await offer(alice, to: 2, size: 2 << 20).refusal == 2)
        #expect(try await offer(alice, to: 2, size: (2 << 20) - 1).refusal == nil)
        let more = #"{"picture_bytes":1,"daily_file_bytes":1}"#
        #expect(try admin.ask(.put, "/admin/v1/users/99/quota", more).status == 404)
        let bare = try TestNode(first.database, ["node.name": "node-3"])
        let carol = try await TalkClient.logIn("carol", as: .windows, at: bare.node.clientAddress)
        #expect(try await access(carol, nil).resultCode == 2)
        #expect(try await offer(carol, to: 2, size: 1).refusal == 5)
    }

    @Test func aDatabaseThatFailsAtTheLastStepLosesNothing() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        defer { withExtendedLifetime(second) {} }
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let task = try await offer(alice, to: 2, size: 10).taskID
        let token = try await token(alice, task)
        let bytes = Array(content[..<10])
        #expect(try await ask(first, "PUT", "/files/\(task)/parts/0", token: token, "", bytes).received == 10)
        try first.database.execute(
            """
            create sequence attempts;
            create function fail() returns trigger language plpgsql as $$
            begin perform nextval('attempts'); raise exception 'no'; end $$;
            create trigger failing before update of digest on file_task for each row execute function fail()
            """)
        async let stored = ask(first, "POST", "/files/\(task)/store", token: token)
        try await eventually { try first.database.execute("select last_value from attempts where is_called") != nil }
        try first.database.execute("drop trigger failing on file_task")
        #expect(try await stored.state == "stored")
    }

    @Test func whatIsOfferedToAPageIsStoredForIt() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let page = try await TalkClient.connect(to: second.node.clientAddress)
        // A page keeps a token, and cannot come to the port for files.
        #expect(try await page.logIn("bob", as: .windows, token: []).sessionToken?.isEmpty == false)
        try await eventually { try first.metric("grapevine_cluster_sessions") == 2 }
        let request = IMFileReq(fromUserID: 0, toUserID: 2, fileName: "x", fileSize: 1, transMode: .online)
        let offered: IMFileRsp = try await alice.ask(.fileReq, request, .fileRsp)
        #expect(offered.resultCode == 0 && offered.transMode == .offline)
    }
}
