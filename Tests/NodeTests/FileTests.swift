import Foundation
import Node
import PostgresKit
import Primitives
import Protobuf
import Reactor
import SocketKit
import TLS
import TLSKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Files from user to user, as stock PC clients hand them over: offered on one node, fetched on another.
@Suite(.timeLimit(.minutes(5))) struct FileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID())").path
    private let content = (0..<100_001).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

    private func cluster() async throws -> (TestNode, TestNode) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = try TestDatabase()
        func node(_ number: Int) throws -> TestNode {
            try TestNode(
                database,
                [
                    "node.name": "node-\(number)", "media.folder": "\(folder)/\(number)",
                    "media.listen": "127.0.0.1:0", "files.listen": "127.0.0.1:0", "media.reserve": "0B",
                    "files.quota": "1MiB",
                ])
        }
        let nodes = (try node(1), try node(2))
        try nodes.0.addUsers("alice", "bob", "carol")
        for node in [nodes.0, nodes.1] {
            try await eventually { try node.metric("grapevine_blob_stores") == 2 && node.node.peerCount == 1 }
        }
        return nodes
    }

    private func offer(
        _ client: TalkClient, to user: UInt32, _ mode: TransferFileType, size: Int? = nil
    ) async throws -> IMFileRsp {
        let request = IMFileReq(
            fromUserID: 0, toUserID: user, fileName: #"C:\Users\alice\猫.bin"#, fileSize: UInt32(size ?? content.count),
            transMode: mode)
        return try await client.ask(.fileReq, request, .fileRsp)
    }

    private func line(_ list: [IpAddr]) async throws -> TalkClient {
        let place = try #require(list.first)
        return try await TalkClient.connect(
            to: try #require(SocketAddress(numeric: place.ip, port: UInt16(clamping: place.port))))
    }

    private func logIn(
        _ line: TalkClient, _ user: UInt32, _ task: String, _ role: ClientFileRole
    ) async throws -> UInt32 {
        let answer: IMFileLoginRsp = try await line.ask(
            .fileLoginReq, IMFileLoginReq(userID: user, taskID: task, fileRole: role), .fileLoginRsp)
        return answer.resultCode
    }

    /// - Parameter end: where the client is gone.
    /// - Returns: the first piece that it was asked for.
    @discardableResult
    private func upload(_ task: String, to list: [IpAddr], until end: Int = .max) async throws -> Int? {
        let line = try await line(list)
        #expect(try await logIn(line, 1, task, .offlineUpload) == 0)
        var first: Int?
        while true {
            let packet = try await line.next()
            if packet.command == .fileState {
                let state: IMFileState = try packet.message()
                #expect(state.state == .done)
                return first
            }
            let question: IMFilePullDataReq = try packet.message()
            let start = Int(question.offset)
            first = first ?? start
            if start >= end {
                line.probe.close()
                return first
            }
            await line.send(
                .filePullDataRsp,
                IMFilePullDataRsp(
                    resultCode: 0, taskID: task, userID: 1, offset: question.offset,
                    fileData: Array(content[start..<start + Int(question.dataSize)])))
        }
    }

    /// - Parameters:
    ///   - start: what is there already.
    ///   - end: where to stop, at the latest.
    private func download(
        _ task: String, from list: [IpAddr], after start: [UInt8] = [], until end: Int = .max
    ) async throws -> [UInt8] {
        let line = try await line(list)
        #expect(try await logIn(line, 2, task, .offlineDownload) == 0)
        var bytes = start
        while bytes.count < content.count {
            if bytes.count >= end { return bytes }
            let answer: IMFilePullDataRsp = try await line.ask(
                .filePullDataReq,
                IMFilePullDataReq(
                    taskID: task, userID: 2, transMode: .offline, offset: UInt32(bytes.count), dataSize: 1),
                .filePullDataRsp)
            #expect(answer.resultCode == 0)
            bytes += answer.fileData
        }
        let state: IMFileState = try await line.read(.fileState)
        #expect(state.state == .done)
        return bytes
    }

    @Test func aFileWaitsForItsReceiver() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let offered = try await offer(alice, to: 2, .online)
        // Bob has no PC on: it is stored.
        #expect(offered.resultCode == 0 && offered.transMode == .offline)
        #expect(offered.fileName == #"C:\Users\alice\猫.bin"#)
        try await upload(offered.taskID, to: offered.ipAddrList)
        let mac = try await TalkClient.logIn("bob", as: .mac, at: second.node.clientAddress)
        await alice.send(
            .fileAddOfflineReq,
            IMFileAddOfflineReq(
                fromUserID: 1, toUserID: 2, taskID: offered.taskID, fileName: "x", fileSize: 1))
        let notice: IMFileNotify = try await mac.read(.fileNotify)
        #expect(notice.fileName == "猫.bin" && notice.offlineReady == 1 && Int(notice.fileSize) == content.count)
        let waiting: IMFileHasOfflineRsp = try await mac.ask(
            .fileHasOfflineReq, IMFileHasOfflineReq(userID: 2), .fileHasOfflineRsp)
        #expect(waiting.offlineFileList.map(\.taskID) == [offered.taskID])
        // From the other node than it was brought to.
        #expect(waiting.ipAddrList.first?.port != offered.ipAddrList.first?.port)
        #expect(try await download(offered.taskID, from: waiting.ipAddrList) == content)
        await mac.send(.fileDelOfflineReq, IMFileDelOfflineReq(fromUserID: 1, toUserID: 2, taskID: offered.taskID))
        try await eventually {
            let rest: IMFileHasOfflineRsp = try await mac.ask(
                .fileHasOfflineReq, IMFileHasOfflineReq(userID: 2), .fileHasOfflineRsp)
            return rest.offlineFileList.isEmpty
        }
    }

    @Test func anUploadGoesOnWhereItsClientWentAway() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        defer { withExtendedLifetime(second) {} }
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let offered = try await offer(alice, to: 2, .offline)
        try await upload(offered.taskID, to: offered.ipAddrList, until: 32_768)
        let list = offered.ipAddrList
        try await eventually {
            // Until its end was noticed, there is one who brings it.
            let line = try await line(list)
            guard try await logIn(line, 1, offered.taskID, .offlineUpload) == 0 else { return false }
            let question: IMFilePullDataReq = try await line.read(.filePullDataReq)
            line.probe.close()
            return question.offset == 32_768
        }
        var went: Int?
        try await eventually {
            let probe = try await line(list)
            guard try await logIn(probe, 1, offered.taskID, .offlineUpload) == 0 else { return false }
            probe.probe.close()
            return true
        }
        try await eventually {
            went = try? await upload(offered.taskID, to: list)
            return went != nil
        }
        #expect(went == 32_768)
        #expect(try await download(offered.taskID, from: list) == content)
    }

    @Test func theNodeThatTookItDiesAndTheReceiverGoesOnAtAnother() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let offered = try await offer(alice, to: 2, .offline)
        try await upload(offered.taskID, to: offered.ipAddrList)
        let part = try await download(offered.taskID, from: offered.ipAddrList, until: 50_000)
        await alice.send(
            .fileAddOfflineReq,
            IMFileAddOfflineReq(fromUserID: 1, toUserID: 2, taskID: offered.taskID, fileName: "x", fileSize: 1))
        let _: IMHeartBeat = try await alice.ask(.heartBeat, IMHeartBeat(), .heartBeat)
        try await eventually { try first.database.execute("select is_offered from file_task") == "t" }
        first.node.stop()
        let bob = try await TalkClient.logIn("bob", as: .mac, at: second.node.clientAddress)
        let waiting: IMFileHasOfflineRsp = try await bob.ask(
            .fileHasOfflineReq, IMFileHasOfflineReq(userID: 2), .fileHasOfflineRsp)
        let whole = try await download(offered.taskID, from: waiting.ipAddrList, after: part)
        #expect(part.count < content.count && whole == content)
    }

    @Test func aFileGoesStraightToAReceiverOnAnotherNode() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", as: .mac, at: second.node.clientAddress)
        // Once the first node knows that he has a PC on.
        try await eventually { try await offer(alice, to: 2, .online, size: 1).transMode == .online }
        let _: IMFileNotify = try await bob.read(.fileNotify)
        let task = try await offer(alice, to: 2, .online)
        let notice: IMFileNotify = try await bob.read(.fileNotify)
        #expect(notice.taskID == task.taskID)
        #expect(notice.offlineReady == 0 && notice.transMode == .online)
        let (sender, receiver) = (try await line(task.ipAddrList), try await line(notice.ipAddrList))
        #expect(try await logIn(sender, 1, task.taskID, .realtimeSender) == 0)
        #expect(try await logIn(receiver, 2, task.taskID, .realtimeRecver) == 0)
        let ready: IMFileState = try await receiver.read(.fileState)
        #expect(ready.state == .peerReady && ready.userID == 1)
        var bytes: [UInt8] = []
        while bytes.count < content.count {
            let size = min(65_536, content.count - bytes.count)
            await receiver.send(
                .filePullDataReq,
                IMFilePullDataReq(
                    taskID: task.taskID, userID: 2, transMode: .online, offset: UInt32(bytes.count),
                    dataSize: UInt32(size)))
            let question: IMFilePullDataReq = try await sender.read(.filePullDataReq)
            let start = Int(question.offset)
            await sender.send(
                .filePullDataRsp,
                IMFilePullDataRsp(
                    resultCode: 0, taskID: task.taskID, userID: 2, offset: question.offset,
                    fileData: Array(content[start..<start + Int(question.dataSize)])))
            let answer: IMFilePullDataRsp = try await receiver.read(.filePullDataRsp)
            bytes += answer.fileData
        }
        #expect(bytes == content)
        await receiver.send(.fileState, IMFileState(state: .done, taskID: task.taskID, userID: 2))
        let done: IMFileState = try await sender.read(.fileState)
        #expect(done.state == .done && done.userID == 2)
    }

    @Test func sealedWhereThereIsACertificate() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificates = try TestCertificates.shared.get()
        let node = try TestNode(
            nil,
            [
                "media.folder": folder, "media.listen": "127.0.0.1:0", "files.listen": "127.0.0.1:0",
                "media.reserve": "0B", "files.tls_certificate": certificates.server.certificate,
                "files.tls_key": certificates.server.key,
            ])
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        let task = try await offer(alice, to: 2, .offline)
        let place = try #require(task.ipAddrList.first)
        let address = try #require(SocketAddress(numeric: place.ip, port: UInt16(clamping: place.port)))
        for context in [try TLSContext(clientBelieving: certificates.authority), nil] {
            let line = TalkClient(try await StreamProbe.connect(to: address, tls: context))
            #expect(try await logIn(line, 2, task.taskID, .offlineUpload) == 1)
        }
    }

    @Test("B65: who is not of the task, comes for something else, or for none, is refused")
    func strangers() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        defer { withExtendedLifetime(second) {} }
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let offered = try await offer(alice, to: 2, .offline)
        let cases: [(UInt32, String, ClientFileRole)] = [
            (3, offered.taskID, .offlineUpload), (2, offered.taskID, .offlineUpload),
            (1, offered.taskID, .realtimeSender), (2, offered.taskID, .offlineDownload), (1, "x", .offlineUpload),
            (1, "a\0b", .offlineUpload),
        ]
        for (user, task, role) in cases {
            let line = try await line(offered.ipAddrList)
            #expect(try await logIn(line, user, task, role) == 1)
        }
        try await upload(offered.taskID, to: offered.ipAddrList)
        // Who has not heard that it is stored hears it again; and the receiver only gets what there is.
        let again = try await line(offered.ipAddrList)
        #expect(try await logIn(again, 1, offered.taskID, .offlineUpload) == 0)
        let state: IMFileState = try await again.read(.fileState)
        #expect(state.state == .done)
        let receiver = try await line(offered.ipAddrList)
        #expect(try await logIn(receiver, 2, offered.taskID, .offlineDownload) == 0)
        let beyond: IMFilePullDataRsp = try await receiver.ask(
            .filePullDataReq,
            IMFilePullDataReq(
                taskID: offered.taskID, userID: 2, transMode: .offline, offset: .max, dataSize: .max), .filePullDataRsp)
        #expect(beyond.resultCode == FileServerError.pullDataSeekOffsetError.rawValue)
        // The offer of another user's file is nobody's to make.
        let carol = try await TalkClient.logIn("carol", as: .windows, at: first.node.clientAddress)
        await carol.send(
            .fileAddOfflineReq,
            IMFileAddOfflineReq(fromUserID: 1, toUserID: 2, taskID: offered.taskID, fileName: "x", fileSize: 1))
        let _: IMHeartBeat = try await carol.ask(.heartBeat, IMHeartBeat(), .heartBeat)
        #expect(try first.database.execute("select is_offered from file_task") == "f")
    }

    @Test func oneAddressHasNoMoreThanItsShareOfTheLines() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        defer { withExtendedLifetime(second) {} }
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let task = try await offer(alice, to: 2, .offline)
        var lines: [TalkClient] = []
        for _ in 0..<64 { lines.append(try await line(task.ipAddrList)) }
        let tooMany = try await line(task.ipAddrList)
        _ = try await tooMany.probe.ending()
        lines[0].probe.close()
        try await eventually {
            let next = try await line(task.ipAddrList)
            return (try? await logIn(next, 2, task.taskID, .offlineUpload)) == 1
        }
        withExtendedLifetime(lines) {}
    }

    @Test("B65: what one user may hand out in a day is bounded, and nobody who is not there gets anything")
    func quota() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        defer { withExtendedLifetime(second) {} }
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        #expect(try await offer(alice, to: 2, .offline, size: 1 << 19).resultCode == 0)
        #expect(try await offer(alice, to: 2, .offline, size: 1 << 19 + 1).resultCode == 1)
        let last = try await offer(alice, to: 2, .offline, size: 1 << 19)
        #expect(last.resultCode == 0)
        #expect(try await offer(alice, to: 2, .offline, size: 1).resultCode == 1)
        // What its receiver does not want counts nevertheless.
        let friend = try await TalkClient.logIn("bob", as: .mac, at: first.node.clientAddress)
        await friend.send(.fileDelOfflineReq, IMFileDelOfflineReq(fromUserID: 1, toUserID: 2, taskID: last.taskID))
        let _: IMHeartBeat = try await friend.ask(.heartBeat, IMHeartBeat(), .heartBeat)
        try await eventually {
            try first.database.execute("select count(*) from file_task where removed_at is not null") == "1"
        }
        #expect(try await offer(alice, to: 2, .offline, size: 1).resultCode == 1)
        let bob = try await TalkClient.logIn("bob", as: .windows, at: first.node.clientAddress)
        try first.database.execute(
            """
            insert into file_task (id, sender, receiver, name, size, mode, expires_at)
            select 'x' || i, 5, 3, 'x', 1, 2, now() + interval '1 day' from generate_series(1, 1000) i;
            update file_task set size = 1::bigint << 32 where id = 'x1'
            """)
        #expect(try await offer(bob, to: 3, .offline, size: 1).resultCode == 1)
        let huge = try await line(last.ipAddrList)
        #expect(try await logIn(huge, 5, "x1", .offlineUpload) == 1)
        try first.database.execute("update file_task set removed_at = now() where id = 'x1'")
        #expect(try await offer(bob, to: 3, .offline, size: 1).resultCode == 0)
        #expect(try await offer(bob, to: 99, .offline).resultCode == 1)
        #expect(try await offer(bob, to: 2, .offline).resultCode == 1)
    }

    @Test func whoVanishesHasGivenUp() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, second) = try await cluster()
        defer { withExtendedLifetime(second) {} }
        let alice = try await TalkClient.logIn("alice", as: .windows, at: first.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", as: .mac, at: first.node.clientAddress)
        defer { withExtendedLifetime(bob) {} }
        let task = try await offer(alice, to: 2, .online)
        let (sender, receiver) = (try await line(task.ipAddrList), try await line(task.ipAddrList))
        #expect(try await logIn(sender, 1, task.taskID, .realtimeSender) == 0)
        #expect(try await logIn(receiver, 2, task.taskID, .realtimeRecver) == 0)
        let ready: IMFileState = try await receiver.read(.fileState)
        #expect(ready.state == .peerReady)
        sender.probe.close()
        let gone: IMFileState = try await receiver.read(.fileState)
        #expect(gone.state == .cancel && gone.userID == 1)
    }
}

extension TalkClient {
    fileprivate func read<Message: ProtoMessage>(_ command: Command) async throws -> Message {
        try await expect(command).message()
    }
}
