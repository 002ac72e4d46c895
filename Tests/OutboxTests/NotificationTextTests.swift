import Outbox
import TalkProtocol
import Testing

struct NotificationTextTests {
    private func text(
        _ said: String, _ detail: NotificationText.Detail = .message, _ language: NotificationText.Language = .english,
        type: MsgType = .singleText, group: UInt64? = nil
    ) throws -> NotificationText {
        let due = try DueExample.make(said, type, group)
        return NotificationText(due, detail, language, try TextCodec())
    }

    @Test("who sent it, and what; in a group where, who and what")
    func whole() throws {
        let single = try text("hello")
        #expect(single.title == "Ann" && single.body == "hello")
        let group = try text("hello", type: .groupText, group: 7)
        #expect(group.title == "Team" && group.body == "Ann: hello")
    }

    @Test("no text leaves where the setting says so")
    func generic() throws {
        for language in NotificationText.Language.allCases {
            for detail in [NotificationText.Detail.sender, .nothing] {
                let shown = try text("secret", detail, language)
                #expect(!shown.body.contains("secret") && !shown.title.contains("secret"))
            }
            #expect(try text("x", .nothing, language).title == "Grapevine")
            #expect(try text("x", .sender, language).title == "Ann")
        }
    }

    @Test("pictures and voices are words; what cannot be read is a message")
    func kinds() throws {
        #expect(try text("look &$#@~^@[{:http://h/1.png:}]&$~@#@ here").body == "look [picture] here")
        #expect(try text("", type: .singleAudio).body == "[voice message]")
        #expect(try text("", .message, .chinese, type: .singleAudio).body == "[语音]")
        #expect(try text("").body == "You have a new message")
    }

    @Test("B67: a text is one line, cut between characters, without signs that turn its direction")
    func cut() throws {
        #expect(try text("a\nb\u{0}\u{202E}c").body == "a b c")
        let family = "👨‍👩‍👧‍👦"
        let long = try text(String(repeating: family, count: 500)).body
        #expect(long.utf8.count <= 1_300 && long.hasPrefix(family) && long.hasSuffix("…"))
        let plain = try text(String(repeating: "字", count: 500)).body
        #expect(plain == String(repeating: "字", count: NotificationText.longest - 1) + "…")
        let whole = String(repeating: "x", count: NotificationText.longest)
        #expect(try text(whole).body == whole)
        // One character, and longer than any service takes.
        #expect(try text("a" + String(repeating: "\u{301}", count: 5_000)).body == "You have a new message")
    }
}
