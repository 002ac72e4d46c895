import Reactor
import Settings
import Testing

@testable import ServerLookup
@testable import talk

@Suite struct InvocationTests {
    @Test func optionsAreRead() throws {
        let plain = try Invocation(["alice"])
        #expect(plain.name == "alice" && plain.http.map(\.settingText) == ["127.0.0.1:8080"])
        #expect(plain.password == .terminal)
        let full = try Invocation(["--http", "a:1", "bob", "--http=b:2", "--password-file", "p"])
        #expect(full.http.map(\.settingText) == ["a:1", "b:2"] && full.password == .file("p"))
        #expect(plain.tls == .none && full.tls == .none)
        #expect(try Invocation(["alice", "--tls"]).tls == .sealed(authorities: nil))
        #expect(try Invocation(["alice", "--tls", "--tls-authorities=ca"]).tls == .sealed(authorities: "ca"))
    }

    @Test(arguments: [
        [], ["a", "b"], ["a", "--http"], ["a", "--http", "x"], ["a", "--strange"],
        ["a", "--password-stdin", "--password-file", "p"], ["a", "--tls=yes"], ["a", "--tls-authorities", "ca"],
    ])
    func wrongOnesAreRefused(arguments: [String]) {
        #expect(throws: Invocation.Failure.self) { try Invocation(arguments) }
    }

    @Test(arguments: [
        (#"{"code":0,"priorIP":"127.0.0.1","port":"8000"}"#, "127.0.0.1:8000"),
        (#"{"code":0,"priorIP":"127.0.0.1","port":8000}"#, "127.0.0.1:8000"),
        (#"{"code":1,"msg":"full"}"#, nil), (#"{"code":0,"priorIP":"127.0.0.1","port":80000}"#, nil),
    ])
    func answersOfBothKindsAreRead(text: String, address: String?) throws {
        let answer = try #require(ServerAnswer(Array(text.utf8)))
        #expect(answer.address?.description == address)
        #expect(ServerAnswer(Array("[]".utf8)) == nil)
    }
}
