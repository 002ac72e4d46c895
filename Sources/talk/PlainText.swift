import Crypto
import Primitives
import Program
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
        let parts = TextPart.split(text).map { part in
            switch part {
            case .text(let words): words
            case .image(let url): "(image \(url))"
            }
        }
        return parts.joined().onTerminal
    }
}
