import Glibc

/// The standard streams: what a program says to people, and asks them.
public enum Terminal {
    public enum Stream: Int32, Sendable {
        case input = 0
        case output = 1
        case errors = 2

        /// Whether somebody sits at the other end.
        public var isInteractive: Bool { isatty(rawValue) == 1 }
    }

    /// Blocks until all of it is written, or the reader has gone away, as `head` does: then `false`.
    @discardableResult
    public static func write(_ text: String, to stream: Stream) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// Asks for a line without showing what is typed; `nil` if there is no terminal. The one of the C library takes
    /// Ctrl-C for a letter, and a program that is ended leaves a terminal that shows nothing.
    public static func askSecret(_ question: String) -> String? {
        guard RawTerminal.hide() else { return nil }
        defer {
            RawTerminal.restore()
            write("\n", to: .errors)
        }
        write(question, to: .errors)
        return readLine() ?? ""
    }
}
