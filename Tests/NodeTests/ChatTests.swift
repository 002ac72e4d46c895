import Node
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WireKit

@Suite(.timeLimit(.minutes(5))) struct ChatTests {
    @Test func aMessageIsAcknowledgedAndPushedToTheOther() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", as: .windows, at: node.node.clientAddress)
        let ack = try await alice.say("hello", to: 2)
        #expect(ack == IMMsgDataAck(userID: 1, sessionID: 2, msgID: 1, sessionType: .single))
        #expect(try await bob.heard() == (1, 1, "hello"))
        #expect(try await bob.say("hi", to: 1).msgID == 2)
        #expect(try await alice.heard() == (2, 2, "hi"))
    }

    @Test func otherDevicesOfTheSenderGetTheMessageTheSendingOneDoesNot() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let phone = try await TalkClient.logIn("alice", as: .ios, at: node.node.clientAddress)
        let pc = try await TalkClient.logIn("alice", as: .mac, at: node.node.clientAddress)
        _ = try await phone.say("from the phone", to: 2)
        #expect(try await pc.heard().text == "from the phone")
        #expect(try await phone.settle().filter { $0.command == .msgData } == [])
    }

    @Test func aWrongPasswordIsRefusedWithAnAnswerAndTheConnectionCloses() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        for (name, password) in [("alice", "wrong"), ("nobody", "grapevine")] {
            let client = try await TalkClient.connect(to: node.node.clientAddress)
            let answer = try await client.logIn(name, password: password)
            #expect(answer.resultCode == .dbValidateFailed)
            #expect(answer.resultString == "用户名/密码错误")
            #expect(answer.userInfo == nil)
            #expect(try await client.probe.ending().reason == .peerClosed)
        }
    }
}
