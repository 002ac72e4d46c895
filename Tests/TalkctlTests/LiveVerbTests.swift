import Node
import PostgresKit
import Primitives
import Reactor
import Settings
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import talkctl

/// What operators ask of a cluster that runs.
@Suite(.timeLimit(.minutes(5))) struct LiveVerbTests {
    private func place(_ cluster: TestCluster) throws -> Place {
        try Place(cluster.nodes[0].database, admin: "\(cluster.nodes[0].node.adminAddress)")
    }

    /// Asks again until the answer fits: what nodes say is some hundred milliseconds old.
    private func run(
        _ line: String, at place: Place, until fits: (Talkctl.Result) -> Bool
    ) async throws -> Talkctl.Result {
        try await lookUntil(fits) { place.run(line) }
    }

    private func rows(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init) }
    }

    @Test func statusSaysWhatIsWrong() async throws {
        let cluster = try TestCluster(2)
        let place = try place(cluster)
        let well = try await run("status", at: place) { $0.code == 0 && $0.output.contains("2 of 2") }
        #expect(well.output.hasPrefix("2 of 2 nodes take users; 0 sessions.\n"))
        #expect(well.output.hasSuffix("All is well.\n") && well.code == 0)
        cluster.nodes[1].node.stop()
        let ill = try await run("status", at: place) { $0.output.contains("node2: dead") }
        #expect(ill.code == 4)
        #expect(ill.output.hasPrefix("1 of 2 nodes take users"))
        // It does not vanish from what is looked at meanwhile.
        let top = place.run("top --count 1 --interval 1").output
        #expect(rows(top).contains { $0.starts(with: ["node2", "dead", "for"]) })
        let own = HostPort(host: "127.0.0.1", port: cluster.nodes[0].node.adminAddress.port)
        let port = AdminPort(place: own, token: TestNode.adminToken)
        let events = try port.get("/admin/v1/events")["items"]?.items ?? []
        let death = events.first { ["node_crashed", "node_dead"].contains($0["event"]?.text) }
        #expect(death?["level"]?.text == "warn")
    }

    @Test func statusMissesWhoShouldBeThere() async throws {
        let cluster = try TestCluster(1)
        try cluster.nodes[0].database.execute(
            """
            insert into cluster_node (name, id, epoch, host, gossip_port, bus_port, seen_at)
            values ('node9', 9, 4, '127.0.0.1', 1, 2, now() - interval '3 hours')
            """)
        let place = try place(cluster)
        let ill = try await run("status", at: place) { $0.code == 4 }
        #expect(ill.output.hasPrefix("1 of 2 nodes take users"))
        #expect(ill.output.contains("node9: missing for 3h, and it did not say goodbye"))
        #expect(!ill.output.contains("All is well"))
        #expect(place.run("forget node9").output == "Node node9 is forgotten.\n")
        let well = try await run("status", at: place) { $0.code == 0 }
        #expect(well.output.hasSuffix("All is well.\n"))
        #expect(place.run("forget node1").complaint.contains("stop it first"))
    }

    @Test func theLastNodeIsNotDrainedByMistake() async throws {
        let cluster = try TestCluster(2)
        let place = try place(cluster)
        #expect(try await run("drain node2", at: place) { $0.code == 0 }.code == 0)
        let silent = try await run("drain node1", at: place) { $0.code != 0 }
        #expect(silent.code == 2)
        #expect(silent.complaint.contains("no other node takes clients") && silent.complaint.contains("--force"))
        #expect(place.run("drain node1", confirming: false).code == 1)
        #expect(cluster.nodes[0].node.isReady)
        #expect(place.run("drain node1 --force").code == 0)
        #expect(place.run("undrain node1").code == 0)
        #expect(place.run("drain node1", confirming: true).code == 0)
    }

    @Test func topShowsWhatEachNodeDoes() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: cluster[1])
        let place = try place(cluster)
        let shown = try await run("top --count 1 --interval 1", at: place) { shown in
            rows(shown.output).contains { $0.starts(with: ["node2", "1"]) }
        }
        #expect(rows(shown.output)[0].starts(with: ["NODE", "SESSIONS", "MSG/S"]))
        #expect(rows(shown.output)[1].starts(with: ["node1", "0", "0", "0", "0"]))
        #expect(rows(shown.output)[2].starts(with: ["node2", "1"]))
        #expect(place.run("top --count 0").code == 2)
        withExtendedLifetime(alice) {}
    }

    @Test func topEndsWhenNobodyReadsIt() throws {
        let cluster = try TestCluster(1)
        var looks = 0
        let place = try place(cluster)
        var console = Console(environment: ["GRAPEVINE_CONFIG": place.file])
        console.show = { _ in
            looks += 1
            return looks < 2
        }
        #expect(Talkctl.run(["top", "--interval", "1"], console).code == 0)
        #expect(looks == 2)
        withExtendedLifetime(place) {}
    }

    /// How many nodes believe that there is one of that class.
    private func sessions(_ device: String, in text: String) -> Int {
        rows(text).count { $0.count > 2 && $0[2] == device }
    }

    @Test func whySaysWhatEachNodeBelievesAndFromWhom() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let place = try place(cluster)
        let alice = try await TalkClient.logIn("alice", as: .windows, at: cluster[1])
        let shown = try await run("why alice", at: place) { sessions("pc", in: $0.output) == 2 }
        #expect(rows(shown.output)[1].starts(with: ["node1", "node2", "pc", "windows", "1"]))
        #expect(rows(shown.output)[1].suffix(3).starts(with: ["alive", "for"]))
        #expect(rows(shown.output)[2].starts(with: ["node2", "node2", "pc", "windows", "1"]))
        #expect(rows(shown.output)[2].suffix(2) == ["this", "one"])
        #expect(shown.output.contains("The database: the last login of class pc is number 1, at 2"))
        #expect(rows(place.run("why bob").output)[1] == ["node1", "nowhere"])
        #expect(place.run("why nobody").code == 1)
        withExtendedLifetime(alice) {}
    }

    @Test func aMessageIsTracedByItsPlace() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let place = try place(cluster)
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        _ = try await run("why bob", at: place) { sessions("mobile", in: $0.output) == 2 }
        _ = try await alice.say("hello", to: 2)
        _ = try await bob.heard()
        let shown = try await run("trace bob,alice/1", at: place) { $0.output.contains("pushed") }
        #expect(shown.output.contains(": text of 5 bytes from user 1, for 1, 2; nobody has read it."))
        #expect(rows(shown.output).contains { $0.dropFirst() == ["node1", "stored", "1"] })
        #expect(rows(shown.output).contains { $0.dropFirst() == ["node1", "sent", "to", "node2"] })
        #expect(rows(shown.output).contains { $0.dropFirst() == ["node2", "pushed", "2", "mobile"] })
        #expect(place.run("trace #1,#2/1").code == 0)
        #expect(place.run("trace #1,#2/9").complaint.contains("has no message 9 of this conversation"))
        for wrong in ["#1,#2", "#1,#2/0", "#1,#2/x", "#1,#2/1/1"] { #expect(place.run("trace \(wrong)").code == 2) }
    }

    @Test func whoReadsIsTracedOnce() async throws {
        let cluster = try TestCluster(1)
        try cluster.addUsers("alice", "bob")
        let place = try place(cluster)
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        let bob = try await TalkClient.logIn("bob", at: cluster[0])
        for text in ["one", "two", "three"] {
            _ = try await alice.say(text, to: 2)
            let heard = try await bob.heard()
            await bob.send(
                .msgDataReadAck,
                IMMsgDataReadAck(userID: 2, sessionID: 1, msgID: heard.id, sessionType: .single))
        }
        let last = try await run("trace alice,bob/3", at: place) { $0.output.contains("read by 2") }
        #expect(rows(last.output).count { $0.dropFirst(2).first == "read" } == 1, "\(last.output)")
        let first = place.run("trace alice,bob/1")
        #expect(rows(first.output).count { $0.dropFirst(2).first == "read" } == 1, "\(first.output)")
    }

    @Test func settingsAreShownWithTheirSources() async throws {
        let cluster = try TestCluster(2)
        let place = try place(cluster)
        let shown = place.run("config show").output
        #expect(
            rows(shown).contains {
                $0.starts(with: ["node.name", "node1"]) && $0[2].hasPrefix("test:") && $0.last == "restart"
            })
        #expect(rows(shown).contains { $0.starts(with: ["cluster.secret", "(secret)"]) && $0[2].hasPrefix("test:") })
        #expect(rows(shown).contains(["drain.rate", "500", "default", "SIGHUP"]))
        let other = try await run("config show --node 2", at: place) { $0.code == 0 }.output
        #expect(rows(other).contains { $0.starts(with: ["node.name", "node2"]) })
    }

    @Test func aConfigurationIsCheckedWithoutANode() throws {
        let place = try Place()
        #expect(place.run("config check").output == "\(place.file) is right.\n")
        try place.append("client.min_version = symbian=1.0\n")
        let wrong = place.run("config check")
        #expect(wrong.code == 2 && wrong.complaint.contains("client.min_version: expected kind=version"))
        try place.append("drian.rate = 5\n")
        let misspelt = place.run("config check")
        #expect(misspelt.code == 2 && misspelt.complaint.contains("drain.rate"))
    }

    @Test func completionsNameEveryCommand() throws {
        let place = try Place()
        let bash = place.run("completion bash").output
        for verb in Verb.all { #expect(bash.contains("'\(verb.words.joined(separator: " "))')")) }
        #expect(place.run("completion zsh").output.hasPrefix("autoload -U +X bashcompinit"))
        #expect(place.run("completion fish").code == 2)
    }

    @Test func sessionsAreListedNodeByNode() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let place = try place(cluster)
        let alice = try await TalkClient.logIn("alice", as: .windows, at: cluster[0])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        let shown = try await run("sessions", at: place) { shown in
            shown.output.contains("node2") && rows(shown.output).count == 3
        }
        #expect(rows(shown.output)[1].prefix(5) == ["1", "node1", "pc", "windows", "online"])
        #expect(rows(shown.output)[2].prefix(5) == ["2", "node2", "mobile", "android", "online"])
        #expect(rows(place.run("sessions --node 2").output).count == 2)
        #expect(place.run("sessions --limit 0").code == 2)
        withExtendedLifetime((alice, bob)) {}
    }

    @Test func noticesLinksMessagesAndTheAudit() async throws {
        let cluster = try TestCluster(1)
        try cluster.addUsers("news", "alice")
        let place = try place(cluster)
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        #expect(place.run("notice send Hello --from news --dry-run").output == "1 users would get it.\n")
        #expect(place.run("notice send Hello --from news").code == 0)
        let message: IMMsgData = try await alice.push(.msgData)
        #expect(message.fromUserID == 1)
        let sent = try await run("notice list", at: place) { !$0.output.contains("being sent") }
        #expect(rows(sent.output)[1].prefix(4) == ["1", "1", "0", "1"])
        #expect(rows(place.run("messages news,alice").output)[1].suffix(2) == ["1", "Hello"])
        #expect(place.run("discovery add Wiki --url https://wiki.example/").output == "The link has id 1.\n")
        #expect(rows(place.run("discovery list").output)[1] == ["1", "Wiki", "https://wiki.example/", "0"])
        #expect(place.run("discovery remove 1").code == 0)
        #expect(place.run("discovery remove 1").code == 1)
        let audit = rows(place.run("audit").output)
        #expect(audit[1].contains("DELETE") && audit[1].contains("404"))
        #expect(audit.contains { $0.contains { $0.hasPrefix("/admin/v1/conversations/1,2/messages?") } })
        #expect(place.run("log-level warn").output == "The node logs from warn on.\n")
        #expect(place.run("log-level loud").code == 1)
        #expect(rows(place.run("cache list").output)[1].prefix(2) == ["credentials", "1"])
        #expect(place.run("cache empty credentials").output == "The node has forgotten its credentials.\n")
        #expect(rows(place.run("cache list").output)[1].prefix(2) == ["credentials", "0"])
        #expect(place.run("cache empty everything").code == 1)
    }
}
