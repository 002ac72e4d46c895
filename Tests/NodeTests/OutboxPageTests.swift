import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import Testing
import WireKit

/// What administrators see of the outbox, and what they do about it.
@Suite(.timeLimit(.minutes(5))) struct OutboxPageTests {
    private let probe: AdminProbe

    init() throws {
        probe = try AdminProbe()
        try probe.node.addUsers("alice", "bob")
        try probe.node.database.execute(
            """
            insert into outbox_channel (channel) values (1);
            insert into outbox (channel, state, attempts, answer, device_id, user_id, conversation_id, msg_id, ended_at)
            values (1, 0, 2, '503 ', 1, 2, 4294967298, 1, null), (1, 1, 1, '200', 1, 2, 4294967298, 2, now()),
                (1, 3, 1, '400 PayloadEmpty', 1, 2, 4294967298, 3, now()),
                (3, 3, 1, '413 ', 2, 1, 4294967298, 4, now());
            """)
    }

    private func messages(_ query: String) throws -> [Int?] {
        (try probe.get("/admin/v1/outbox" + query)["items"]?.items ?? []).map { $0["message"]?.integer }
    }

    @Test func channelsSayWhatWaits() throws {
        let channels = try probe.get("/admin/v1/outbox/channels")["items"]?.items ?? []
        #expect(channels.map { $0["channel"]?.text } == ["apns", "android", "browsers", "webhooks"])
        #expect(channels[0]["waiting"]?.integer == 1 && channels[0]["given_up"]?.integer == 1)
        #expect(channels[0]["seconds_unserved"]?.integer != nil && channels[1]["seconds_unserved"]?.integer == nil)
    }

    @Test func entriesAreListedByState() throws {
        #expect(try messages("") == [4, 3, 2, 1])
        #expect(try messages("?state=given_up") == [4, 3])
        #expect(try messages("?state=given_up&channel=apns") == [3])
        #expect(try messages("?user=1") == [4])
        let first = try probe.get("/admin/v1/outbox?limit=3")
        let cursor = try #require(first["next_cursor"]?.text)
        #expect(try messages("?limit=3&cursor=\(cursor)") == [1])
        let entry = try probe.get("/admin/v1/outbox?state=waiting")["items"]?.items.first
        #expect(entry?["answer"]?.text == "503 " && entry?["conversation"]?.text == "1,2")
    }

    @Test func whatWasGivenUpIsTriedAgain() throws {
        let trial = try probe.ask(.post, "/admin/v1/outbox/replay?dry_run=true", "{}")
        #expect(trial["replayed"]?.integer == 2)
        #expect(try messages("?state=given_up") == [4, 3])
        #expect(try probe.ask(.post, "/admin/v1/outbox/replay", #"{"channel":"apns"}"#)["replayed"]?.integer == 1)
        #expect(try messages("?state=given_up") == [4])
        #expect(try messages("?state=waiting") == [3, 1])
        // Sent once, it is not sent again.
        let sent = try probe.node.database.execute("select id from outbox where state = 1") ?? ""
        #expect(try probe.ask(.post, "/admin/v1/outbox/replay", #"{"id":\#(sent)}"#)["replayed"]?.integer == 0)
    }
}
