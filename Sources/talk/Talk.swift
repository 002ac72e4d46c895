import Crypto
import Glibc
import Primitives
import Program
import Reactor
import Settings
import TLS

/// A small client for the terminal: what the apps do, in a window where one can watch it.
@main struct Talk {
    static func main() {
        do throws(Invocation.Failure) {
            let invocation = try Invocation(Array(CommandLine.arguments.dropFirst()))
            let code = run(invocation, password: try invocation.readPassword())
            exit(code.rawValue)
        } catch {
            switch error {
            case .help:
                Terminal.write(Invocation.help, to: .output)
            case .usage(let problem):
                complain("\(problem); see: talk --help")
                exit(TalkSession.ExitCode.usage.rawValue)
            }
        }
    }

    private static func run(_ invocation: Invocation, password: String) -> TalkSession.ExitCode {
        let servers = invocation.http.flatMap { NameResolver.resolveNow($0.host, port: $0.port) }
        if servers.isEmpty {
            complain("none of the hosts behind --http has an address")
            return .unreachable
        }
        let isScript = !Terminal.Stream.input.isInteractive
        let edited = EditedScreen()
        defer { edited?.end() }
        @Sendable func write(_ line: String, to stream: Terminal.Stream) {
            if let edited { edited.show(line, to: stream) } else { Terminal.write(line + "\n", to: stream) }
        }
        // A reader that is ahead of the server waits for these.
        let wanted = Semaphore()
        let outcome = Handover<TalkSession.ExitCode>()
        let screen = TalkShell.Screen(
            show: { write($0, to: .output) }, note: { write($0, to: .errors) }, wantLine: { wanted.signal() },
            end: { outcome.put($0) })
        do {
            let plainText = try PlainText()
            let secret = try MD5.hex([UInt8](password.utf8).rawBytes)
            let tls = try context(invocation.tls)
            let seeds = try randomBytes(16)
            let run = seeds.rawBytes.bigEndian(at: 0, as: UInt64.self) ?? 0
            let seed = seeds.rawBytes.bigEndian(at: 8, as: UInt64.self) ?? 0
            let identity = TalkSession.Identity(
                name: invocation.name, secret: secret, run: run,
                began: UnixTime(milliseconds: Int64(time(nil)) * 1000))
            var configuration = LoopGroup.Configuration(seed: seed)
            configuration.maxConnectionsPerLoop = 64
            // A file waits for those before it; so does the line that asks for it.
            let worker = try WorkerPool(name: "files", threads: 1, capacity: 1_000)
            let group = try LoopGroup(configuration) { loop in
                let session = TalkSession(
                    identity, isScript: isScript, plainText: plainText, random: SeededRandom(seed: seed), at: loop.now)
                _ = TalkShell(loop, session, servers: servers, tls, worker: worker, screen)
            }
            let loop = group.loops[0]
            _ = try Thread(name: "input") {
                guard let edited else { return readLines(wanted, to: loop) }
                edited.read { line in
                    wanted.wait()
                    TalkShell.type(line, to: loop)
                }
                edited.end()
                exit(130)
            }
            let code = outcome.take()
            // Not the thread that reads: nobody can wake it.
            group.stop()
            return code
        } catch {
            complain("\(error)")
            return .failed
        }
    }

    private static func context(_ tls: Invocation.TLS) throws -> TLSContext? {
        switch tls {
        case .none: nil
        case .sealed(let authorities): try TLSContext(clientBelieving: authorities)
        }
    }

    private static func readLines(_ wanted: Reactor.Semaphore, to loop: LoopRemote) {
        while true {
            wanted.wait()
            guard let line = readLine() else { return TalkShell.type(nil, to: loop) }
            TalkShell.type(line, to: loop)
        }
    }

    private static func complain(_ text: String) { Terminal.write("talk: \(text)\n", to: .errors) }
}
