import Primitives
import Protobuf
import Reactor
import TalkProtocol
import Testing
import WireKit

/// A file from alice (1) to bob (2), as the stock PC clients hand it over.
enum StockFile {
    static let name = #"C:\Users\alice\报告.bin"#

    static func offer(_ alice: StockClient, _ size: Int) async throws -> IMFileRsp {
        let request = IMFileReq(fromUserID: 1, toUserID: 2, fileName: name, fileSize: UInt32(size), transMode: .online)
        let answer: IMFileRsp = try await alice.ask(.fileReq, request, .fileRsp)
        // Windows opens the file that the answer names.
        #expect(answer.resultCode == 0 && answer.fileName == name)
        return answer
    }

    private static func line(
        to list: [IpAddr], _ profile: ClientProfile, _ user: UInt32, _ task: String, _ role: ClientFileRole
    ) async throws -> StockClient {
        let place = try #require(list.first)
        let address = try #require(SocketAddress(numeric: place.ip, port: UInt16(clamping: place.port)))
        let line = try await StockClient(profile, at: address)
        let answer: IMFileLoginRsp = try await line.ask(
            .fileLoginReq, IMFileLoginReq(userID: user, taskID: task, fileRole: role), .fileLoginRsp)
        #expect(answer.resultCode == 0)
        return line
    }

    /// Answers questions for pieces until told that it is done.
    private static func answer(_ line: StockClient, _ content: [UInt8], _ task: String) async throws {
        while true {
            let packet = try await line.nextPush()
            guard packet.command == .filePullDataReq else {
                let state: IMFileState = try packet.message()
                if state.state == .done { return }
                continue
            }
            let question: IMFilePullDataReq = try packet.message()
            let piece = content[Int(question.offset)..<Int(question.offset + question.dataSize)]
            await line.tell(
                .filePullDataRsp,
                IMFilePullDataRsp(
                    resultCode: 0, taskID: task, userID: 1, offset: question.offset, fileData: Array(piece)),
                answering: packet.header.sequence)
        }
    }

    static func upload(_ content: [UInt8], _ task: IMFileRsp, as profile: ClientProfile) async throws {
        let line = try await line(to: task.ipAddrList, profile, 1, task.taskID, .offlineUpload)
        try await answer(line, content, task.taskID)
    }

    static func send(_ content: [UInt8], _ task: IMFileRsp, as profile: ClientProfile) async throws {
        let line = try await line(to: task.ipAddrList, profile, 1, task.taskID, .realtimeSender)
        try await answer(line, content, task.taskID)
    }

    /// Asks for piece after piece, as long as a client's own.
    private static func pull(
        _ line: StockClient, _ task: String, _ count: Int, _ mode: TransferFileType
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let question = IMFilePullDataReq(
                taskID: task, userID: 2, transMode: mode, offset: UInt32(bytes.count),
                dataSize: UInt32(min(32_768, count - bytes.count)))
            let answer: IMFilePullDataRsp = try await line.ask(.filePullDataReq, question, .filePullDataRsp)
            #expect(answer.resultCode == 0 && Int(answer.offset) == bytes.count && !answer.fileData.isEmpty)
            bytes += answer.fileData
        }
        return bytes
    }

    static func download(
        _ task: String, _ count: Int, from list: [IpAddr], as profile: ClientProfile
    ) async throws -> [UInt8] {
        let line = try await line(to: list, profile, 2, task, .offlineDownload)
        let bytes = try await pull(line, task, count, .offline)
        let state: IMFileState = try await line.push(.fileState)
        #expect(state.state == .done)
        return bytes
    }

    static func receive(
        _ task: String, _ count: Int, from list: [IpAddr], as profile: ClientProfile
    ) async throws -> [UInt8] {
        let line = try await line(to: list, profile, 2, task, .realtimeRecver)
        let ready: IMFileState = try await line.push(.fileState)
        #expect(ready.state == .peerReady && ready.userID == 1)
        let bytes = try await pull(line, task, count, .online)
        await line.tell(.fileState, IMFileState(state: .done, taskID: task, userID: 2))
        return bytes
    }
}
