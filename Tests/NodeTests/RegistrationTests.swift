import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import Reactor
import SocketKit
import Testing
import WaitKit
import WireKit

/// People who make accounts for themselves.
@Suite(.timeLimit(.minutes(5))) struct RegistrationTests {
    private func ask(
        _ body: String?, at node: TestNode, key: String? = nil, type: String? = "application/json"
    ) throws -> HTTPReply {
        var call = HTTPCall(body == nil ? .get : .post, "/register", body: body.map { Array($0.utf8) })
        if body != nil, let type { call.add("Content-Type", type) }
        if let key { call.add("Idempotency-Key", key) }
        return try HTTPClient.send(call, to: node.node.httpAddress, within: .seconds(30))
    }

    private func text(_ reply: HTTPReply) -> String { String(decoding: reply.body, as: UTF8.self) }

    private static let dora = #"{"name":"dora","nick":"朵拉","password":"correct horse"}"#

    @Test("a node that was not told otherwise makes nobody an account, and says so")
    func closed() throws {
        let node = try TestNode()
        #expect(try text(ask(nil, at: node)) == #"{"open":false,"needs_invitation":false}"#)
        let reply = try ask(Self.dora, at: node)
        #expect(reply.status == 403 && text(reply).contains("registration_closed"))
        #expect(try node.database.execute("select count(*) from account where name = 'dora'") == "0")
    }

    @Test("an account is made once, is noted without its password, and lets its owner in")
    func made() async throws {
        let node = try TestNode(nil, ["http.registration": "on"])
        #expect(try text(ask(nil, at: node)) == #"{"open":true,"needs_invitation":false}"#)
        let first = try ask(Self.dora, at: node, key: "k1")
        #expect(first.status == 201, "\(text(first))")
        let again = try ask(Self.dora, at: node, key: "k1")
        #expect(again.status == 201 && again.body == first.body)
        let other = try ask(Self.dora, at: node)
        #expect(other.status == 409 && text(other).contains("name_taken"))
        #expect(try node.database.execute("select nick from account where name = 'dora'") == "朵拉")
        let noted = "select string_agg(token || ' ' || outcome || ' ' || request, ';') from admin_audit"
        let audit = try #require(try node.database.execute(noted))
        #expect(audit.contains("registration 201") && !audit.contains("horse"))
        _ = try await TalkClient.logIn("dora", password: "correct horse", at: node.node.clientAddress)
    }

    @Test("what the administration refuses is refused here", arguments: [
        #"{"name":"a\u202eb","password":"correct horse"}"#, #"{"name":"dora","password":"short"}"#, "{}", "[1]", "",
        #"{"name":"dora","password":"correct horse","department_id":1}"#,
    ])
    func refused(body: String) throws {
        let node = try TestNode(nil, ["http.registration": "on"])
        let reply = try ask(body, at: node)
        #expect(reply.status == 400, "\(text(reply))")
    }

    @Test("a page of somebody else cannot have it done without asking first", arguments: ["text/plain", nil])
    func mediaType(type: String?) throws {
        let node = try TestNode(nil, ["http.registration": "on"])
        #expect(try ask(Self.dora, at: node, type: type).status == 415)
    }

    @Test("a login does not wait for all the accounts that are being made")
    func loginsGoOn() async throws {
        let node = try TestNode(nil, ["http.registration": "on"])
        try node.addUsers("alice")
        var probes: [StreamProbe] = []
        for number in 1...8 {
            let body = #"{"name":"new\#(number)","password":"correct horse"}"#
            let head = "POST /register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            let probe = try await StreamProbe.connect(to: node.node.httpAddress)
            probe.send([UInt8]("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
            probes.append(probe)
        }
        try await eventually { try node.database.execute("select count(*) from admin_audit") == "8" }
        _ = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let made = try #require(try node.database.execute("select count(*) from account where name like 'new%'"))
        #expect(try #require(Int(made)) < 6)
    }

    @Test("an invitation is asked for where there is one")
    func invitation() throws {
        let node = try TestNode(nil, ["http.registration": "on", "http.invitation": "grape-2026"])
        #expect(try text(ask(nil, at: node)) == #"{"open":true,"needs_invitation":true}"#)
        for wrong in [Self.dora, #"{"name":"dora","password":"correct horse","invitation":"grape-202"}"#] {
            let reply = try ask(wrong, at: node)
            #expect(reply.status == 403 && text(reply).contains("invitation_wrong"))
        }
        let right = #"{"name":"dora","password":"correct horse","invitation":"grape-2026"}"#
        #expect(try ask(right, at: node).status == 201)
    }

    @Test("many addresses that guess at the invitation do not keep out who has it")
    func guessesOfMany() async throws {
        let node = try TestNode(nil, ["http.registration": "on", "http.invitation": "grape-2026"])
        let head = "POST /register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n"
        let request = [UInt8]("\(head)Content-Length: \(Self.dora.utf8.count)\r\n\r\n\(Self.dora)".utf8)
        for number in 1...40 {
            let source = SocketAddress(host: .v4(0x7f00_0100 + UInt32(number)), port: 0)
            let probe = try await StreamProbe.connect(to: node.node.httpAddress, from: source)
            probe.send(request)
            #expect(try await probe.head().hasPrefix("HTTP/1.1 403 "))
        }
        let right = #"{"name":"dora","password":"correct horse","invitation":"grape-2026"}"#
        #expect(try ask(right, at: node).status == 201)
    }

    @Test("from one address come ten at once, then no more")
    func tooMany() throws {
        let node = try TestNode(nil, ["http.registration": "on", "http.invitation": "grape-2026"])
        // Guesses at the invitation count, too.
        for _ in 1...10 { #expect(try ask(Self.dora, at: node).status == 403) }
        let reply = try ask(Self.dora, at: node)
        #expect(reply.status == 429 && reply.field("retry-after") == "30")
    }
}
