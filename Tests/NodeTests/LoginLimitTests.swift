import Node
import PostgresKit
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// Logins that fail: per address and per name (reference/reliability.md 4.1).
@Suite struct LoginLimitTests {
    private func logIn(
        _ name: String, _ password: String = "grapevine", token: [UInt8]? = nil, at node: TestNode,
        from source: String? = nil
    ) async throws -> IMLoginRes {
        let source = source.flatMap { SocketAddress(numeric: $0, port: 0) }
        let client = TalkClient(try await StreamProbe.connect(to: node.node.clientAddress, from: source))
        return try await client.logIn(name, password: password, token: token)
    }

    private func result(_ name: String, at node: TestNode) throws -> Int {
        try node.metric("grapevine_logins_total{result=\"\(name)\"}")
    }

    @Test("after so many failures an address is refused without a look at the password; others and tokens are not")
    func perAddress() async throws {
        let node = try TestNode(nil, ["limits.failed_logins_per_address": "5"])
        try node.addUsers("alice", "bob")
        let token = try #require(try await logIn("alice", token: [], at: node).sessionToken)
        // Not one name is tried twice.
        for number in 0..<5 {
            let answer = try await logIn("nobody\(number)", "wrong", at: node, from: "127.0.0.7")
            #expect(answer.resultCode == .dbValidateFailed && answer.resultString == "用户名/密码错误")
        }
        let refused = try await logIn("bob", at: node, from: "127.0.0.7")
        #expect(refused.resultCode == .dbValidateFailed && refused.resultString == "用户名/密码错误次数太多")
        #expect(try result("address_locked", at: node) == 1)
        #expect(try node.database.execute("select count(*) from login_failure") == "5")
        #expect(try await logIn("bob", at: node).resultCode == .success)
        #expect(try await logIn("alice", token: token, at: node, from: "127.0.0.7").resultCode == .success)
        // What is shaped like a token opens nothing.
        let forged = [UInt8](repeating: 1, count: 32)
        #expect(try await logIn("bob", token: forged, at: node, from: "127.0.0.7").resultCode == .dbValidateFailed)
        #expect(try result("address_locked", at: node) == 2)
        #expect(try node.metric("grapevine_login_failure_addresses") == 1)
    }

    @Test("logins that succeed are not counted: a load test, or a house full of people, comes from one address")
    func successesAreFree() async throws {
        let node = try TestNode(nil, ["limits.failed_logins_per_address": "1"])
        try node.addUsers("alice", "bob")
        for _ in 0..<10 { #expect(try await logIn("alice", at: node).resultCode == .success) }
        #expect(try await logIn("alice", "wrong", at: node).resultCode == .dbValidateFailed)
        #expect(try await logIn("bob", at: node).resultString == "用户名/密码错误次数太多")
    }

    @Test("after a wrong password the next attempt is held for a while, right or wrong, and then judged",
        arguments: ["grapevine", "wrong"])
    func held(password: String) async throws {
        let node = try TestNode(nil, ["limits.login_retry_delay": "300ms"])
        try node.addUsers("alice")
        #expect(try await logIn("alice", "wrong", at: node).resultString == "用户名/密码错误")
        let answer = try await logIn("alice", password, at: node)
        #expect(answer.resultCode == (password == "wrong" ? .dbValidateFailed : .success))
        #expect(try node.metric("grapevine_logins_held_total") == 1)
        if password != "wrong" {
            // Forgiven.
            #expect(try await logIn("alice", at: node).resultCode == .success)
            #expect(try node.metric("grapevine_logins_held_total") == 1)
        }
    }

    @Test("the delay doubles, and what would be held for longer than clients wait is refused",
        arguments: ["alice", "nobody"])
    func growing(name: String) async throws {
        let node = try TestNode(nil, ["limits.login_retry_delay": "2s"])
        try node.addUsers("alice")
        for (count, age, text) in [
            (1, "2s", "用户名/密码错误"), (2, "5s", "用户名/密码错误"), (3, "3s", "用户名/密码错误次数太多"),
            (3, "8s", "用户名/密码错误"), (4, "11s", "用户名/密码错误次数太多"), (4, "16s", "用户名/密码错误"),
        ] {
            try node.database.execute(
                """
                delete from login_failure;
                insert into login_failure select '\(name)', clock_timestamp() - interval '\(age)'
                from generate_series(1, \(count))
                """)
            #expect(try await logIn(name, "wrong", at: node).resultString == text, "\(count) failures, \(age) ago")
        }
        #expect(try result("too_soon", at: node) == 2)
    }

    @Test("attempts of one name are judged one after the other: asking in parallel gains nothing")
    func oneAtATime() async throws {
        let node = try TestNode(nil, ["node.loops": "1", "limits.login_retry_delay": "60s"])
        try node.addUsers("alice")
        let texts = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try await logIn("alice", "wrong", at: node).resultString } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts.count { $0 == "用户名/密码错误" } == 1)
        #expect(try node.database.execute("select count(*) from login_failure") == "1")
        while try node.metric("grapevine_logins_pending") > 0 { await Task.yield() }
    }

    @Test("lock-out: after ten failures a name is locked, also for the right password, known or not",
        arguments: ["alice", "nobody"])
    func lockout(name: String) async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        for attempt in 0..<11 {
            let answer = try await logIn(name, attempt < 10 ? "wrong" : "grapevine", at: node)
            #expect(answer.resultCode == .dbValidateFailed)
            #expect(answer.resultString == (attempt < 10 ? "用户名/密码错误" : "用户名/密码错误次数太多"))
        }
    }

    @Test("so many attempts of one name wait for each other, no more")
    func waitingIsBounded() async throws {
        let node = try TestNode(nil, ["node.loops": "1", "limits.login_retry_delay": "3s"])
        try node.addUsers("alice")
        try node.database.execute("insert into login_failure (name) values ('alice')")
        let codes = try await withThrowingTaskGroup(of: ResultType.self) { group in
            for _ in 0..<20 { group.addTask { try await logIn("alice", at: node).resultCode } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == .success } == 9)
        #expect(codes.count { $0 == .msgServerFull } == 11)
    }
}
