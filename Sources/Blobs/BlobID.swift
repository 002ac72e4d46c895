import Crypto
import Primitives

/// What a blob is known by: the SHA-256 of its bytes.
public struct BlobID: Hashable, Sendable, CustomStringConvertible {
    public static let byteCount = SHA256.byteCount

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// `nil` for another number of bytes.
    public init?(_ digest: RawSpan) {
        var reader = ByteReader(digest)
        guard let a: UInt64 = reader.read(), let b: UInt64 = reader.read(), let c: UInt64 = reader.read(),
            let d: UInt64 = reader.read(), reader.isAtEnd
        else { return nil }
        words = (a, b, c, d)
    }

    /// `nil` for anything but 64 lower-case digits: a blob has one name.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == Self.byteCount * 2,
            hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let bytes = Hex.decode(String(hex))
        else { return nil }
        self.init(bytes.rawBytes)
    }

    public var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.append(bigEndian: words.0)
        writer.append(bigEndian: words.1)
        writer.append(bigEndian: words.2)
        writer.append(bigEndian: words.3)
        return writer.bytes.copied()
    }

    /// 64 lower-case digits.
    public var description: String { Hex.encode(bytes.rawBytes) }

    public static func == (left: BlobID, right: BlobID) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        // One word of a digest is as good as all of them.
        hasher.combine(words.0)
    }
}
