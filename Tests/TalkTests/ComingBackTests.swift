import Crypto
import Node
import Primitives
import Reactor
import TLS
import TLSKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import talk

/// The program, without its terminal, at nodes that end.
@Suite(.timeLimit(.minutes(5))) struct ComingBackTests {
    @Test("over TLS, at a node whose certificate is believed, and at no other")
    func sealed() async throws {
        let certificates = try TestCertificates.shared.get()
        for (identity, isBelieved) in [(certificates.server, true), (certificates.stranger, false)] {
            let node = try TestNode(
                nil, ["client.tls_certificate": identity.certificate, "client.tls_key": identity.key])
            try node.addUsers("alice")
            let terminal = try Terminal(
                "alice", [node.node.httpAddress], tls: try TLSContext(clientBelieving: certificates.authority))
            defer { terminal.group.stop() }
            var lines = terminal.lines.makeAsyncIterator()
            let greeting = try #require(await lines.next())
            #expect(greeting.hasPrefix("* Connected to ") == isBelieved, "\(greeting)")
            #expect(greeting.contains("certificate") == !isBelieved, "\(greeting)")
            // A connection that was refused by its client is there for a moment longer.
            try await eventually { try node.metric("grapevine_client_tls") == (isBelieved ? 1 : 0) }
        }
    }

    @Test func nothingIsLostOrDoubledWhenTheNodeEnds() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let terminal = try Terminal("alice", cluster.nodes.map(\.node.httpAddress))
        defer { terminal.group.stop() }
        var lines = terminal.lines.makeAsyncIterator()
        let greeting = try #require(await lines.next())
        let home = try #require((0..<2).first { greeting == "* Connected to \(cluster[$0]) as alice." })
        let bob = try await TalkClient.logIn("bob", at: cluster[1 - home])
        let text = try PlainText()
        func say(_ number: Int) async throws {
            _ = try await bob.say(String(decoding: text.body("b\(number)"), as: UTF8.self), to: 1)
        }

        terminal.type("bob: a1")
        #expect(await lines.next() == "✓ 1")
        try await say(1)
        #expect(await lines.next() == "bob: b1")

        cluster.nodes[home].node.stop()
        for number in 2...5 { terminal.type("a\(number)") }
        for number in 2...5 { try await say(number) }
        var shown: [String] = []
        while shown.count(where: { !$0.hasPrefix("* ") }) < 8, let line = await lines.next() { shown.append(line) }
        #expect(shown.first?.hasPrefix("* The connection to \(cluster[home]) is lost: ") == true)
        #expect(shown.contains("* Connected again, to \(cluster[1 - home])."))
        #expect(shown.filter { $0.hasPrefix("bob: ") } == (2...5).map { "bob: b\($0)" })
        let acknowledged = shown.compactMap { $0.hasPrefix("✓ ") ? Int($0.dropFirst(2)) : nil }
        #expect(acknowledged.count == 4 && acknowledged == acknowledged.sorted())

        terminal.type(nil)
        var rest: [String] = []
        while let line = await lines.next() { rest.append(line) }
        #expect(rest == ["end 0"])
        var (heard, keepsakes) = ([String](), Keepsakes())
        for _ in 1...5 {
            let message: IMMsgData = try await bob.push(.msgData)
            heard.append(text.line(of: message.msgData.rawBytes, message.msgType, into: &keepsakes))
        }
        #expect(heard == ["a1", "a2", "a3", "a4", "a5"])
        #expect(try await !bob.settle().contains { $0.command == .msgData })
    }
}
