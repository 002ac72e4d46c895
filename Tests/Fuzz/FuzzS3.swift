// A libFuzzer entry: whatever a bucket answers, and however it is cut, its reader does not trap, comes to the same end,
// and tells no more than it was told.

import HTTPCore
import Primitives
@testable import S3

/// What became of an answer.
private struct Record: Equatable {
    var head: HTTPAnswerHead?
    var body: [UInt8] = []
    var hasEnded = false
    var refusal: HTTPRefusal?
}

private func read(_ input: [UInt8], to method: HTTPMethod, nextSize: () -> Int) -> Record {
    var record = Record()
    var reader = HTTPAnswerReader(to: method)
    var rest = input[...]
    do throws(HTTPRefusal) {
        while !rest.isEmpty, !record.hasEnded {
            let part = Array(rest.prefix(nextSize()))
            rest = rest.dropFirst(part.count)
            var offset = 0
            while !record.hasEnded, let event = try reader.read(part.rawBytes, from: &offset) {
                switch event {
                case .head(let head):
                    precondition(record.head == nil, "two heads")
                    record.head = head
                case .part(let bytes):
                    precondition(!bytes.isEmpty && record.head != nil, "a part of nothing")
                    record.body += bytes
                case .end: record.hasEnded = true
                }
            }
            precondition(record.hasEnded || offset == part.count, "\(offset) bytes read of \(part.count)")
        }
        if !record.hasEnded { record.hasEnded = reader.inputEnded() }
    } catch {
        record.refusal = error
    }
    return record
}

private func look(_ head: HTTPAnswerHead, _ text: [UInt8]) {
    let answer = S3Answer(head, text: text)
    do throws(S3Failure) {
        try answer.check()
        precondition(S3Answer.isSuccess(head.status), "\(head.status) is a success")
        let upload = try answer.upload()
        precondition(!upload.isEmpty && upload.utf8.count <= text.count * 3, "an upload from nowhere")
    } catch {
        let told = "\(error)"
        precondition(told.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(told) is told")
    }
    do throws(S3Failure) {
        let (count, tag) = (try answer.byteCount(), try answer.tag())
        precondition(count >= 0 && !tag.isEmpty, "\(count) bytes, and \(tag)")
    } catch {}
    try? S3Answer.checkBeginning(of: head, at: 7, of: 9)
    if let date = head.headers["date"], let time = UnixTime(httpDate: date) {
        precondition(time.httpDate == date, "\(date) is \(time.httpDate)")
    }
}

/// The first byte is the seed of the cuts, the second chooses what was asked, the rest is the answer; and a document.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= 2 else { return 0 }
    let input = Array(bytes.dropFirst(2))
    let method: HTTPMethod = bytes[1] & 1 == 0 ? .get : .head
    var random = SeededRandom(seed: UInt64(bytes[0]))
    let largest = 1 << Int.random(in: 0...6, using: &random)
    let whole = read(input, to: method) { input.count }
    let parts = read(input, to: method) { Int.random(in: 1...largest, using: &random) }
    precondition(whole.refusal == parts.refusal && whole.head == parts.head, "cut: \(parts), not \(whole)")
    precondition(whole.refusal != nil || whole == parts, "cut: \(parts), not \(whole)")
    if let head = whole.head, whole.refusal == nil { look(head, whole.body) }
    if let fields = XMLFields(input) {
        precondition(!fields.root.isEmpty, "a root without a name")
        _ = fields["Code"]
    }
    let text = XMLFields.escape(String(decoding: input, as: UTF8.self))
    let again = XMLFields(Array("<r><t>\(text)</t></r>".utf8))
    precondition(again?["t"] == String(decoding: input, as: UTF8.self), "what was escaped is read as something else")
    return 0
}
