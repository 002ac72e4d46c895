import Crypto
import Primitives
import TalkProtocol

/// What others wrote, as one line that does nothing to a terminal but to stand there.
struct PlainText {
    private let codec: TextCodec

    init() throws(CryptoError) {
        codec = try TextCodec()
    }

    /// The body of a message with `text`, as the apps write it.
    func body(_ text: String) -> [UInt8] {
        (try? codec.encode(text)) ?? []
    }

    func line(of body: RawSpan, _ type: MsgType) -> String {
        switch type {
        case .singleAudio, .groupAudio: return "(a voice message)"
        case .singleText, .groupText: break
        }
        guard let text = try? codec.decodeText(body) else { return "(a text that cannot be read)" }
        return Self.line(
            TextPart.split(text).map { part in
                switch part {
                case .text(let words): words
                case .image(let url): "(image \(url))"
                }
            }.joined())
    }

    /// Without control characters (ECMA-48 takes them for orders: move, erase, rename the window), and without those
    /// that turn the direction of writing, which could make a line look like somebody else's.
    static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x2028, 0x2029: line.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: break
            default: line.append(scalar)
            }
        }
        return String(line)
    }
}
