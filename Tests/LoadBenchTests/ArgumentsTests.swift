import LoadBench
import Settings
import TalkProtocol
import Testing

@testable import load_bench

@Suite struct ArgumentsTests {
    private func problem(_ line: String) -> String? {
        do throws(Arguments.Failure) {
            _ = try Arguments(line.split(separator: " ").map(String.init))
            return nil
        } catch {
            return switch error {
            case .help(let text): text
            case .usage(let text): text
            }
        }
    }

    @Test func flagsBecomeAPlan() throws {
        let line = "chat --http 10.0.0.1:8080 --http [::1]:81 --pairs=7 --one-way --rate 2.5 --duration 90s --text"
            + " --loops 2 --source 127.0.0.2,127.0.0.3 --client-type ios --first 100 --json"
        let arguments = try Arguments(line.split(separator: " ").map(String.init))
        let plan = arguments.plan
        #expect(plan.load == .pairs(count: 7, isOneWay: true))
        #expect(plan.target == .lookUp([HostPort(host: "10.0.0.1", port: 8080), HostPort(host: "::1", port: 81)]))
        #expect(plan.pace == .rate(2.5))
        #expect(plan.duration == .seconds(90))
        #expect(plan.sendsText)
        #expect(plan.loops == 2)
        #expect(plan.sources == ["127.0.0.2", "127.0.0.3"])
        #expect(plan.clientType == .ios)
        #expect(plan.firstUser == 100)
        #expect(arguments.isJSON && arguments.isQuiet)
    }

    @Test func theRateOfConnectIsThatOfLogins() throws {
        let plan = try Arguments(["connect", "--server", "h:1", "--count", "9", "--rate", "300"]).plan
        #expect(plan.load == .connections(count: 9))
        #expect(plan.loginRate == 300)
    }

    @Test(arguments: [
        ("chta --pairs 1", "unknown verb 'chta'; did you mean 'chat'?"),
        ("chat --piars 1", "unknown flag '--piars'; did you mean '--pairs'?"),
        ("chat --count 1", "unknown flag '--count'"),
        ("chat --pairs", "--pairs needs a value: N"),
        ("chat --pairs 0", "--pairs 0: expected N"),
        ("chat --one-way=1", "--one-way takes no value"),
        ("chat --pairs 1", "where is the server?"),
        ("chat --server h:1", "chat needs --pairs N"),
        ("chat --server h --pairs 1", "--server h: expected HOST:PORT"),
        ("chat --server h:1 --http h:1 --pairs 1", "--http and --server exclude each other"),
        ("chat --server h:1 --pairs 1 --rate 1 --window 1", "--rate and --window exclude each other"),
        ("chat --server h:1 --pairs 1 --size 39", "--size 39: expected BYTES"),
        ("connect --server h:1 --count 1 --duration 5", "--duration 5: expected TIME"),
        ("connect --server h:1 --count 1 --source 127.0.0.x", "--source 127.0.0.x: expected IP"),
        ("group --server h:1 --groups 1 --members 2 --senders 3", "--senders 3 are more than --members 2"),
    ])
    func whatIsWrongIsSaid(line: String, expected: String) throws {
        let problem = try #require(self.problem(line))
        #expect(problem.hasPrefix(expected), "\(problem)")
    }

    @Test func helpNamesEveryFlagOnLinesThatFit() throws {
        for verb in Arguments.Verb.allCases {
            let help = try #require(problem("\(verb.rawValue) --help"))
            for flag in verb.flags + Flag.common { #expect(help.contains("  \(flag.name)")) }
            #expect(help.split(separator: "\n").allSatisfy { $0.count <= 120 })
        }
        #expect(problem("--help")?.contains("Exit codes") == true)
    }
}
