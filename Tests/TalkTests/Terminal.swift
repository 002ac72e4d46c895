import Crypto
import Primitives
import Reactor
import TLS

@testable import talk

/// The program, without its terminal: says what appears on the screen, line by line.
struct Terminal {
    let group: LoopGroup
    let lines: AsyncStream<String>

    init(_ name: String, _ servers: [SocketAddress], tls: TLSContext? = nil) throws {
        let (lines, output) = AsyncStream<String>.makeStream()
        self.lines = lines
        let plainText = try PlainText()
        let secret = try MD5.hex([UInt8]("grapevine".utf8).rawBytes)
        let screen = TalkShell.Screen(
            show: { output.yield($0) }, note: { output.yield("* " + $0) }, wantLine: {},
            end: { code in
                output.yield("end \(code.rawValue)")
                output.finish()
            })
        let worker = try WorkerPool(name: "files", threads: 1, capacity: 10)
        group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { loop in
            let identity = TalkSession.Identity(
                name: name, secret: secret, run: UInt64(loop.now.nanoseconds), began: UnixTime(milliseconds: 0))
            _ = TalkShell(
                loop,
                TalkSession(
                    identity, isScript: true, plainText: plainText, random: SeededRandom(seed: 5), at: loop.now),
                servers: servers, tls, worker: worker, screen)
        }
    }

    func type(_ line: String?) { TalkShell.type(line, to: group.loops[0]) }
}
