/// A line that is being typed, and those before it. A core: keys come in, what to draw comes out.
struct LineEditor {
    enum Outcome: Equatable {
        case line(String)
        /// There will be no more.
        case closed
        case interrupted
    }

    /// More than any server takes.
    private static let maxScalars = 16 << 10
    private static let maxHistory = 200

    let prompt: String
    /// Up to the cursor, and behind it.
    private var before = ""
    private var after = ""
    private var history: [String] = []
    /// Which line of the history is shown; its count is the new line.
    private var place = 0
    /// The new line, while an older one is shown.
    private var draft = ""

    init(prompt: String) {
        self.prompt = prompt
    }

    var text: String { before + after }

    mutating func press(_ key: Key) -> Outcome? {
        switch key {
        case .character(let scalar):
            let count = before.unicodeScalars.count + after.unicodeScalars.count
            if count < Self.maxScalars { before.unicodeScalars.append(scalar) }
        case .enter: return .line(take())
        case .backspace: _ = before.popLast()
        case .delete: deleteNext()
        case .left:
            if let character = before.popLast() { after.insert(character, at: after.startIndex) }
        case .right:
            if !after.isEmpty { before.append(after.removeFirst()) }
        case .home: (before, after) = ("", text)
        case .end: (before, after) = (text, "")
        case .older: show(place - 1)
        case .newer: show(place + 1)
        case .cutRest: after = ""
        case .cutLine: before = ""
        case .cutWord:
            while before.last?.isWhitespace == true { before.removeLast() }
            while let last = before.last, !last.isWhitespace { before.removeLast() }
        case .redraw: break
        case .close:
            if text.isEmpty { return .closed }
            deleteNext()
        case .interrupt: return .interrupted
        }
        return nil
    }

    private mutating func deleteNext() {
        if !after.isEmpty { after.removeFirst() }
    }

    private mutating func take() -> String {
        let line = text
        (before, after, draft) = ("", "", "")
        if !line.isEmpty, line != history.last { history.append(line) }
        if history.count > Self.maxHistory { history.removeFirst() }
        place = history.count
        return line
    }

    private mutating func show(_ wanted: Int) {
        guard wanted >= 0, wanted <= history.count, wanted != place else { return }
        if place == history.count { draft = text }
        place = wanted
        (before, after) = (place == history.count ? draft : history[place], "")
    }

    // MARK: - What to draw

    /// ECMA-48: to the start of the line, erase to its end.
    static let erasure = "\r\u{1b}[K"

    /// The line as it is, and the cursor where it belongs. Of a line that is too long the part around the cursor is
    /// drawn: lines that the terminal wraps could not be erased.
    ///
    /// - Parameter columns: of the terminal.
    func drawing(columns: Int) -> String {
        // The last column stays free for the cursor.
        let room = max(2, columns - Columns.count(prompt) - 1)
        let head = Columns.suffix(of: before, fitting: after.isEmpty ? room : room * 2 / 3)
        let tail = Columns.prefix(of: after, fitting: room - Columns.count(head))
        let back = Columns.count(tail)
        return Self.erasure + prompt + head + tail + (back == 0 ? "" : "\u{1b}[\(back)D")
    }
}
