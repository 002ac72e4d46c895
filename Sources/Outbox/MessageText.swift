import Primitives
import TalkProtocol

/// What services are told of the body of a message: its kind, and its text if it has one that can be read.
struct MessageText {
    let members: [(String, JSON)]

    init(_ type: MsgType, _ body: [UInt8], _ codec: TextCodec) {
        let isText = type == .singleText || type == .groupText
        let text = isText ? (try? codec.decodeText(body.rawBytes)).flatMap { $0 } : nil
        members = [
            ("type", .string(!isText ? "voice" : text == nil ? "undecodable" : "text")),
            ("text", text.map(JSON.string) ?? .null),
        ]
    }
}
