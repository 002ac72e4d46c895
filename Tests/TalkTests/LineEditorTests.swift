import Testing

@testable import talk

/// A line as it is typed, key by key, and as it is drawn.
@Suite struct LineEditorTests {
    private var editor = LineEditor(prompt: "> ")
    private var keys = KeyReader()

    /// What came of these bytes.
    @discardableResult
    private mutating func type(_ bytes: [UInt8]) -> [LineEditor.Outcome] {
        var outcomes: [LineEditor.Outcome] = []
        for byte in bytes {
            guard let key = keys.read(byte), let outcome = editor.press(key) else { continue }
            outcomes.append(outcome)
        }
        return outcomes
    }

    @discardableResult
    private mutating func type(_ text: String) -> [LineEditor.Outcome] { type([UInt8](text.utf8)) }

    private static let left = "\u{1b}[D"
    private static let right = "\u{1b}[C"
    private static let up = "\u{1b}[A"
    private static let down = "\u{1b}OB"

    @Test mutating func linesComeWholeAndInOrder() {
        #expect(type("bob: hello\rbob: 你好 👍\n") == [.line("bob: hello"), .line("bob: 你好 👍")])
        #expect(type("\r") == [.line("")])
    }

    @Test mutating func theCursorMoves() {
        type("hllo" + Self.left + Self.left + Self.left + "e")
        #expect(editor.text == "hello")
        type("\u{1}>\u{5}<")
        #expect(editor.text == ">hello<")
        type("\u{1b}[H\u{1b}[3~\u{1b}[F\u{7f}" + Self.left + Self.left + Self.right + "!")
        #expect(editor.text == "hell!o")
    }

    /// A character may consist of many bytes and of several scalars; nothing cuts one.
    @Test mutating func charactersAreDeletedAndPassedAsAWhole() {
        type("aé你👩‍👩‍👧e\u{301}")
        for rest in ["aé你👩‍👩‍👧", "aé你", "aé", "a", "", ""] {
            type("\u{7f}")
            #expect(editor.text == rest)
        }
        type("你👍" + Self.left + Self.left + "x")
        #expect(editor.text == "x你👍")
    }

    @Test mutating func partsAreCut() {
        type("one two  three" + Self.left + "\u{17}")
        #expect(editor.text == "one two  e")
        type("\u{15}")
        #expect(editor.text == "e")
        type("abc\u{1}\u{6}\u{b}")
        #expect(editor.text == "a")
    }

    @Test mutating func olderLinesComeBackAndTheDraftIsKept() {
        type("one\rtwo\rtwo\r\rdraft")
        let shown = [Self.up, Self.up, Self.up, Self.down, Self.down, Self.down].map { key in
            type(key)
            return editor.text
        }
        #expect(shown == ["two", "one", "one", "two", "draft", "draft"])
        type("\u{15}\u{10}\u{10}")
        #expect(type("!\r") == [.line("one!")])
    }

    @Test mutating func theEndIsSaidOnAnEmptyLine() {
        #expect(type("a\u{1}\u{4}").isEmpty && editor.text == "")
        #expect(type("\u{4}") == [.closed])
        #expect(type("abc\u{3}") == [.interrupted])
    }

    @Test(arguments: [
        [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC2, 0x9B],
        [0xF4, 0x90, 0x80, 0x80], [0x1B, 0x5B, 0x32, 0x30, 0x30, 0x7E], [0x1B, 0x78], [0x1B, 0x4F, 0x50], [0x00],
        [0x1B, 0x5B, 0x31, 0x3B, 0x35, 0x5A],
    ] as [[UInt8]])
    mutating func whatIsNoKeyIsNothing(bytes: [UInt8]) {
        #expect(type(bytes + [UInt8]("ok\r".utf8)) == [.line("ok")])
    }

    @Test mutating func aCharacterThatIsCutOffTakesNoOtherWithIt() {
        #expect(type([0xE4, 0xBD] + [UInt8]("a\r".utf8)) == [.line("a")])
        // Without an end, and without a bound.
        type([0x1B, 0x5B] + [UInt8](repeating: 0x30, count: 100))
        type("\rb\r")
        #expect(editor.text == "")
    }

    @Test mutating func aLineIsBounded() {
        type(String(repeating: "a", count: 20_000))
        #expect(editor.text.count == 16 << 10)
    }

    @Test(arguments: [
        ("a", 1), ("é", 1), ("e\u{301}", 1), ("你", 2), ("ｱ", 1), ("ア", 2), ("한", 2), ("Ａ", 2), ("👍", 2),
        ("👩‍👩‍👧", 2), ("❤️", 2), ("🇩🇪", 2), ("\u{301}", 0), ("你好, bob", 9),
    ])
    func columnsAreCounted(text: String, columns: Int) {
        #expect(Columns.count(text) == columns)
    }

    private func plain(_ drawing: String) -> String { String(drawing.dropFirst(LineEditor.erasure.count)) }

    @Test mutating func theCursorIsDrawnWhereItIs() {
        type("你好" + Self.left)
        #expect(editor.drawing(columns: 80) == "\r\u{1b}[K> 你好\u{1b}[2D")
        type(Self.right)
        #expect(editor.drawing(columns: 80) == "\r\u{1b}[K> 你好")
    }

    /// A line that the terminal wraps could not be erased when a message comes.
    @Test(arguments: [4, 5, 10, 11, 40]) mutating func aDrawingNeverTakesTheLastColumn(columns: Int) {
        type(String(repeating: "a你", count: 30))
        for _ in 0..<70 {
            let drawn = plain(editor.drawing(columns: columns)).split(separator: "\u{1b}")[0]
            #expect(Columns.count(drawn) < max(columns, 6))
            type(Self.left)
        }
    }
}
