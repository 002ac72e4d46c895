import HTTPCore
import Primitives
import Reactor
import Synchronization

/// A server that answers one question after the other as it was told to, whatever they are.
final class ScriptedBucket: Sendable {
    struct Answer: Sendable {
        let status: String
        var headers: [String] = []
        var text = ""

        var bytes: [UInt8] {
            var lines = ["HTTP/1.1 \(status)"] + headers
            if !headers.contains(where: { $0.hasPrefix("Content-Length:") }) {
                lines.append("Content-Length: \(text.utf8.count)")
            }
            return [UInt8]((lines + ["", text]).joined(separator: "\r\n").utf8)
        }
    }

    private struct Script {
        /// `nil`: the connection breaks instead.
        var answers: ArraySlice<Answer?>
        var questions: [String] = []
    }

    private final class Told: Sendable {
        let script: Mutex<Script>

        init(_ answers: [Answer?]) { script = Mutex(Script(answers: answers[...])) }
    }

    private final class Server: StreamHandler {
        private final class Parser {
            var parser = HTTPRequestParser(limits: HTTPLimits())
            var question = ""
        }

        private unowned let loop: EventLoop
        private let told: Told
        private var parsers: [ConnectionHandle: Parser] = [:]

        init(_ told: Told, _ loop: EventLoop) {
            self.told = told
            self.loop = loop
        }

        func opened(_ handle: ConnectionHandle, peer: SocketAddress) { parsers[handle] = Parser() }

        func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
            var offset = 0
            do {
                while let reading = parsers[handle], let event = try reading.parser.parse(bytes, from: &offset) {
                    switch event {
                    case .head(let request):
                        let query = request.query.map(\.name).joined(separator: "&")
                        reading.question = "\(request.method.rawValue)" + (query.isEmpty ? "" : " \(query)")
                        try reading.parser.acceptBody(limit: 1 << 30, inParts: true)
                    case .part: break
                    case .body: answer(reading.question, on: handle)
                    }
                }
            } catch {
                loop.close(handle, .now)
            }
            return parsers[handle] == nil ? bytes.byteCount : offset
        }

        private func answer(_ question: String, on handle: ConnectionHandle) {
            let answer = told.script.withLock { script in
                script.questions.append(question)
                return script.answers.popFirst() ?? nil
            }
            if let answer { loop.send(answer.bytes.rawBytes, to: handle) } else { loop.close(handle, .now) }
        }

        func drained(_ handle: ConnectionHandle) {}
        func deadlinePassed(_ handle: ConnectionHandle) {}
        func closed(_ handle: ConnectionHandle, reason: CloseReason) { parsers[handle] = nil }
    }

    private let server: ServerOnLoop
    private let told: Told

    init(_ answers: [Answer?]) throws {
        let told = Told(answers)
        self.told = told
        server = try ServerOnLoop { loop in Server(told, loop) }
    }

    /// Methods, and the names of their queries.
    var questions: [String] { told.script.withLock { $0.questions } }
    var port: UInt16 { server.port }

    func stop() { server.stop() }
}
