public import Primitives

/// What the original image server takes: a form whose first file is the upload. It is told the bytes of a request's
/// body and gives those of the file. A core.
public struct MediaUpload: Sendable {
    private var reader: MultipartReader
    private let limit: Int
    private var hasDisposition = false
    private var name: ClientFileName?
    private var isTaking = false
    private var byteCount = 0

    /// - Parameters:
    ///   - contentType: of the request.
    ///   - limit: bytes the file may have.
    public init(contentType: String?, limit: Int) throws(UploadRefusal) {
        guard let contentType, let reader = MultipartReader(contentType: contentType) else { throw .noBoundary }
        self.reader = reader
        self.limit = limit
    }

    /// The next bytes of the body; those of the file are appended to `content`. After it threw it must not be used
    /// again.
    public mutating func read(_ bytes: RawSpan, into content: inout ByteWriter) throws(UploadRefusal) {
        var offset = 0
        var isDone = false
        while !isDone {
            let start = content.count
            let event = try next(bytes, from: &offset, into: &content)
            if isTaking { byteCount += content.count - start } else { content.truncate(to: start) }
            guard byteCount <= limit else { throw .tooLarge }
            switch event {
            case .head(let head): try begin(head)
            case .partEnd: isTaking = false
            case .end: break
            case nil: isDone = true
            }
        }
    }

    /// The body has ended, and with it the file.
    public func finish() throws(UploadRefusal) -> ClientFileName {
        do throws(MultipartReader.Failure) {
            try reader.finish()
        } catch {
            throw UploadRefusal(error)
        }
        guard let name else { throw hasDisposition ? .noFileName : .noDisposition }
        guard byteCount > 0 else { throw .empty }
        return name
    }

    private mutating func next(
        _ bytes: RawSpan, from offset: inout Int, into content: inout ByteWriter
    ) throws(UploadRefusal) -> MultipartReader.Event? {
        do throws(MultipartReader.Failure) {
            return try reader.read(bytes, from: &offset, into: &content)
        } catch {
            throw UploadRefusal(error)
        }
    }

    private mutating func begin(_ head: MultipartHead) throws(UploadRefusal) {
        hasDisposition = hasDisposition || head.hasDisposition
        guard name == nil, let fileName = head.fileName else { return }
        guard head.hasType else { throw .noPartType }
        name = try ClientFileName(fileName)
        isTaking = true
    }
}
