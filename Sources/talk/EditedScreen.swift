import Program
import Synchronization

/// A terminal with a line at its foot that somebody types, above which the rest appears. Called on any thread.
final class EditedScreen: Sendable {
    private struct State {
        var editor = LineEditor(prompt: "> ")
        var isOver = false
    }

    private let state = Mutex(State())

    /// `nil` if there is nobody, or a terminal that cannot be drawn on.
    init?() {
        let streams: [Terminal.Stream] = [.input, .output]
        guard streams.allSatisfy(\.isInteractive), Environment.all["TERM"] ?? "dumb" != "dumb", RawTerminal.begin()
        else { return nil }
        state.withLock { Self.draw($0) }
    }

    /// Writes a line above the one that is typed.
    func show(_ line: String, to stream: Terminal.Stream) {
        state.withLock { state in
            if state.isOver || !stream.isInteractive {
                Terminal.write(line + "\n", to: stream)
                return
            }
            Terminal.write(LineEditor.erasure, to: .output)
            Terminal.write(line + "\n", to: stream)
            Self.draw(state)
        }
    }

    /// Calls `line` with each line, and with `nil` when there will be no more. Returns when everything is to end.
    func read(_ line: (String?) -> Void) {
        var keys = KeyReader()
        while true {
            let bytes = RawTerminal.read()
            if bytes.isEmpty { return line(nil) }
            for key in bytes.compactMap({ keys.read($0) }) {
                switch press(key) {
                case .line(let text)?: line(text)
                case .closed?: line(nil)
                case .interrupted?: return
                case nil: break
                }
            }
            state.withLock { Self.draw($0) }
        }
    }

    private func press(_ key: Key) -> LineEditor.Outcome? {
        state.withLock { state in
            let outcome = state.editor.press(key)
            // The whole of it stays on the screen, however long it is.
            if case .line(let text)? = outcome {
                Terminal.write(LineEditor.erasure + state.editor.prompt + text + "\n", to: .output)
            }
            return outcome
        }
    }

    /// Gives the terminal back.
    func end() {
        state.withLock { state in
            guard !state.isOver else { return }
            state.isOver = true
            Terminal.write(LineEditor.erasure, to: .output)
            RawTerminal.restore()
        }
    }

    private static func draw(_ state: borrowing State) {
        if !state.isOver { Terminal.write(state.editor.drawing(columns: RawTerminal.columns), to: .output) }
    }
}
