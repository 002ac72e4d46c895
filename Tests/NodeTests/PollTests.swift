import ClientGateway
import HTTPCore
import Node
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Clients that have nothing but HTTP requests, on real sockets.
@Suite(.timeLimit(.minutes(5))) struct PollTests {
    private func node(_ settings: [String: String] = [:]) throws -> TestNode {
        let node = try TestNode(nil, settings)
        try node.addUsers("alice", "bob", "carol")
        return node
    }

    private func text(_ reply: HTTPReply) -> String { String(decoding: reply.body, as: UTF8.self) }

    @Test("two clients over requests talk with one over TCP, whatever loop their requests come to")
    func chat() async throws {
        let node = try node()
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let bob = try await PollClient.logIn("bob", as: .ios, at: node.node.httpAddress)
        let carol = try await TalkClient.logIn("carol", at: node.node.clientAddress)
        // Each request is a connection of its own, and the kernel gives it to one of two loops.
        for number in 1...20 as ClosedRange<UInt32> {
            #expect(try await alice.say("\(number)", to: 2).msgID == number)
            #expect(try await bob.heard() == "\(number)")
        }
        #expect(try await carol.say("hello", to: 1).msgID == 1)
        #expect(try await alice.heard() == "hello")
        #expect(try await alice.say("hello yourself", to: 3).msgID == 2)
        #expect(try await carol.heard().text == "hello yourself")
        #expect(try node.metric("grapevine_client_transports{transport=\"poll\"}") == 2)
        #expect(try node.metric("grapevine_sessions") == 3)
    }

    @Test func acrossNodes() async throws {
        let cluster = try TestCluster()
        try cluster.addUsers("alice", "bob")
        let alice = try await PollClient.logIn("alice", at: cluster.nodes[0].node.httpAddress)
        let bob = try await PollClient.logIn("bob", at: cluster.nodes[1].node.httpAddress)
        #expect(try await alice.say("over there", to: 2).msgID == 1)
        #expect(try await bob.heard() == "over there")
        // A node knows its own sessions only.
        let elsewhere = try await PollClient.ask(
            at: cluster.nodes[1].node.httpAddress, "?received=0", session: alice.name)
        #expect(elsewhere.status == 404)
        #expect(text(elsewhere).contains("no_such_poll_session"))
    }

    @Test("a node ends: the request that waits ends too, and the client goes on at another node")
    func nodeDeath() async throws {
        let cluster = try TestCluster()
        try cluster.addUsers("alice", "bob")
        let alice = try await PollClient.logIn("alice", at: cluster.nodes[0].node.httpAddress)
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        #expect(try await bob.say("one", to: 1).msgID == 1)
        #expect(try await alice.heard() == "one")
        let waiting = try await StreamProbe.connect(to: cluster.nodes[0].node.httpAddress)
        waiting.send(PollClient.request("?received=\(await alice.received)", session: alice.name))
        cluster.nodes[0].node.stop()
        #expect(HTTPReply(try await waiting.ending().rest)?.status != 200)
        let again = try await PollClient.logIn("alice", at: cluster.nodes[1].node.httpAddress)
        #expect(try await bob.say("two", to: 1).msgID == 2)
        #expect(try await again.heard() == "two")
    }

    @Test("an answer that was lost comes again, and an upload that is repeated counts once")
    func lostAndRepeated() async throws {
        let node = try node()
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        var writer = ByteWriter()
        writer.append(
            .msgData, sequence: 9, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [UInt8]("once".utf8)))
        let packet = writer.bytes.copied()
        // The login was the first upload.
        for _ in 0..<3 { #expect(try await alice.ask("?number=2", body: packet).status == 204) }
        #expect(try await bob.heard().text == "once")
        let behind = await alice.received
        try await eventually {
            let answer = try await alice.ask("?received=\(behind)")
            let again = try await alice.ask("?received=\(behind)")
            #expect(Array(again.body.prefix(answer.body.count)) == answer.body)
            #expect(again.field("poll-position") == String(behind))
            return !answer.body.isEmpty
        }
        let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
        #expect(ack.msgID == 1)
        #expect(try await bob.settle().filter { $0.command == .msgData } == [])
        #expect(try await alice.ask("?number=4", body: packet).status == 409)
        #expect(try await alice.ask("?received=0").status == 409)
    }

    @Test("an answer says that nobody may keep it; one without packets has no body")
    func fields() async throws {
        let node = try node(["client.poll_hold": "50ms"])
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        try await eventually { try await alice.poll().status == 204 }
        for reply in [try await alice.poll(), try await alice.ask("?received=x")] {
            #expect(reply.field("cache-control") == "no-store")
            #expect(reply.field("x-accel-buffering") == "no")
        }
    }

    @Test("the newer of two requests is held, the older one is answered")
    func overlapping() async throws {
        let node = try node()
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let request = PollClient.request("?received=\(await alice.received)", session: alice.name)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...3 {
                group.addTask {
                    let probe = try await StreamProbe.connect(to: node.node.httpAddress)
                    probe.send(request)
                    return String(try await probe.head().prefix(12))
                }
            }
            // Which comes to the session first, nobody knows: each is answered when there is another, the last is not.
            #expect(try await group.next() == "HTTP/1.1 204")
            #expect(try await group.next() == "HTTP/1.1 204")
            try await alice.send(.heartBeat, IMHeartBeat())
            #expect(try await group.next() == "HTTP/1.1 200")
        }
    }

    @Test("kicked: first the notice, then the end that says so; and the newer session stays")
    func displaced() async throws {
        let node = try node()
        let old = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let new = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let kick: IMKickUser = try await old.expect(.kickUser).message()
        #expect(kick.kickReason == .duplicateUser)
        let end = try await old.ending()
        #expect(end.status == 410)
        #expect(text(end).contains("\"reason\":\"kicked\",\"close_code\":4001"))
        #expect(try await old.poll().status == 404)
        #expect(try await new.say("still here", to: 2).msgID == 1)
    }

    @Test("drained: 410 with the time to come back, and nobody is taken any more")
    func drained() async throws {
        let node = try node(["node.loops": "1"])
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        node.node.drain(DrainOrder(rate: 1_000, notice: .zero))
        let end = try await alice.ending()
        #expect(end.status == 410)
        #expect(text(end).contains("\"reason\":\"drained\",\"close_code\":1012"))
        #expect(end.field("retry-after") == "1")
        let late = try await PollClient.ask(at: node.node.httpAddress)
        #expect(late.status == 503)
        #expect(late.field("retry-after") == "5")
        try await eventually { try node.metric("grapevine_connections") == 0 }
    }

    @Test func endsOfTheOtherKinds() async throws {
        let node = try node(["limits.login_deadline": "400ms"])
        let stranger = try await PollClient(at: node.node.httpAddress)
        let refused = try await stranger.logIn("alice", password: "wrong")
        #expect(refused.resultCode != .success)
        #expect(try await text(stranger.ending()).contains("login_refused"))
        let broken = try await PollClient.logIn("alice", at: node.node.httpAddress)
        #expect(try await text(broken.ask("?number=2", body: [0, 0, 0, 16, 0])).contains("bad_packet"))
        #expect(try node.metric("grapevine_bad_frames_total") == 1)
        let idle = try await PollClient(at: node.node.httpAddress)
        #expect(try await text(idle.ending()).contains("silent"))
        let left = try await PollClient.logIn("alice", at: node.node.httpAddress)
        try await left.send(.logoutReq, IMLogoutReq())
        #expect(try await text(left.ending()).contains("logged_out"))
        try await eventually { try node.metric("grapevine_connections") == 0 }
    }

    @Test("a client that asks nothing any more is gone, and so is its presence")
    func absent() async throws {
        let node = try node(["limits.idle_poll": "100ms", "client.poll_hold": "50ms"])
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        try await eventually { try node.metric("grapevine_sessions") == 0 }
        #expect(try await alice.poll().status == 404)
        #expect(try node.metric("grapevine_timeouts_total") == 1)
    }

    @Test("who leaves too much unread is closed, as on a connection")
    func slowReader() async throws {
        let node = try node(["limits.messages_per_second": "1000", "limits.message_burst": "1000",
            "limits.message_bytes_per_second": "1GiB"])
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let long = String(repeating: "x", count: 15_000)
        for number in 1...80 as ClosedRange<UInt32> { #expect(try await bob.say(long, to: 1).msgID == number) }
        try await eventually { try node.metric("grapevine_sessions") == 1 }
        let end = try await alice.poll()
        #expect(end.status == 410)
        #expect(text(end).contains("slow_reader"))
    }
}
