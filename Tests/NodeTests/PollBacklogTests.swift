import ClientGateway
import HTTPCore
import Node
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Sessions over requests for which more is kept than one answer has, on real sockets.
@Suite(.timeLimit(.minutes(5))) struct PollBacklogTests {
    private static let long = String(repeating: "x", count: 15_000)

    private func node() throws -> TestNode {
        let node = try TestNode(nil, [
            "limits.messages_per_second": "1000", "limits.message_burst": "1000",
            "limits.message_bytes_per_second": "1GiB",
        ])
        try node.addUsers("alice", "bob")
        return node
    }

    /// A node where Bob has written so many messages, while Alice was away.
    private func node(messages count: UInt32) async throws -> TestNode {
        let node = try node()
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for number in 1...count { #expect(try await bob.say(Self.long, to: 1).msgID == number) }
        bob.probe.close()
        return node
    }

    /// Questions for the same twenty messages, one behind the other: 300 kB each.
    private func questions(_ count: UInt16) -> [UInt8] {
        var writer = ByteWriter()
        for sequence in 1...count {
            writer.append(
                .getMsgListReq, sequence: 100 + sequence,
                IMGetMsgListReq(sessionType: .single, sessionID: 2, msgIDBegin: 20, msgCnt: 20))
        }
        return writer.bytes.copied()
    }

    @Test("1.8 MB of answers, asked for in one upload, come with the next requests")
    func manyAnswers() async throws {
        let node = try await node(messages: 20)
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let upload = Task { try await alice.upload(questions(6)) }
        for sequence in 101...106 as ClosedRange<UInt16> {
            let answer = try await alice.expect(.getMsgListRsp)
            #expect(answer.header.sequence == sequence)
            #expect(try (answer.message() as IMGetMsgListRsp).msgList.count == 20)
        }
        _ = try await upload.value
        #expect(try await alice.say("going on", to: 2).msgID == 21)
    }

    @Test("the same for a client of one loop, which asks only with its uploads")
    func oneLoop() async throws {
        let node = try await node(messages: 20)
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        var position = await alice.received
        var bytes = 0
        let beat = { () -> [UInt8] in
            var writer = ByteWriter()
            writer.append(.heartBeat, sequence: 1, IMHeartBeat())
            return writer.bytes.copied()
        }()
        var upload = questions(6)
        var number = 1
        while bytes < 1_800_000 {
            number += 1
            let reply = try await alice.ask("?number=\(number)&received=\(position)", body: upload)
            guard reply.status == 200 else { throw PollClient.NoAnswer(bytes: reply.body) }
            (position, bytes) = (position + reply.body.count, bytes + reply.body.count)
            upload = beat
        }
        #expect(try node.metric("grapevine_sessions") == 1)
    }

    @Test("a drained node: what is kept comes whole, in as many answers as it needs, then the end")
    func drained() async throws {
        let node = try node()
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for number in 1...20 as ClosedRange<UInt32> { #expect(try await bob.say(Self.long, to: 1).msgID == number) }
        node.node.drain(DrainOrder(rate: 1_000, notice: .zero))
        try await eventually { try node.metric("grapevine_sessions") == 0 }
        let end = try await alice.ending()
        #expect(end.status == 410 && end.field("retry-after") == "1")
        #expect(String(decoding: end.body, as: UTF8.self).contains("\"reason\":\"drained\""))
        for number in 1...20 as ClosedRange<UInt32> {
            let message: IMMsgData = try await alice.expect(.msgData).message()
            #expect(message.msgID == number)
        }
        try await eventually { try node.metric("grapevine_connections") == 0 }
    }

    @Test("bytes that are asked for again and again count as answers of the user")
    func repeatedAnswers() async throws {
        let node = try node()
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for number in 1...4 as ClosedRange<UInt32> { #expect(try await bob.say(Self.long, to: 1).msgID == number) }
        let position = await alice.received
        var bytes = 0
        while bytes < 10 << 20 { bytes += try await alice.ask("?received=\(position)").body.count }
        #expect(try node.metric("grapevine_packets_throttled_total") == 0)
        let upload = Task { try await alice.upload(questions(1)) }
        try await eventually { try node.metric("grapevine_packets_throttled_total") > 0 }
        upload.cancel()
    }
}
