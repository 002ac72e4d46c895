// A libFuzzer entry: whatever form arrives, and however it is cut, its reader does not trap and does the same.

import Blobs
import HTTPCore
import Media
import Primitives

/// What became of a body.
private struct Record: Equatable {
    var events: [MultipartReader.Event] = []
    /// Bytes of parts, one after the other.
    var content: [UInt8] = []
    var failure: MultipartReader.Failure?
}

private struct UploadRecord: Equatable {
    var content: [UInt8] = []
    var name: ClientFileName?
    var type: MediaType?
    var refusal: UploadRefusal?
}

private let boundary = "multipart/form-data; boundary=x"

/// Calls `body` with parts of the sizes that `nextSize` gives.
private func cut<Failure: Error>(
    _ input: [UInt8], nextSize: () -> Int, _ body: ([UInt8]) throws(Failure) -> Void
) throws(Failure) {
    var rest = input[...]
    while !rest.isEmpty {
        let part = Array(rest.prefix(nextSize()))
        rest = rest.dropFirst(part.count)
        try body(part)
    }
}

private func read(_ input: [UInt8], nextSize: () -> Int) -> Record {
    var record = Record()
    guard var reader = MultipartReader(contentType: boundary) else { preconditionFailure("no boundary") }
    var content = ByteWriter()
    do throws(MultipartReader.Failure) {
        try cut(input, nextSize: nextSize) { (part) throws(MultipartReader.Failure) in
            var offset = 0
            while let event = try reader.read(part.rawBytes, from: &offset, into: &content) {
                if case .head(let head) = event { _ = head.fileName }
                record.events.append(event)
            }
            precondition(offset == part.count, "\(offset) bytes read of \(part.count)")
        }
        try reader.finish()
    } catch {
        record.failure = error
    }
    record.content = content.bytes.copied()
    return record
}

private func upload(_ input: [UInt8], nextSize: () -> Int) -> UploadRecord {
    var record = UploadRecord()
    var content = ByteWriter()
    do throws(UploadRefusal) {
        var upload = try MediaUpload(contentType: boundary, limit: 1_000)
        var inspection = MediaInspection()
        try cut(input, nextSize: nextSize) { (part) throws(UploadRefusal) in
            let start = content.count
            try upload.read(part.rawBytes, into: &content)
            if let new = content.bytes.slice(start..<content.count) { try inspection.read(new) }
        }
        record.name = try upload.finish()
        record.type = try inspection.finish()
    } catch {
        record.refusal = error
    }
    record.content = content.bytes.copied()
    return record
}

/// The first byte is the seed of the cuts, the rest is the input: a body, a header, and a path.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let seed = bytes.first else { return 0 }
    let input = Array(bytes.dropFirst())
    var random = SeededRandom(seed: UInt64(seed))
    let largest = 1 << Int.random(in: 0...6, using: &random)
    let nextSize = { Int.random(in: 1...largest, using: &random) }

    let whole = read(input) { input.count }
    let parts = read(input, nextSize: nextSize)
    precondition(whole.failure == parts.failure && whole.events == parts.events, "cut: \(parts), not \(whole)")
    precondition(whole.failure != nil || whole.content == parts.content, "cut: \(parts), not \(whole)")

    let taken = upload(input) { input.count }
    let takenInParts = upload(input, nextSize: nextSize)
    precondition((taken.refusal == nil) == (takenInParts.refusal == nil), "cut: \(takenInParts), not \(taken)")
    precondition(taken.refusal != nil || taken == takenInParts, "cut: \(takenInParts), not \(taken)")

    let text = String(decoding: input.prefix(300), as: UTF8.self)
    _ = MultipartReader(contentType: text)
    if let wish = MediaPath.wish(at: text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)) {
        precondition(text.contains(wish.blob.description), "\(text) leads to \(wish)")
    }
    return 0
}
