// A libFuzzer entry: whatever comes on the channel for files, its cores do not trap, and what they promise holds.

import Primitives
import TalkProtocol

/// Numbers as the input has them; zeros behind its end.
private struct Script {
    private var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) { rest = input[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }
    mutating func number() -> UInt32 { (0..<4).reduce(0) { value, _ in value << 8 | UInt32(byte()) } }

    /// Often what is right, or nearly so.
    mutating func number(near right: Int) -> UInt32 {
        switch byte() % 4 {
        case 0, 1: UInt32(truncatingIfNeeded: right)
        case 2: UInt32(truncatingIfNeeded: right &+ byte() &- 128)
        default: number()
        }
    }
}

private func upload(_ script: inout Script) {
    let size = Int(script.number(near: 3 * FileUpload.pieceBytes))
    var upload = FileUpload(byteCount: size)
    while !script.isAtEnd {
        let before = upload.received
        switch script.byte() % 4 {
        case 0 where !upload.isAsking:
            let piece = upload.next()
            precondition((piece == nil) == (before == size), "\(before) of \(size), and \(String(describing: piece))")
        case 1:
            upload.pause()
        default:
            let count = Int(script.number(near: min(FileUpload.pieceBytes, size - before)))
            let (code, offset) = (UInt32(script.byte() % 2), script.number(near: before))
            let wasAsking = upload.isAsking
            let isTaken = (try? upload.take(code: code, offset: offset, count: count)) != nil
            precondition(!isTaken || wasAsking && Int(offset) == before && upload.received == before + count, "taken")
            precondition(isTaken || upload.received == before, "refused, and counted")
        }
        precondition(upload.received <= size, "\(upload.received) of \(size)")
    }
}

private func relay(_ script: inout Script) {
    let size = Int(script.number(near: 1_000))
    var relay = FileRelay<Int>(byteCount: size)
    var open: [(sequence: UInt16, offset: UInt32, count: Int)] = []
    while !script.isAtEnd {
        let side = script.byte() % 3
        switch script.byte() % 4 {
        case 0:
            let roles: [ClientFileRole] = [.realtimeSender, .realtimeRecver, .offlineUpload, .offlineDownload]
            _ = relay.join(side, as: roles[script.byte() % 4])
        case 1, 2:
            let (offset, count) = (script.number(near: 0), script.number(near: min(size, 64 << 10)))
            let sequence = UInt16(truncatingIfNeeded: script.byte())
            guard (try? relay.ask(side, sequence: sequence, offset: offset, byteCount: count)) != nil else { continue }
            precondition(side == relay.receiver && relay.isOpen, "asked by \(side)")
            precondition(Int(offset) + Int(count) <= size, "\(offset) \(count) of \(size)")
            open.append((sequence, offset, Int(count)))
            precondition(open.count <= FileRelay<Int>.maxQuestions, "\(open.count) questions")
        default:
            let (offset, count) = (script.number(near: Int(open.first?.offset ?? 0)), script.number(near: 100))
            let code = UInt32(script.byte() % 2)
            guard let sequence = try? relay.answer(side, code: code, offset: offset, count: Int(count))
            else { continue }
            let index = open.firstIndex { $0.offset == offset }
            guard let index else { preconditionFailure("an answer to nobody") }
            precondition(open[index].sequence == sequence, "another question")
            precondition(code != 0 || open[index].count == Int(count), "another length")
            open.remove(at: index)
        }
    }
}

private func parts(_ script: inout Script) {
    let size = Int(script.number(near: 3 * FileParts.byteCount))
    var parts = FileParts(fileSize: size, starts: (0..<script.byte() % 4).map { _ in Int(script.number(near: 0)) })
    while !script.isAtEnd {
        let start = script.byte() % 2 == 0 ? script.byte() * FileParts.byteCount : Int(script.number()) - 1 << 20
        let before = parts.received
        parts.add(start)
        precondition(parts.received >= before && parts.received <= size, "\(before), \(parts.received) of \(size)")
        precondition(parts.isWhole == (parts.received == size), "whole")
        if let range = FileParts.range(at: start, of: size) {
            precondition(parts.has(start) && !range.isEmpty && range.upperBound <= size, "\(range) of \(size)")
        } else {
            precondition(!parts.has(start) && parts.received == before, "\(start) of \(size) counts")
        }
    }
}

private func download(_ script: inout Script) {
    let size = Int(script.number(near: 40_000))
    let download = FileDownload(byteCount: size)
    while !script.isAtEnd {
        let offset = script.number(near: size)
        guard let piece = download.piece(at: offset) else {
            precondition(Int(offset) >= size, "\(offset) of \(size)")
            continue
        }
        precondition(piece.lowerBound == Int(offset) && piece.upperBound <= size, "\(piece) of \(size)")
        precondition(download.isLast(piece) == (piece.upperBound == size), "last")
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    var script = Script(input)
    switch script.byte() % 4 {
    case 0: upload(&script)
    case 1: relay(&script)
    case 2: parts(&script)
    default: download(&script)
    }
    return 0
}
