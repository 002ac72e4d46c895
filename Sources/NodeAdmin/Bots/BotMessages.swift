import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

/// A conversation as a bot names it: `g5` for group 5, `u7` for what it and user 7 write to each other.
enum BotConversationName {
    static let schema = JSONSchema.text(
        JSONSchema.TextRule(
            lengths: 2...11, meaning: "be `g` and the number of a group, or `u` and that of a user",
            pattern: "^[gu][1-9][0-9]{0,9}$", holds: { parts($0) != nil }))

    static func of(_ conversation: ConversationID, for bot: UserID) -> String {
        (conversation.sessionType == .group ? "g" : "u") + "\(conversation.sessionID(for: bot))"
    }

    /// `nil`: none of this bot can have this name.
    static func conversation(_ name: String, of bot: UserID) -> ConversationID? {
        parts(name).flatMap { ConversationID(of: bot, $0, session: $1) }
    }

    private static func parts(_ name: String) -> (SessionType, UInt32)? {
        guard let number = UInt32(name.dropFirst()), number > 0, number <= Int32.max,
            name.dropFirst().utf8.elementsEqual("\(number)".utf8)
        else { return nil }
        switch name.utf8.first {
        case UInt8(ascii: "g"): return (.group, number)
        case UInt8(ascii: "u"): return (.single, number)
        default: return nil
        }
    }
}

/// Messages as bots read them.
struct BotMessages {
    static let schema = JSONSchema.object([
        .init("conversation", BotConversationName.schema, "write there to reply"), .init("id", .id),
        .init("from", .id, "number of a user"), .init("at", .string),
        .init("type", .choice(["text", "voice", "undecodable"]), "undecodable: a text, but not as clients write it"),
        .init("text", .nullable(.string), "null: it is none, or undecodable"),
    ])

    private let codec: TextCodec?

    init() {
        codec = try? TextCodec()
    }

    func json(_ message: StoredMessage, in conversation: ConversationID, for bot: UserID) -> JSON {
        let isText = message.type == .singleText || message.type == .groupText
        let text = isText ? (try? codec?.decodeText(message.body.rawBytes)).flatMap { $0 } : nil
        return .object([
            ("conversation", .string(BotConversationName.of(conversation, for: bot))),
            ("id", .number(Int(message.id.rawValue))), ("from", .number(Int(message.sender.rawValue))),
            ("at", .string(UnixTime(milliseconds: Int64(message.createdAt) * 1000).rfc3339)),
            ("type", .string(!isText ? "voice" : text == nil ? "undecodable" : "text")),
            ("text", text.map(JSON.string) ?? .null),
        ])
    }

    /// As clients write it; `nil`: OpenSSL refused.
    func body(_ text: String) -> [UInt8]? {
        (try? codec?.encode(text)).flatMap { $0 }
    }
}

extension JSONSchema {
    /// What a bot may say: what it may be as it travels is checked later, by the bytes.
    static let message = JSONSchema.text(
        TextRule(
            lengths: 1...16_384, meaning: "have no control characters but line ends and tabs",
            pattern: #"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"#,
            holds: { text in !text.utf8.contains { ($0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13) || $0 == 0x7f } }))
}
