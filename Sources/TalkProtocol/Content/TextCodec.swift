public import Crypto
import Primitives

/// The bytes of a text message: the text, AES-256 in ECB mode, Base64.
///
/// A format and no secret, since every client contains the key. The server stores and passes on the bytes as they
/// come; it looks inside only to show the text in a push, and writes them only for messages of its own.
///
/// The plaintext is padded with zeros to whole blocks, and its last four bytes are the length of the text.
public struct TextCodec: Sendable {
    /// The key in every deployed client.
    public static let commonKey = [UInt8]("12345678901234567890123456789012".utf8)

    private static let trailerByteCount = 4
    private let cipher: AES256ECB

    /// - Parameter key: 32 bytes.
    public init(key: [UInt8] = commonKey) throws(CryptoError) {
        cipher = try AES256ECB(key: key)
    }

    /// The body of a message that says `text`. No text has no body: the result is then empty, and no server takes it.
    public func encode(_ text: String) throws(CryptoError) -> [UInt8] {
        var plain = [UInt8](text.utf8)
        guard !plain.isEmpty else { return [] }
        let length = UInt32(truncatingIfNeeded: plain.count)
        let block = AES256ECB.blockByteCount
        let blocks = (plain.count + Self.trailerByteCount + block - 1) / block
        plain.append(contentsOf: repeatElement(0, count: blocks * block - Self.trailerByteCount - plain.count))
        for shift: UInt32 in [24, 16, 8, 0] { plain.append(UInt8(truncatingIfNeeded: length >> shift)) }
        let sealed = try cipher.encrypt(plain.rawBytes)
        return Base64.encode(sealed.rawBytes)
    }

    /// The text bytes of a message body, or `nil` if it is not Base64 of whole blocks.
    ///
    /// They need not be UTF-8: Android writes code points above U+FFFF as two surrogates of three bytes each.
    public func decode(_ body: RawSpan) throws(CryptoError) -> [UInt8]? {
        guard let sealed = Base64.decode(body, skippingWhitespace: true), !sealed.isEmpty,
            sealed.count.isMultiple(of: AES256ECB.blockByteCount)
        else { return nil }
        let plain = try cipher.decrypt(sealed.rawBytes)
        return [UInt8](plain.prefix(Self.textByteCount(of: plain)))
    }

    /// The text for people to read: what is not UTF-8 is replaced, zeros at the end are left out.
    public func decodeText(_ body: RawSpan) throws(CryptoError) -> String? {
        guard let bytes = try decode(body) else { return nil }
        return String(decoding: Self.withoutTrailingZeros(bytes[...]), as: UTF8.self)
    }

    /// Finds the length in all three ways that clients write it.
    private static func textByteCount(of plain: [UInt8]) -> Int {
        let end = plain.count - trailerByteCount
        let length = plain[end...].reduce(0) { $0 << 8 | Int($1) }
        if length <= end && isZero(plain[length..<end]) { return length }
        // The Dart client writes only the last byte of the length, and may leave less than four bytes of room for it.
        let last = plain.count - 1
        let candidates = (plain.count - AES256ECB.blockByteCount)...last
        if let short = candidates.first(where: { $0 & 0xFF == plain[last] && isZero(plain[$0..<last]) }) {
            return short
        }
        // The web client counts three bytes for characters that have two, and six for those that have four.
        return withoutTrailingZeros(plain[..<end]).count
    }

    private static func isZero(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == 0 }
    }

    private static func withoutTrailingZeros(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.prefix((bytes.lastIndex { $0 != 0 } ?? -1) + 1)
    }
}
