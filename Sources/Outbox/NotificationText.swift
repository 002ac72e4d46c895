public import DBProxy
import Primitives
public import TalkProtocol

/// What a device shows of a message.
public struct NotificationText: Sendable, Equatable {
    /// How much of a message leaves the cluster.
    public enum Detail: String, Sendable, CaseIterable {
        /// The text of the message and who sent it.
        case message
        case sender
        /// That there is a message.
        case nothing
    }

    public enum Language: String, Sendable, CaseIterable {
        case english = "en"
        case chinese = "zh"
    }

    /// Characters of the text that are shown.
    public static let longest = 160
    /// Of that and of names: a character may have any number of marks, and services take some 4 KiB in all.
    static let mostBytes = 1_200

    public let title: String
    public let body: String

    public init(_ due: DueNotification, _ detail: Detail, _ language: Language, _ codec: TextCodec) {
        let words = Words(language)
        let isGroup = due.type.sessionType == .group
        let name = Self.plain(due.senderName, longest: 64)
        let sender = name.isEmpty ? words.somebody : name
        switch detail {
        case .nothing:
            title = words.product
            body = words.message
        case .sender:
            title = sender
            body = isGroup ? words.messageInGroup : words.message
        case .message:
            let said = Self.said(due, words, codec)
            title = isGroup ? Self.plain(due.groupName ?? words.group, longest: 64) : sender
            body = isGroup ? "\(sender): \(said)" : said
        }
    }

    private static func said(_ due: DueNotification, _ words: Words, _ codec: TextCodec) -> String {
        switch due.type {
        case .singleAudio, .groupAudio: return words.voice
        case .singleText, .groupText:
            guard let text = try? codec.decodeText(due.body.rawBytes) else { return words.message }
            let parts = TextPart.split(text).map { part in
                switch part {
                case .text(let text): text
                case .image: words.picture
                }
            }
            let shown = plain(parts.joined(separator: " "), longest: longest)
            return shown.isEmpty ? words.message : shown
        }
    }

    /// One line, cut between characters as people see them.
    private static func plain(_ text: String, longest: Int) -> String {
        let line = String(text.unicodeScalars.map { isShown($0) ? Character($0) : " " })
            .split(separator: " ").joined(separator: " ")
        var byteCount = 0
        let shown = line.prefix(longest).prefix { character in
            byteCount += character.utf8.count
            return byteCount <= mostBytes
        }
        if shown.endIndex == line.endIndex { return line }
        return shown.isEmpty ? "" : shown.dropLast() + "…"
    }

    /// Control characters, and those that turn the direction of what stands behind them, are not.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
        }
    }

    private struct Words {
        let product = "Grapevine"
        let message, messageInGroup, picture, voice, somebody, group: String

        init(_ language: Language) {
            switch language {
            case .english:
                (message, messageInGroup) = ("You have a new message", "New message in a group")
                (picture, voice, somebody, group) = ("[picture]", "[voice message]", "Somebody", "Group")
            case .chinese:
                (message, messageInGroup) = ("您收到了一条消息", "群聊中有新消息")
                (picture, voice, somebody, group) = ("[图片]", "[语音]", "有人", "群聊")
            }
        }
    }
}
