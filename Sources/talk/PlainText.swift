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

    /// - Parameter keepsakes: get what can be saved of it.
    func line(of body: RawSpan, _ type: MsgType, into keepsakes: inout Keepsakes) -> String {
        switch type {
        case .singleAudio, .groupAudio: return Self.line(ofVoice: body, &keepsakes)
        case .singleText, .groupText: break
        }
        guard let text = try? codec.decodeText(body) else { return "(a text that cannot be read)" }
        let parts = TextPart.split(text).map { part in
            switch part {
            case .text(let words): words
            case .image(let url): "(picture\(Self.size(in: url)): /save \(keepsakes.add(.picture(url))))"
            }
        }
        return parts.joined().onTerminal
    }

    /// Seconds, then what is heard.
    private static func line(ofVoice body: RawSpan, _ keepsakes: inout Keepsakes) -> String {
        guard let seconds = body.bigEndian(at: 0, as: UInt32.self) else { return "(a voice message)" }
        let sound = body.extracting(droppingFirst: 4).copied()
        return "(voice, \(seconds) s, \(sizeText(sound.count)): /save \(keepsakes.add(.voice(sound))))"
    }

    /// Pixels, where the address has them.
    private static func size(in url: String) -> String {
        url.firstMatch(of: #/_([0-9]{1,4}x[0-9]{1,4})\.[A-Za-z0-9]+$/#).map { " \($0.1)" } ?? ""
    }
}

/// As people say it.
func sizeText(_ byteCount: Int) -> String {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)]
    guard let unit = units.first(where: { byteCount >= $0.1 }) else { return "\(byteCount) B" }
    return "\(byteCount / unit.1).\(byteCount % unit.1 * 10 / unit.1) \(unit.0)"
}
