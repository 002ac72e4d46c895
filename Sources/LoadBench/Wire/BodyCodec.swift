import Crypto
import Primitives
import TalkProtocol

/// Bodies as they go over the wire: the payload itself, or a text that clients can show, which costs an encryption
/// for each message sent and a decryption for each one received.
final class BodyCodec {
    private let byteCount: Int
    private let text: TextCodec?
    private let plain = ScratchWriter()
    private let encoded = ScratchWriter()

    /// - Parameter byteCount: of the payload; a text is about 2.7 times as long.
    init(byteCount: Int, asText: Bool) throws(CryptoError) {
        self.byteCount = byteCount
        text = asText ? try TextCodec() : nil
    }

    /// The body of a message; valid until the next call.
    func encode(_ payload: Payload) -> ScratchWriter {
        let plain = plain
        payload.write(into: &plain.writer, byteCount: byteCount)
        guard let text else { return plain }
        encoded.writer.clear()
        do {
            let digits = Hex.encode(plain.writer.bytes)
            encoded.writer.append(try text.encode(digits))
        } catch {
            preconditionFailure("a cipher that worked when it was made: \(error)")
        }
        return encoded
    }

    /// `nil` if the body is not one of ours, byte for byte.
    func decode(_ body: RawSpan) -> Payload? {
        guard let text else { return Payload(body) }
        guard let digits = try? text.decode(body),
            let plain = Hex.decode(String(decoding: digits, as: UTF8.self))
        else { return nil }
        return Payload(plain.rawBytes)
    }
}
