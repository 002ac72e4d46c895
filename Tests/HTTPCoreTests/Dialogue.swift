import HTTPCore
import Primitives
import Testing

/// A connection with an owner that takes every body and echoes what it got, and a socket that never fills up.
final class Dialogue {
    /// All that can be seen from outside.
    struct Record: Equatable {
        var heads: [HTTPRequest] = []
        var requests: [HTTPRequest] = []
        /// Of bodies that were taken in parts.
        var streamed: [UInt8] = []
        var output = ""
        var hasFinished = false
        var hasClosed = false
        var refusal: HTTPRefusal?

        /// Codes of the answers in their order.
        var statuses: [Int] {
            output.utf8.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: "HTTP/1.1 ".utf8) }.compactMap {
                Int(String($0.dropFirst(9).prefix(3)) ?? "")
            }
        }
    }

    /// What the owner does with a head.
    enum Decision {
        case accept(limit: Int)
        case parts(limit: Int, pace: Int = 1 << 10)
        case refuse(HTTPStatus)
    }

    private var connection: HTTPServerConnection
    var now = Instant(nanoseconds: 0)
    var record = Record()
    var decide: (HTTPRequest) -> Decision = { _ in .accept(limit: 1_000) }
    /// `nil` leaves the request to the test.
    var answer: (HTTPRequest) -> HTTPResponse? = { request in
        HTTPResponse(.ok, text: "\(request.method.rawValue) \(request.target) \(request.body.count)\n")
    }
    /// Gives parts back at once; otherwise the test does.
    var takesParts = true
    /// Given one after the other when content is asked for.
    var pieces: [String] = []
    private(set) var contentQuestions = 0
    private var output = ByteWriter()

    init(limits: HTTPLimits = HTTPLimits(), date: UnixTime? = nil) {
        connection = HTTPServerConnection(limits: limits, at: now, date: date)
    }

    var wantsInput: Bool { connection.wantsInput }
    var deadline: Instant { connection.deadline }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        perform(connection.received(bytes.rawBytes, at: now, into: &output))
    }

    /// Sends `bytes` cut before each of `cuts`, which rise.
    func send(_ bytes: [UInt8], cuts: [Int]) {
        var start = 0
        for cut in cuts + [bytes.count] {
            send(Array(bytes[start..<cut]))
            start = cut
        }
    }

    func respond(_ response: HTTPResponse) {
        perform(connection.respond(response, at: now, into: &output))
    }

    func takePart() {
        perform(connection.partTaken(at: now, into: &output))
    }

    func begin(_ response: HTTPResponse, length: Int) {
        perform(connection.begin(response, length: length, at: now, into: &output))
    }

    func give(_ text: String) {
        output.append(utf8: text)
        perform(connection.contentGiven(text.utf8.count))
    }

    func abandon() {
        perform(connection.abandonContent())
    }

    func peerCloses() {
        perform(connection.peerClosed())
    }

    func drain() {
        perform(connection.drain())
    }

    func upgrade(_ response: HTTPResponse) -> [UInt8]? {
        let rest = connection.upgrade(response, at: now, into: &output)
        record.output += takeOutput()
        return rest
    }

    /// Lets time pass; the timer fires at the connection's own deadline.
    func wait(_ duration: Duration) {
        let end = now + duration
        while connection.deadline <= end {
            now = max(now, connection.deadline)
            perform(connection.deadlinePassed(at: now, into: &output))
        }
        now = end
    }

    /// What was written since the last call.
    func takeRecordedOutput() -> String {
        defer { record.output = "" }
        return record.output
    }

    private func takeOutput() -> String {
        defer { output.clear() }
        return String(decoding: output.bytes.copied(), as: UTF8.self)
    }

    private func perform(_ first: HTTPAction) {
        var action = first
        while true {
            if let flaw = connection.checkInvariants() { Issue.record("\(flaw)") }
            switch action {
            case .none:
                guard !output.isEmpty else { return }
                record.output += takeOutput()
                action = connection.flushed(at: now, into: &output)
            case .head(let request):
                record.heads.append(request)
                switch decide(request) {
                case .accept(let limit): action = connection.acceptBody(limit: limit, at: now, into: &output)
                case .parts(let limit, let pace):
                    action = connection.acceptParts(limit: limit, bytesPerSecond: pace, at: now, into: &output)
                case .refuse(let status): action = connection.respond(HTTPResponse(status), at: now, into: &output)
                }
            case .part(let bytes):
                record.streamed += bytes
                guard takesParts else { return }
                action = connection.partTaken(at: now, into: &output)
            case .content:
                contentQuestions += 1
                guard !pieces.isEmpty else { return }
                output.append(utf8: pieces[0])
                action = connection.contentGiven(pieces.removeFirst().utf8.count)
            case .request(let request):
                record.requests.append(request)
                guard let response = answer(request) else { return }
                action = connection.respond(response, at: now, into: &output)
            case .finish:
                record.hasFinished = true
                record.refusal = connection.refusal
                record.output += takeOutput()
                action = connection.flushed(at: now, into: &output)
            case .close:
                record.hasClosed = true
                return
            }
        }
    }
}
