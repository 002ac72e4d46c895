import Foundation
import Node
import PostgresKit
import Primitives
import Protobuf
import Reactor
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Pictures, avatars, voice and files, from each stock client to each other one, which is on another node.
@Suite(.timeLimit(.minutes(5))) struct StockMediaTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "stock-\(UUID())").path
    private let content = (0..<100_001).map { UInt8(truncatingIfNeeded: $0 &* 11 &+ $0 >> 8) }

    private func cluster() async throws -> (TestNode, TestNode) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = try TestDatabase()
        func node(_ number: Int) throws -> TestNode {
            try TestNode(
                database,
                [
                    "node.name": "node-\(number)", "media.folder": "\(folder)/\(number)", "media.reserve": "0B",
                    "media.listen": "127.0.0.1:0", "files.listen": "127.0.0.1:0",
                    "limits.uploads_per_second": "100000", "limits.logins_per_second": "100000",
                ])
        }
        let nodes = (try node(1), try node(2))
        try nodes.0.addUsers("alice", "bob")
        for node in [nodes.0, nodes.1] {
            try await eventually { try node.metric("grapevine_blob_stores") == 2 && node.node.peerCount == 1 }
        }
        return nodes
    }

    private func logIn(_ name: String, _ profile: ClientProfile, at node: TestNode) async throws -> StockClient {
        let client = try await StockClient(profile, at: node.node.clientAddress)
        #expect(try await client.logIn(name).resultCode == .success)
        return client
    }

    /// What begins as a JPEG of 64 by 64 pixels; each number is another picture.
    private func picture(_ number: Int) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 64, 0, 64, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
            + [UInt8](repeating: UInt8(number), count: 60_000)
    }

    /// Each client as sender on the first node, each as receiver on the second.
    private func eachPair(
        _ body: (StockClient, StockPictures, StockClient, StockPictures, Int) async throws -> Void
    ) async throws {
        let (first, second) = try await cluster()
        var number = 0
        for sender in ClientProfile.all {
            let alice = try await logIn("alice", sender, at: first)
            let pictures = try await StockPictures(sender, at: first.node.httpAddress)
            for receiver in ClientProfile.all {
                number += 1
                let bob = try await logIn("bob", receiver, at: second)
                let others = try await StockPictures(receiver, at: second.node.httpAddress)
                // Each is told the node that it asks.
                #expect(pictures.base != others.base)
                try await body(alice, pictures, bob, others, number)
            }
        }
        withExtendedLifetime((first, second)) {}
    }

    @Test func eachSendsAPictureToEach() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let codec = try TextCodec()
        try await eachPair { alice, pictures, bob, others, number in
            let picture = picture(number)
            let url = try await pictures.upload(picture, named: "a_64x64.jpg")
            _ = try await alice.say(try codec.encode("look: &$#@~^@[{:\(url):}]&$~@#@"), to: 2)
            let message: IMMsgData = try await bob.push(.msgData)
            let text = try #require(try codec.decodeText(message.msgData.rawBytes))
            let found = try #require(text.firstMatch(of: #/&\$#@~\^@\[\{:(.*):\}\]&\$~@#@/#)).1
            #expect(try await others.get(String(found)) == picture)
            // And from the node that the receiver was told of.
            let path = try #require(found.firstMatch(of: #/g0/.*/#)).0
            #expect(try await others.get(String(path)) == picture)
        }
    }

    @Test func eachSeesTheFaceOfEach() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var picture: [UInt8] = []
        try await eachPair { alice, pictures, bob, others, number in
            if number % ClientProfile.all.count == 1 {
                picture = self.picture(100 + number)
                let url = try await pictures.upload(picture, named: "avatar.jpg")
                let changed: IMChangeAvatarRsp = try await alice.ask(
                    .changeAvatarReq, IMChangeAvatarReq(userID: 1, avatarURL: url), .changeAvatarRsp)
                #expect(changed.resultCode == 0)
            }
            let users: IMUsersInfoRsp = try await bob.ask(
                .usersInfoReq, IMUsersInfoReq(userID: 2, userIDList: [1]), .usersInfoRsp)
            let face = try #require(users.userInfoList.first).avatarURL
            for name in [face, face + "_100x100.jpg", face + "_310x310.jpg"] {
                #expect(try await others.get(name) == picture)
            }
        }
    }

    @Test func eachHearsEach() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await eachPair { alice, _, bob, _, number in
            let voice = [0, 0, 0, UInt8(number)] + [UInt8](repeating: UInt8(number), count: 20_000)
            _ = try await alice.say(voice, .singleAudio, to: 2)
            let message: IMMsgData = try await bob.push(.msgData)
            #expect(message.msgType == .singleAudio && message.msgData == voice)
        }
    }

    @Test(arguments: [(ClientProfile.windows, ClientProfile.mac), (.mac, .windows), (.windows, .windows), (.mac, .mac)])
    func aFileWaitsOrGoesStraight(sender: ClientProfile, receiver: ClientProfile) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await logIn("alice", sender, at: first)
        let waiting = try await StockFile.offer(alice, content.count)
        #expect(waiting.transMode == .offline)
        try await StockFile.upload(content, waiting, as: sender)
        await alice.tell(
            .fileAddOfflineReq,
            IMFileAddOfflineReq(
                fromUserID: 1, toUserID: 2, taskID: waiting.taskID, fileName: waiting.fileName, fileSize: 100_001))
        let bob = try await logIn("bob", receiver, at: second)
        var list = IMFileHasOfflineRsp()
        try await eventually {
            list = try await bob.ask(.fileHasOfflineReq, IMFileHasOfflineReq(userID: 2), .fileHasOfflineRsp)
            return list.offlineFileList.count == 1
        }
        #expect(list.offlineFileList.map(\.taskID) == [waiting.taskID])
        #expect(list.ipAddrList.first?.port != waiting.ipAddrList.first?.port)
        #expect(
            try await StockFile.download(waiting.taskID, content.count, from: list.ipAddrList, as: receiver) == content)
        await bob.tell(
            .fileDelOfflineReq, IMFileDelOfflineReq(fromUserID: 1, toUserID: 2, taskID: waiting.taskID))

        var task = waiting
        try await eventually {
            task = try await StockFile.offer(alice, content.count)
            return task.transMode == .online
        }
        var notice: IMFileNotify = try await bob.push(.fileNotify)
        while notice.taskID != task.taskID { notice = try await bob.push(.fileNotify) }
        let (given, place) = (task, notice.ipAddrList)
        async let sent: Void = StockFile.send(content, given, as: sender)
        let got = try await StockFile.receive(given.taskID, content.count, from: place, as: receiver)
        try await sent
        #expect(got == content)
        withExtendedLifetime((first, second)) {}
    }
}
