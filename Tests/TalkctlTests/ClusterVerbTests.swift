import FoundationEssentials
import Node
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import talkctl

/// What talkctl shows of a cluster that runs.
@Suite(.timeLimit(.minutes(5))) struct ClusterVerbTests {
    private func place(_ cluster: TestCluster) throws -> Place {
        try Place(cluster.nodes[0].database, admin: "\(cluster.nodes[0].node.adminAddress)")
    }

    /// Asks again until the answer fits: what nodes say is some hundred milliseconds old.
    private func run(_ line: String, at place: Place, until fits: (String) -> Bool) async throws -> Talkctl.Result {
        try await lookUntil({ fits($0.output) }) { place.run(line) }
    }

    @Test func nodesAreListed() async throws {
        let cluster = try TestCluster(2)
        let shown = try await run("nodes", at: place(cluster)) { $0.contains("node2") && $0.contains("\(cluster[1])") }
        #expect(shown.code == 0)
        let lines = shown.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].split(separator: " ") == [
            "ID", "NAME", "STATE", "FOR", "SERVICE", "SESSIONS", "CLIENTS", "GOSSIP", "EPOCH",
        ])
        #expect(lines[1].split(separator: " ").prefix(5) == ["1", "node1", "alive", "ready", "0"])
        #expect(lines[1].contains("\(cluster[0])"))
        #expect(lines[2].split(separator: " ").prefix(2) == ["2", "node2"])
        #expect(lines[2].contains("ready") && lines[2].contains("\(cluster[1])"))
        #expect(lines[3] == "As node1 sees it.")
    }

    @Test func anyNodeCanBeAsked() throws {
        let cluster = try TestCluster(2)
        let asked = try place(cluster).run("nodes --admin \(cluster.nodes[1].node.adminAddress)")
        #expect(asked.output.hasSuffix("As node2 sees it.\n"))
    }

    @Test func aTokenOfItsOwnWillDo() throws {
        let cluster = try TestCluster(1)
        let place = try place(cluster)
        let path = place.file + ".token"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try place.run("token create viewer --scope read").output.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(place.run("nodes --token-file \(path)").output.hasSuffix("As node1 sees it.\n"))
        try "nonsense\n".write(toFile: path, atomically: false, encoding: .utf8)
        let refused = place.run("nodes --token-file \(path)")
        #expect(refused.code == 1)
        #expect(refused.complaint.contains("the token is unknown or was revoked"))
        try "\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(place.run("nodes --token-file \(path)").complaint.contains("holds no token in its first line"))
    }

    @Test func programsGetWhatTheNodeSays() async throws {
        let cluster = try TestCluster(2)
        let place = try place(cluster)
        let address = #""client_address":"\#(cluster[1])""#
        let nodes = try await run("nodes --json", at: place) { $0.contains(address) }.output
        #expect(nodes.hasPrefix(#"[{"id":1,"name":"node1","#))
        #expect(nodes.contains(#""client_address":"\#(cluster[1])""#))
        #expect(place.run("presence #7 --json").output == #"{"user":7,"sessions":[]}"# + "\n")
    }

    @Test func aUserIsFoundByNameAndByNumber() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let place = try place(cluster)
        #expect(place.run("presence bob").output == "bob is not logged in.\n")
        let bob = try await TalkClient.logIn("bob", as: .windows, at: cluster[1])
        let shown = try await run("presence bob", at: place) { $0.contains("node2  pc") }.output
        #expect(shown == place.run("presence #2").output)
        #expect(shown.hasPrefix("""
            NODE   DEVICE  CLIENT   STATUS  LOGIN
            node2  pc      windows  online  1

            """))
        bob.probe.close()
    }

    @Test func failuresSayWhatToDo() throws {
        let place = try Place()
        let nobody = place.run("nodes")
        #expect(nobody.code == 3)
        #expect(nobody.complaint == """
            talkctl: no node answers at 127.0.0.1:1
            Is it running? deploy/local status shows it, deploy/local up starts it; or ask another one: \
            --admin HOST:PORT.

            """)
        #expect(place.run("nodes --admin no.such.host.invalid:9000").code == 3)
        let unknown = place.run("presence nobody")
        #expect(unknown.code == 1)
        #expect(unknown.complaint == "talkctl: no active user is called 'nobody'; see: talkctl user list\n")
        let cluster = try TestCluster(1)
        let stranger = place.run("nodes --admin \(cluster.nodes[0].node.httpAddress)")
        #expect(stranger.code == 1)
        #expect(stranger.complaint.hasSuffix("is no node of Grapevine of this version; check --admin\n"))
        let zero = try self.place(cluster).run("presence #0")
        #expect(zero.code == 1)
        #expect(zero.complaint.hasSuffix("says: a user is a number above 0\n"))
    }
}
