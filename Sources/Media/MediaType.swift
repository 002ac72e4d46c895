import Primitives

/// What stored bytes are, decided by how they begin and by nothing that anybody said of them.
///
/// Only what cannot run is more than bytes: a page, a script or an SVG is never shown by its own name. The raw values
/// are stored.
public enum MediaType: UInt8, CaseIterable, Sendable {
    case bytes = 0
    case jpeg, png, gif, webp, bmp
    case amr, ogg, webm, mp4

    /// Bytes that `init(start:)` looks at.
    public static let startByteCount = 64

    /// - Parameter start: the first bytes, `startByteCount` of them if there are as many.
    public init(start: RawSpan) {
        let start = start.extracting(first: Self.startByteCount).copied()
        self = Self.signatures.first { start.starts(with: $0.bytes) }?.type ?? Self.container(start) ?? .bytes
    }

    private static let signatures: [(type: MediaType, bytes: [UInt8])] = [
        (.jpeg, [0xFF, 0xD8, 0xFF]),
        (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        (.gif, Array("GIF87a".utf8)), (.gif, Array("GIF89a".utf8)),
        (.amr, Array("#!AMR".utf8)),
        (.ogg, Array("OggS".utf8)),
    ]

    /// Formats that say what they are a few bytes later.
    private static func container(_ start: [UInt8]) -> MediaType? {
        let holds = { (text: String, offset: Int) in start.dropFirst(offset).starts(with: text.utf8) }
        if holds("RIFF", 0), holds("WEBP", 8) { return .webp }
        if holds("ftyp", 4) { return .mp4 }
        if start.starts(with: [0x1A, 0x45, 0xDF, 0xA3] as [UInt8]), start.firstRange(of: Array("webm".utf8)) != nil {
            return .webm
        }
        // Two letters are few: the reserved fields must be as they have to be.
        if holds("BM", 0), start.count >= 10, start[6..<10].allSatisfy({ $0 == 0 }) { return .bmp }
        return nil
    }

    /// The value of `Content-Type`.
    public var name: StaticString {
        switch self {
        case .bytes: "application/octet-stream"
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .gif: "image/gif"
        case .webp: "image/webp"
        case .bmp: "image/bmp"
        case .amr: "audio/amr"
        case .ogg: "audio/ogg"
        case .webm: "audio/webm"
        case .mp4: "audio/mp4"
        }
    }

    /// For files whose client gave none that can stand in a path.
    public var fileExtension: String {
        switch self {
        case .bytes: "bin"
        case .jpeg: "jpg"
        case .png: "png"
        case .gif: "gif"
        case .webp: "webp"
        case .bmp: "bmp"
        case .amr: "amr"
        case .ogg: "ogg"
        case .webm: "webm"
        case .mp4: "m4a"
        }
    }
}
