// A libFuzzer entry: whatever a client port is told first, and however it is cut: what a proxy says, what the first
// byte says, and the packets, the request or the WebSocket behind it are the same, and nothing traps.

import HTTPCore
import Primitives
import Reactor
import TalkProtocol
import WebSocket

private let start = Instant(nanoseconds: 0)

/// What a connection made of its input.
private struct Record: Equatable {
    var events: [String] = []
    var answer: [UInt8] = []
}

/// A connection before anybody has logged in, with the same steps as a client port takes.
private struct Connection: ~Copyable {
    private enum Speech {
        case announced, unknown, native, opening, webSocket, ended
    }

    private static let maxPacket = 1_000

    private let takesTLS: Bool
    private var speech: Speech
    private var http = HTTPServerConnection(limits: HTTPLimits(), at: start, date: nil)
    private var receiver = WebSocketReceiver(ofClient: true)
    private var output = ByteWriter()
    private var payload = ByteWriter()
    private var unread: [UInt8] = []
    private(set) var record = Record()

    init(behindProxy: Bool, takesTLS: Bool) {
        speech = behindProxy ? .announced : .unknown
        self.takesTLS = takesTLS
    }

    mutating func received(_ bytes: ArraySlice<UInt8>) {
        unread += bytes
        while !unread.isEmpty, step() {}
        record.answer = output.bytes.copied()
    }

    /// `false`: more has to come.
    private mutating func step() -> Bool {
        switch speech {
        case .announced:
            switch ProxyHeader(unread.rawBytes) {
            case .needMore: return false
            case .invalid: end("no proxy")
            case .source(let source, let byteCount):
                record.events.append("from \(source?.description ?? "the proxy")")
                unread.removeFirst(byteCount)
                speech = .unknown
            }
        case .unknown:
            switch ClientGreeting(unread.first, takesTLS: takesTLS) {
            case .tls: end("TLS")
            case .request: speech = .opening
            case .native: speech = .native
            }
        case .native:
            switch PDUFramer.next(in: unread.rawBytes, limit: Self.maxPacket) {
            case .needMore: return false
            case .invalid: end("no packet")
            case .pdu(let header, let body):
                record.events.append("\(header)")
                unread.removeFirst(body.upperBound)
            }
        case .opening: open()
        case .webSocket: return frame()
        case .ended: unread = []
        }
        return true
    }

    private mutating func end(_ reason: String) {
        record.events.append(reason)
        speech = .ended
    }

    private mutating func open() {
        let input = unread
        unread = []
        var action = http.received(input.rawBytes, at: start, into: &output)
        while true {
            switch action {
            case .none: return
            case .head: action = http.acceptBody(limit: 0, at: start, into: &output)
            case .request(let request):
                switch WebSocketHandshake.judge(request, .sameHost) {
                case .refused(let response):
                    _ = http.drain()
                    action = http.respond(response, at: start, into: &output)
                case .accepted(let response):
                    unread = http.upgrade(response, at: start, into: &output) ?? []
                    record.events.append("a WebSocket")
                    speech = .webSocket
                    return
                }
            case .part, .content: preconditionFailure("\(action), and nothing is taken or given in parts here")
            case .finish, .close: return end("no WebSocket")
            }
        }
    }

    private mutating func frame() -> Bool {
        let limits = WebSocketReceiver.Limits(messageBytes: Self.maxPacket)
        let input = unread
        switch receiver.next(in: input.rawBytes, limits, at: start, payload: &payload) {
        case .needMore: return false
        case .passed(let byteCount), .ping(let byteCount): unread.removeFirst(byteCount)
        case .close: end("closed")
        case .violation(let code): end("violation \(code.rawValue)")
        case .message(_, let byteCount):
            guard case .pdu(let header, let body) = PDUFramer.next(in: payload.bytes, limit: Self.maxPacket),
                body.upperBound == payload.count
            else {
                end("no packet")
                return true
            }
            record.events.append("\(header)")
            receiver.messageTaken()
            unread.removeFirst(byteCount)
        }
        return true
    }
}

/// The first byte says which port it is, the second is the seed of the cuts, the rest is the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPort(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= 2 else { return 0 }
    let input = bytes[2...]
    var random = SeededRandom(seed: UInt64(bytes[1]))
    let largest = 1 << Int.random(in: 0...6, using: &random)
    var whole = Connection(behindProxy: bytes[0] & 1 == 1, takesTLS: bytes[0] & 2 == 2)
    whole.received(input)
    var cut = Connection(behindProxy: bytes[0] & 1 == 1, takesTLS: bytes[0] & 2 == 2)
    var rest = input
    while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 1...largest, using: &random))
        cut.received(part)
        rest = rest.dropFirst(part.count)
    }
    let (one, other) = (whole.record, cut.record)
    precondition(one == other, "cut into parts of up to \(largest) bytes: \(other), not \(one)")
    return 0
}
