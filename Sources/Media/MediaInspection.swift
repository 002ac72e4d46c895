import Primitives

/// Finds out what a file is while its bytes come by. A core.
public struct MediaInspection: Sendable {
    private let limit: PixelSize.Limit
    private var start: [UInt8] = []
    /// Known as soon as the start is here.
    private var type: MediaType?
    private var header: PictureHeader?

    public init(limit: PixelSize.Limit = PixelSize.Limit()) {
        self.limit = limit
    }

    /// The next bytes of the file. Throws `tooLarge` for a picture that has too many pixels.
    public mutating func read(_ bytes: RawSpan) throws(UploadRefusal) {
        var rest = bytes
        if type == nil {
            let part = rest.extracting(first: MediaType.startByteCount - start.count)
            start.append(part)
            rest = rest.extracting(droppingFirst: part.byteCount)
            guard start.count == MediaType.startByteCount else { return }
            try begin()
        }
        header?.read(rest)
        try check()
    }

    /// All bytes were read. What begins as a picture and has no size is none.
    public mutating func finish() throws(UploadRefusal) -> MediaType {
        if type == nil { try begin() }
        guard let type else { return .bytes }
        guard let header else { return type }
        if case .size = header.outcome { return type }
        return .bytes
    }

    private mutating func begin() throws(UploadRefusal) {
        let start = self.start
        self.start = []
        let type = MediaType(start: start.rawBytes)
        self.type = type
        header = PictureHeader(type)
        header?.read(start.rawBytes)
        try check()
    }

    private func check() throws(UploadRefusal) {
        if case .size(let size)? = header?.outcome, !limit.allows(size) { throw .tooLarge }
    }
}
