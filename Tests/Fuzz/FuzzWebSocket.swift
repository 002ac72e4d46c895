// A libFuzzer entry: whatever a client sends after the opening, and however it is cut, does the same and traps nothing.

import Primitives
import WebSocket

/// What a connection made of its input.
private struct Record: Equatable {
    var events: [String] = []
}

private func converse(_ input: [UInt8], nextSize: () -> Int) -> Record {
    var limits = WebSocketReceiver.Limits(messageBytes: 1_000)
    limits.fragments = 8
    limits.takesText = true
    var receiver = WebSocketReceiver(ofClient: true)
    var payload = ByteWriter()
    var record = Record()
    var unread: [UInt8] = []
    var offset = 0
    while offset < input.count {
        let size = min(nextSize(), input.count - offset)
        unread += input[offset..<offset + size]
        offset += size
        reading: while !unread.isEmpty {
            let event = receiver.next(in: unread.rawBytes, limits, at: Instant(nanoseconds: 0), payload: &payload)
            if let fault = receiver.checkInvariants(limits) { preconditionFailure(fault) }
            switch event {
            case .needMore: break reading
            case .passed(let byteCount): unread.removeFirst(byteCount)
            case .message(let opcode, let byteCount):
                // Not taken at first: it must come again.
                let again = receiver.next(
                    in: unread.rawBytes, limits, at: Instant(nanoseconds: 0), payload: &payload)
                precondition(again == event, "\(again) after \(event)")
                record.events.append("\(opcode) \(payload.bytes.copied())")
                receiver.messageTaken()
                unread.removeFirst(byteCount)
            case .ping(let byteCount):
                record.events.append("ping \(payload.bytes.copied())")
                unread.removeFirst(byteCount)
            case .close(let code, let byteCount):
                record.events.append("close \(code?.rawValue ?? 0)")
                unread.removeFirst(byteCount)
            case .violation(let code):
                record.events.append("violation \(code.rawValue)")
                unread = []
            }
        }
    }
    return record
}

/// The first byte is the seed of the cuts, the rest is the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebSocket(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let seed = bytes.first else { return 0 }
    let input = Array(bytes.dropFirst())
    var random = SeededRandom(seed: UInt64(seed))
    let largest = 1 << Int.random(in: 0...6, using: &random)
    let whole = converse(input) { input.count }
    let cut = converse(input) { Int.random(in: 1...largest, using: &random) }
    precondition(whole == cut, "cut into parts of up to \(largest) bytes: \(cut), not \(whole)")
    return 0
}
