import PostgresKit
import Primitives
import TalkProtocol
import Testing

@testable import DBProxy

/// Services are told who comes and goes, and of calls: each change once, whoever says it and however often.
@Suite(.timeLimit(.minutes(5))) struct PresenceEventTests {
    private func hook(_ events: EventKinds, _ probe: DatabaseProbe) async throws {
        let making: WebhookMaking = try await probe.call {
            $0.addWebhook("h\(events.rawValue)", url: "https://example.org/", secret: "s", events, $1)
        }
        #expect(making == .made(1))
    }

    private func turn(_ number: UInt16, _ probe: DatabaseProbe) async throws -> PresenceTurn {
        try await probe.call { $0.takePresenceTurn((number, 5), lease: .seconds(20), $1) }
    }

    private func events(_ probe: DatabaseProbe, _ what: String) throws -> String {
        try probe.database.execute("select string_agg(\(what), ' ' order by id) from outbox") ?? ""
    }

    @Test func oneNodeTellsAtATime() async throws {
        let probe = try await DatabaseProbe()
        #expect(try await turn(1, probe) == .nobodys)
        try await hook(.presence, probe)
        #expect(try await turn(1, probe) == .own)
        #expect(try await turn(2, probe) == .anothers)
        #expect(try await turn(1, probe) == .own)
        try probe.database.execute("update presence_turn set until = now() - interval '1 second'")
        #expect(try await turn(2, probe) == .own)
        #expect(try await turn(1, probe) == .anothers)
    }

    @Test func eachChangeIsToldOnce() async throws {
        let probe = try await DatabaseProbe()
        let (one, two) = (UserID(1), UserID(2))
        let seen: [[UserPresence]] = [
            [.init(two, .pc), .init(one, .mobile)], [.init(one, [.pc, .mobile])], [.init(two, [])], [.init(two, [])],
        ]
        // Without anybody who wants it.
        try await probe.call { $0.tellOfPresence(seen[0], $1) }
        try await hook(.presence, probe)
        for presences in seen {
            for _ in 0..<2 { try await probe.call { $0.tellOfPresence(presences, $1) } }
        }
        #expect(
            try events(probe, "(event->>'user') || (event->>'change') || (event->>'devices')")
                == #"1online["mobile"] 2online["pc"] 1online["pc", "mobile"] 2offline[]"#)
        let told = try await probe.call { $0.toldPresence(after: UserID(0), limit: 10, $1) }
        #expect(told == [UserPresence(one, [.pc, .mobile])])
        // Whoever wants to be told later hears of all who are there.
        #expect(try await probe.call { $0.removeWebhook(1, $1) })
        #expect(try await turn(1, probe) == .nobodys)
        #expect(try await probe.call { $0.toldPresence(after: UserID(0), limit: 10, $1) } == [])
    }

    @Test func callsAreToldOfAsTheyAreLogged() async throws {
        let probe = try await DatabaseProbe()
        try await hook(.calls, probe)
        var call = CallRow(
            name: [UInt8](repeating: 10, count: 16), caller: UserID(1), callee: UserID(2), isVideo: true, node: 1,
            epoch: 5, began: UnixTime(milliseconds: 1_764_450_000_123))
        func write() async throws {
            for _ in 0..<2 { try await probe.call { [call] in $0.recordCalls([call], $1) } }
        }
        try await write()
        call.answered = UnixTime(milliseconds: 1_764_450_009_000)
        try await write()
        call.ended = (UnixTime(milliseconds: 1_764_450_100_000), .answered)
        try await write()
        #expect(
            try events(probe, "(event->>'change') || coalesce(':' || (event->>'outcome'), '')")
                == "began answered ended:answered")
        #expect(try probe.database.execute("select count(distinct event->>'id') from outbox") == "3")
        #expect(
            try probe.database.execute("select event - 'id' from outbox order by id desc limit 1")
                == #"{"call": "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a", "event": "call", "video": true, "callee": 2, "#
                + #""caller": 1, "change": "ended", "outcome": "answered", "began_at": 1764450000, "#
                + #""ended_at": 1764450100, "answered_at": 1764450009}"#)
    }

    @Test("each way in which a call ends has a word, the same as in the log")
    func outcomes() async throws {
        let probe = try await DatabaseProbe()
        try await hook(.calls, probe)
        for (number, outcome) in CallRow.Outcome.allCases.enumerated() {
            var call = CallRow(
                name: [UInt8](repeating: UInt8(number), count: 16), caller: UserID(1), callee: UserID(2),
                isVideo: false, node: 1, epoch: 5, began: UnixTime(milliseconds: 1_764_450_000_000))
            call.ended = (call.began, outcome)
            try await probe.call { [call] in $0.recordCalls([call], $1) }
        }
        #expect(
            try events(probe, "event->>'outcome'") == "answered refused busy away no_answer cancelled lost")
    }
}
