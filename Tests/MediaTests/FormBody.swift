import Media
import Primitives

/// What a reader made of a body.
struct FormRecord: Equatable {
    /// File names, and bytes of parts that have ended.
    var names: [[UInt8]?] = []
    var parts: [[UInt8]] = []
    var unfinished: [UInt8] = []
    var hasEnded = false
    var failure: MultipartReader.Failure?

    /// Reads `body` cut before each of `cuts`, which rise.
    init(_ body: [UInt8], type: String = FormBody.type, cuts: [Int] = []) throws {
        var reader = try MultipartReader(contentType: type) ?? { throw FormBody.NoBoundary() }()
        do throws(MultipartReader.Failure) {
            var start = 0
            for cut in cuts + [body.count] {
                try read(Array(body[start..<cut]), &reader)
                start = cut
            }
            try reader.finish()
        } catch {
            failure = error
        }
    }

    private mutating func read(
        _ bytes: [UInt8], _ reader: inout MultipartReader
    ) throws(MultipartReader.Failure) {
        var content = ByteWriter()
        var offset = 0
        while true {
            let event = try reader.read(bytes.rawBytes, from: &offset, into: &content)
            unfinished += content.bytes.copied()
            content.clear()
            switch event {
            case .head(let head): names.append(head.fileName)
            case .partEnd:
                parts.append(unfinished)
                unfinished = []
            case .end: hasEnded = true
            case nil: return
            }
        }
    }
}

enum FormBody {
    struct NoBoundary: Error {}

    static let type = "multipart/form-data; boundary=xYz"

    static func head(_ disposition: String, _ more: String = "Content-Type: image/jpeg\r\n") -> [UInt8] {
        Array("Content-Disposition: form-data; \(disposition)\r\n\(more)\r\n".utf8)
    }

    /// A form of one file, as a stock client sends it.
    static func file(_ content: [UInt8], name: String = "a.jpg") -> [UInt8] {
        Array("--xYz\r\n".utf8) + head("name=\"file\"; filename=\"\(name)\"") + content + Array("\r\n--xYz--\r\n".utf8)
    }
}
