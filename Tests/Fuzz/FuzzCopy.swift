// A libFuzzer entry: whatever comes on a connection for copies, and however it is cut, neither side of it traps; both
// come to the same end, take every byte of a blob once, and never one that is none of it.

import Blobs
import Primitives

private let digest = [UInt8](repeating: 7, count: BlobID.byteCount)

/// What an owner saw, with the parts of a blob added up.
private enum Seen: Equatable {
    case request(CopyRequest)
    case reply(CopyDialer.Event)
    case bytes(Int)
    case wrong
}

private func add(_ count: Int, to seen: inout [Seen]) {
    if case .bytes(let before)? = seen.last {
        seen[seen.count - 1] = .bytes(before + count)
    } else {
        seen.append(.bytes(count))
    }
}

/// Gives `input` to a core in pieces, what it does not take once more with what follows it.
private func feed(_ input: [UInt8], nextSize: () -> Int, _ receive: (RawSpan) -> (taken: Int, goesOn: Bool)) -> Int {
    var (offset, limit) = (0, 0)
    while limit < input.count {
        limit = min(input.count, limit + nextSize())
        while true {
            let piece = Array(input[offset..<limit])
            let (taken, goesOn) = receive(piece.rawBytes)
            precondition((0...piece.count).contains(taken), "\(taken) bytes taken of \(piece.count)")
            offset += taken
            if !goesOn { return offset }
            if taken == 0 { break }
        }
    }
    return offset
}

/// The side that is asked: what it wants, and whether it says so, follows from the digest that is asked for.
private func accept(_ input: [UInt8], nextSize: () -> Int) -> [Seen] {
    var core = CopyAcceptor()
    var seen: [Seen] = []
    var left = 0
    _ = feed(input, nextSize: nextSize) { bytes in
        let (taken, event) = core.receive(bytes)
        switch event {
        case nil: return (taken, true)
        case .wrong:
            seen.append(.wrong)
            return (taken, false)
        case .request(let request):
            seen.append(.request(request))
            if case .offer(let id, let byteCount, _) = request, id.bytes[0] & 1 == 0 {
                core.take(byteCount)
                left = byteCount
            } else {
                core.finish()
            }
        case .part(let byteCount):
            precondition(byteCount > 0 && byteCount <= left, "\(byteCount) bytes of \(left)")
            left -= byteCount
            add(byteCount, to: &seen)
        }
        precondition(!core.isComplete || left == 0, "complete with \(left) to come")
        if core.isComplete { core.finish() }
        return (taken, true)
    }
    return seen
}

/// The side that asks.
private func dial(_ request: CopyRequest, of size: Int, _ input: [UInt8], nextSize: () -> Int) -> [Seen] {
    var core = CopyDialer(request, byteCount: size)
    var seen: [Seen] = []
    var left = 0
    _ = feed(input, nextSize: nextSize) { bytes in
        let (taken, event) = core.receive(bytes)
        switch event {
        case nil: return (taken, true)
        case .wrong:
            seen.append(.wrong)
            return (taken, false)
        case .part(let byteCount):
            precondition(byteCount > 0 && byteCount <= left, "\(byteCount) bytes of \(left)")
            left -= byteCount
            add(byteCount, to: &seen)
        case .size(let byteCount):
            precondition(byteCount == size, "\(byteCount) bytes, not \(size)")
            guard case .fetch(_, let offset) = request else { preconditionFailure("a size of what is offered") }
            left = byteCount - offset
            seen.append(.reply(.size(byteCount)))
        case .end(let reply):
            precondition(reply != .stored || left == 0, "it ends with \(left) to come")
            seen.append(.reply(.end(reply)))
            return (taken, false)
        case .send: seen.append(.reply(.send))
        }
        return (taken, true)
    }
    // Behind the last byte nothing comes that would say that it was the last.
    let nothing: [UInt8] = []
    if seen.last != .wrong, case .end(let reply)? = core.receive(nothing.rawBytes).event {
        precondition(left == 0, "it ends with \(left) to come")
        seen.append(.reply(.end(reply)))
    }
    return seen
}

/// The first byte is the seed of the cuts, the second chooses the side and what was asked; the rest comes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCopy(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= 2, let id = BlobID(digest.rawBytes) else { return 0 }
    let input = Array(bytes.dropFirst(2))
    var random = SeededRandom(seed: UInt64(bytes[0]))
    let largest = 1 << Int.random(in: 0...6, using: &random)
    let nextSize = { Int.random(in: 1...largest, using: &random) }
    let (whole, parts): ([Seen], [Seen])
    switch bytes[1] % 3 {
    case 0:
        (whole, parts) = (accept(input) { input.count }, accept(input, nextSize: nextSize))
        for case .request(let request) in whole {
            var writer = ByteWriter()
            request.write(into: &writer)
            precondition(CopyRequest(writer.bytes) == request, "\(request) is read as another one")
        }
    case 1:
        let request = CopyRequest.fetch(id, from: Int(bytes[1]) / 3)
        // As many as are told of, most times: else no byte of a blob would be taken.
        let start = Array(input.prefix(CopyReply.byteCount))
        var size = Int(bytes[0])
        if size % 8 > 0, case .sending(let told)? = CopyReply(start.rawBytes) { size = told }
        (whole, parts) = (
            dial(request, of: size, input) { input.count }, dial(request, of: size, input, nextSize: nextSize)
        )
    default:
        let size = Int(bytes[1])
        let request = CopyRequest.offer(id, byteCount: size, to: 1)
        (whole, parts) = (
            dial(request, of: size, input) { input.count }, dial(request, of: size, input, nextSize: nextSize)
        )
    }
    precondition(whole == parts, "cut: \(parts), not \(whole)")
    return 0
}
