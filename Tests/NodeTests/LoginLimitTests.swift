import Accounts
import Crypto
import Node
import PostgresKit
import Primitives
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Logins that fail: a guess costs the guesser, not the owner of the name.
@Suite(.timeLimit(.minutes(5))) struct LoginLimitTests {
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

    /// Different wrong passwords of a name, one after the other.
    private func guess(_ count: Int, _ name: String, at node: TestNode, from source: String? = nil) async throws {
        for number in 0..<count { _ = try await logIn(name, "guess \(number)", at: node, from: source) }
    }

    private func failures(_ node: TestNode) throws -> String? {
        try node.database.execute("select count(*) from login_failure where counts")
    }


    @Test("B53: one user who logs in again and again is told to come later; others, and he a moment later, are served")
    func perUser() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let start = ContinuousClock.now
        var (entered, refused) = (0, 0)
        for _ in 0..<80 {
            switch try await logIn("alice", at: node).resultCode {
            case .success: entered += 1
            case .msgServerFull: refused += 1
            default: Issue.record("neither in nor busy")
            }
        }
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        #expect(entered >= 30 && entered <= 32 + seconds && refused > 0)
        #expect(try result("too_often", at: node) == refused)
        #expect(try await logIn("bob", at: node).resultCode == .success)
        // The probe is impatient: some of its connections are too many.
        try await eventually { (try? await logIn("alice", at: node))?.resultCode == .success }
        #expect(try failures(node) == "0")
    }

    @Test("B55: of those who give one session token at once one gets in")
    func oneTokenAtOnce() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let token = try #require(try await logIn("alice", token: [], at: node).sessionToken)
        let entered = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<9 {
                group.addTask { try await logIn("alice", "", token: token, at: node).resultCode == .success }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(entered == 1)
        #expect(try node.database.execute("select epoch from login") == "2")
    }

    @Test("after so many different wrong passwords an address is not judged; others and tokens are")
    func perAddress() async throws {
        let node = try TestNode(nil, ["limits.failed_logins_per_address": "5"])
        try node.addUsers("alice", "bob")
        let token = try #require(try await logIn("alice", token: [], at: node).sessionToken)
        // Not one name is tried twice.
        for number in 0..<5 {
            let answer = try await logIn("nobody\(number)", "wrong", at: node, from: "127.0.0.7")
            #expect(answer.resultCode == .dbValidateFailed && answer.resultString == "用户名/密码错误")
        }
        // Code 2: stock Android takes 6 for a wrong password, and stops.
        #expect(try await logIn("bob", at: node, from: "127.0.0.7").resultCode == .msgServerFull)
        #expect(try result("address_locked", at: node) == 1)
        #expect(try failures(node) == "5")
        #expect(try await logIn("bob", at: node).resultCode == .success)
        #expect(try await logIn("alice", token: token, at: node, from: "127.0.0.7").resultCode == .success)
        // Verified a moment ago, wherever that was.
        #expect(try await logIn("bob", at: node, from: "127.0.0.7").resultCode == .success)
        // What is shaped like a token opens nothing.
        let forged = [UInt8](repeating: 1, count: 32)
        #expect(
            try await logIn("carol", token: forged, at: node, from: "127.0.0.7").resultCode == .msgServerFull)
        #expect(try node.metric("grapevine_login_failure_addresses") == 1)
    }

    @Test("stale clients that send their old passwords for ever lock nobody out, nor themselves")
    func staleClients() async throws {
        let node = try TestNode(nil, ["limits.failed_logins_per_address": "10"])
        try node.addUsers("alice", "bob")
        for _ in 0..<20 {
            for name in ["alice", "bob", "nobody"] {
                #expect(try await logIn(name, "old", at: node).resultCode == .dbValidateFailed)
            }
        }
        #expect(try failures(node) == "3")
        #expect(try await logIn("alice", at: node).resultCode == .success)
        #expect(try await logIn("bob", at: node).resultCode == .success)
    }

    @Test("the former password, from where it was good once, is wrong and no guess; what was wrong may be right later")
    func theFormerPassword() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        #expect(try await logIn("alice", at: node).resultCode == .success)
        #expect(try await logIn("alice", "next", at: node).resultCode == .dbValidateFailed)
        let next = try PasswordHash(of: MD5.hex([UInt8]("next".utf8).rawBytes), cost: .loadTest).stored
        try node.database.execute("update account set password = '\(next)'")
        #expect(try await logIn("alice", at: node).resultCode == .dbValidateFailed)
        #expect(try node.database.execute("select count(*) from login_failure where not counts") == "1")
        #expect(try await logIn("alice", "next", at: node).resultCode == .success)
    }

    @Test("three wrong tries, then the right one: in within seconds, and forgiven")
    func theOwnerWhoMistypes() async throws {
        let node = try TestNode(nil, ["limits.login_retry_delay": "300ms"])
        try node.addUsers("alice")
        try await guess(3, "alice", at: node)
        #expect(try await logIn("alice", at: node).resultCode == .success)
        #expect(try node.metric("grapevine_logins_held_total") == 1)
        #expect(try failures(node) == "0")
    }

    @Test("a stranger's guesses delay the stranger; what is not judged answers 2 and counts nothing")
    func aStrangerWhoGuesses() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        try await guess(10, "alice", at: node, from: "127.0.0.7")
        let refused = try await logIn("alice", "guess 10", at: node, from: "127.0.0.7")
        #expect(refused.resultCode == .msgServerFull)
        #expect(try result("locked", at: node) == 1)
        #expect(try failures(node) == "10")
        #expect(try await logIn("alice", at: node).resultCode == .success)
    }

    @Test("guesses from everywhere are bounded, and the owner is in from where he has been before")
    func guessesFromEverywhere() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        #expect(try await logIn("alice", at: node).resultCode == .success)
        try node.database.execute(
            """
            insert into login_failure (name, site, digest, credential_version)
            select 'alice', decode(lpad(to_hex(i), 8, '0'), 'hex'), decode(lpad(to_hex(i), 32, '0'), 'hex'), 1
            from generate_series(1, 100) i
            """)
        let restarted = try TestNode(node.database)
        #expect(try await logIn("alice", at: restarted, from: "127.0.0.7").resultCode == .msgServerFull)
        #expect(try await logIn("alice", at: restarted).resultCode == .success)
    }

    @Test("the delay doubles, and what would be held for longer than clients wait is refused",
        arguments: ["alice", "nobody"])
    func growing(name: String) async throws {
        let node = try TestNode(nil, ["limits.login_retry_delay": "2s"])
        try node.addUsers("alice")
        for (count, age, code) in [
            (2, "0s", .dbValidateFailed), (3, "2s", .dbValidateFailed), (5, "3s", .msgServerFull),
            (5, "8s", .dbValidateFailed), (6, "11s", .msgServerFull), (6, "16s", .dbValidateFailed),
            // The clock was set back meanwhile.
            (6, "-1 h", .dbValidateFailed),
        ] as [(Int, String, ResultType)] {
            try node.database.execute(
                """
                delete from login_failure;
                insert into login_failure (name, site, digest, credential_version, failed_at)
                select '\(name)', '\\x7f000001', decode(lpad(to_hex(i), 32, '0'), 'hex'), 1,
                    clock_timestamp() - interval '\(age)'
                from generate_series(1, \(count)) i
                """)
            #expect(try await logIn(name, "wrong", at: node).resultCode == code, "\(count) failures, \(age) ago")
        }
        #expect(try result("too_soon", at: node) == 2)
    }

    @Test("attempts of one name and address are judged one after the other: asking in parallel gains nothing")
    func oneAtATime() async throws {
        let node = try TestNode(nil, ["node.loops": "1", "limits.login_retry_delay": "60s"])
        try node.addUsers("alice")
        let codes = try await withThrowingTaskGroup(of: ResultType.self) { group in
            for number in 0..<8 {
                group.addTask { try await logIn("alice", "guess \(number)", at: node).resultCode }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == .dbValidateFailed } == 3)
        #expect(try failures(node) == "3")
        try await eventually { try node.metric("grapevine_logins_pending") == 0 }
    }

    @Test("so many attempts of one name and address wait for each other, no more")
    func waitingIsBounded() async throws {
        let node = try TestNode(nil, ["node.loops": "1", "limits.login_retry_delay": "3s"])
        try node.addUsers("alice")
        try await guess(3, "alice", at: node)
        let codes = try await withThrowingTaskGroup(of: ResultType.self) { group in
            for _ in 0..<20 { group.addTask { try await logIn("alice", at: node).resultCode } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == .success } == 9)
        #expect(codes.count { $0 == .msgServerFull } == 11)
    }
}
