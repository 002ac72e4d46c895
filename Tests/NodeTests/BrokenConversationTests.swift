import Node
import PostgresKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// A conversation that does not hold together, as after a disk that lied.
@Suite(.timeLimit(.minutes(5))) struct BrokenConversationTests {
    @Test("a head below its messages is raised by the first send, which is stored, and so are all others")
    func headBelowMessages() async throws {
        let node = try TestNode(nil, ["node.loops": "1"])
        try node.addUsers("alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let (bob, carol) = (
            try await TalkClient.logIn("bob", at: node.node.clientAddress),
            try await TalkClient.logIn("carol", at: node.node.clientAddress)
        )
        for number in 1...5 { #expect(try await alice.say("\(number)", to: 2).msgID == UInt32(number)) }
        try node.database.execute("update conversation set last_msg_id = 2 where last_msg_id = 5")
        #expect(try await alice.say("six", to: 2).msgID == 6)
        #expect(try await alice.say("one", to: 3).msgID == 1)
        #expect(try await alice.say("seven", to: 2).msgID == 7)
        var heard: [String] = []
        while heard.count < 7 { heard.append(try await bob.heard().text) }
        #expect(heard == ["1", "2", "3", "4", "5", "six", "seven"])
        #expect(try await carol.heard().text == "one")
        try await eventually { try node.metric("grapevine_heads_raised_total") == 1 }
    }
}
