// A libFuzzer entry: whatever arrives, and however it is cut, an HTTP connection does not trap and does the same.

import HTTPCore
import Primitives

/// What a connection did.
private struct Record: Equatable {
    var requests: [HTTPRequest] = []
    /// Of bodies that were taken in parts.
    var streamed: [UInt8] = []
    var output: [UInt8] = []
    var refusal: HTTPRefusal?
    var hasFinished = false
}

/// Feeds `input` in parts of the sizes that `nextSize` gives, to an owner that takes small bodies and answers at once;
/// those of PUT it takes in parts, and answers in pieces.
private func converse(_ input: RawSpan, nextSize: () -> Int) -> Record {
    let now = Instant(nanoseconds: 0)
    var connection = HTTPServerConnection(limits: HTTPLimits(), at: now, date: nil)
    var output = ByteWriter()
    var record = Record()
    var offset = 0
    while offset < input.byteCount {
        let size = min(nextSize(), input.byteCount - offset)
        guard let part = input.slice(offset..<offset + size) else {
            preconditionFailure("part at \(offset) is outside")
        }
        offset += size
        var action = connection.received(part, at: now, into: &output)
        while action != .none {
            if let flaw = connection.checkInvariants() { preconditionFailure(flaw) }
            switch action {
            case .none, .close:
                action = .none
            case .head(let request):
                action =
                    request.method == .put
                    ? connection.acceptParts(limit: 64, bytesPerSecond: 1, at: now, into: &output)
                    : connection.acceptBody(limit: 64, at: now, into: &output)
            case .part(let bytes):
                precondition(!bytes.isEmpty, "a part of nothing")
                record.streamed += bytes
                action = connection.partTaken(at: now, into: &output)
            case .content:
                output.append(UInt8(ascii: "x"))
                action = connection.contentGiven(1)
            case .request(let request) where request.method == .put:
                record.requests.append(request)
                action = connection.begin(HTTPResponse(.ok), length: 3, at: now, into: &output)
            case .request(let request):
                record.requests.append(request)
                action = connection.respond(HTTPResponse(.ok, body: request.body), at: now, into: &output)
                precondition(action == .none || action == .finish, "an answer led to \(action)")
            case .finish:
                record.hasFinished = true
                action = .none
            }
            if action == .none && !output.isEmpty {
                record.output += output.bytes.copied()
                output.clear()
                action = connection.flushed(at: now, into: &output)
            }
        }
    }
    record.refusal = connection.refusal
    // How much of a body was given before what is wrong with it was met depends on the cuts.
    if record.refusal != nil { record.streamed = [] }
    return record
}

/// The first byte is the seed of the cuts, the rest is the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let seed = bytes.first else { return 0 }
    let input = Array(bytes.dropFirst())
    var random = SeededRandom(seed: UInt64(seed))
    let largest = 1 << Int.random(in: 0...6, using: &random)
    let whole = converse(input.rawBytes) { input.count }
    let cut = converse(input.rawBytes) { Int.random(in: 1...largest, using: &random) }
    precondition(whole == cut, "cut into parts of up to \(largest) bytes: \(cut), not \(whole)")
    precondition(whole.refusal == nil || whole.hasFinished, "refused and still open: \(whole)")
    return 0
}
