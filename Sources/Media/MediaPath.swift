public import Blobs

/// `g0/018/171/<64 hexadecimal digits>_<W>x<H>.<extension>`: where a stored file is found. It has the form of the
/// original, for clients that look into it; the file is named by its digest, and nothing of a user leads anywhere.
///
/// The extension is the one that the client gave, and says nothing: the type is found in the bytes. Clients ask for
/// thumbnails of pictures by adding `_100x100.jpg` to a path: that is the one that came with the picture, or the
/// picture itself.
public struct MediaPath: Equatable, Sendable {
    public let blob: BlobID
    private let fileExtension: String
    private let size: PixelSize?

    /// The path of a file that was just stored.
    public init(_ blob: BlobID, named name: ClientFileName, type: MediaType) {
        self.blob = blob
        fileExtension = name.fileExtension.isEmpty ? type.fileExtension : name.fileExtension
        size = name.size
    }

    /// Without a slash in front of it.
    public var text: String {
        let ending = size.map { "_\($0.width)x\($0.height)" } ?? ""
        return "\(Self.folders(of: blob).joined(separator: "/"))/\(blob)\(ending).\(fileExtension)"
    }

    /// What a path asks for.
    public struct Wish: Equatable, Sendable {
        public let blob: BlobID
        /// A smaller one is enough.
        public let isSmall: Bool
    }

    /// What a path asks for; `nil`: it is no such path.
    /// - Parameter segments: decoded, as a request has them.
    public static func wish(at segments: [String]) -> Wish? {
        guard segments.count == 4, let blob = BlobID(hex: Substring(segments[3].utf8.prefix(BlobID.byteCount * 2))),
            segments.dropLast().elementsEqual(folders(of: blob))
        else { return nil }
        var rest = Array(segments[3].utf8)[(BlobID.byteCount * 2)...]
        _ = takeSize(&rest)
        guard takeExtension(&rest) else { return nil }
        if rest.isEmpty { return Wish(blob: blob, isSmall: false) }
        return takeSize(&rest) && takeExtension(&rest) && rest.isEmpty ? Wish(blob: blob, isSmall: true) : nil
    }

    /// The original spreads its files over 256 folders of 256.
    private static func folders(of blob: BlobID) -> [String] {
        ["g0"] + blob.bytes.prefix(2).map { String(String(1_000 + Int($0)).dropFirst()) }
    }

    private static func takeSize(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: "_") else { return false }
        let end = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
        guard PixelSize(endOf: rest[..<end]) != nil, !rest[..<end].dropFirst().contains(UInt8(ascii: "_")) else {
            return false
        }
        rest = rest[end...]
        return true
    }

    private static func takeExtension(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: ".") else { return false }
        let letters = rest.dropFirst().prefix(while: \.isLetterOrDigit)
        guard (1...ClientFileName.maxExtensionBytes).contains(letters.count) else { return false }
        rest = rest[letters.endIndex...]
        return true
    }
}
