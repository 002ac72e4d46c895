import Glibc

/// The streams of this process. The one file that calls C here.
enum Terminal {
    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that went away, as `head` does.
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    static func isInteractive(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The first line of standard input.
    static func readLine() -> String? { Swift.readLine() }

    /// Asks without showing what is typed; `nil` without a terminal.
    static func ask(_ question: String) -> String? {
        guard let answer = unsafe getpass(question) else { return nil }
        return unsafe String(cString: answer)
    }
}
