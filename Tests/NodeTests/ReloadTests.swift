import Glibc
import Node
import Primitives
import Settings
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// What a node takes over while it runs.
@Suite(.timeLimit(.minutes(5))) struct ReloadTests {
    private func setting(_ name: String, of probe: AdminProbe) throws -> String? {
        try probe.get("/admin/v1/config")["items"]?.items.first { $0["name"]?.text == name }?["value"]?.text
    }

    private func events(_ probe: AdminProbe) throws -> [(event: String?, setting: String?)] {
        try probe.get("/admin/v1/events")["items"]?.items.map { ($0["event"]?.text, $0["fields"]?["setting"]?.text) }
            ?? []
    }

    @Test func limitsAreInForceForThoseWhoAreThere() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        #expect(try await alice.say("as long as it may be", to: 2).msgID == 1)
        try node.reload(["limits.text": "16B", "drain.rate": "7", "limits.group_changes_per_second": "3"])
        let probe = try AdminProbe(node)
        #expect(try events(probe).contains { $0 == ("setting_changed", "limits.group_changes_per_second") })
        #expect(try setting("limits.text", of: probe) == "16B")
        #expect(try setting("drain.rate", of: probe) == "7")
        // The loops follow within a moment. What is refused has no answer.
        var refused = 0
        while refused == 0 {
            _ = await alice.send(
                .msgData,
                IMMsgData(
                    fromUserID: 0, toSessionID: 2, msgID: 0, createTime: 0, msgType: .singleText,
                    msgData: [UInt8]("longer than sixteen bytes".utf8)))
            _ = try await alice.say("short", to: 2)
            refused = try probe.get("/admin/v1/statistics")["counters"]?["messages_refused"]?.integer ?? 0
        }
    }

    @Test func whatNeedsARestartIsSaidAndNotShown() async throws {
        let node = try TestNode()
        try node.reload(["limits.newcomers": "5", "log.level": "warn"])
        let probe = try AdminProbe(node)
        #expect(try setting("limits.newcomers", of: probe) == "2000")
        #expect(try probe.get("/admin/v1/log-level")["level"]?.text == "warn")
        #expect(try events(probe).contains { $0 == ("setting_needs_restart", "limits.newcomers") })
        #expect(try events(probe).contains { $0 == ("setting_changed", "log.level") })
    }

    @Test func whatIsWrongChangesNothing() async throws {
        let node = try TestNode()
        #expect(throws: Node.Failure.self) {
            try node.reload(["client.min_version": "symbian=1", "drain.rate": "7"])
        }
        #expect(try setting("drain.rate", of: try AdminProbe(node)) == "500")
    }
}
