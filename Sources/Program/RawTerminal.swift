import Glibc
import Synchronization

/// A terminal that gives each key as it is pressed and shows nothing by itself. It is given back as it was by
/// `restore`, and by the signals that end a program.
public enum RawTerminal {
    private static let isRaw = Atomic<Bool>(false)
    /// Written before `isRaw` is set, and not after.
    nonisolated(unsafe) private static var before = termios()

    /// `false` if standard input is no terminal that can do it.
    public static func begin() -> Bool {
        // Ctrl-C and the like are keys too: whoever reads them can give the terminal back.
        begin { raw in
            raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
            raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        }
    }

    /// Only shows nothing: lines are lines, and Ctrl-C ends the program.
    static func hide() -> Bool { begin { $0.c_lflag &= ~tcflag_t(ECHO) } }

    private static func begin(_ change: (inout termios) -> Void) -> Bool {
        guard !isRaw.load(ordering: .acquiring), unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return false }
        var raw = unsafe before
        change(&raw)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0 else { return false }
        isRaw.store(true, ordering: .releasing)
        for number in [SIGTERM, SIGHUP, SIGINT, SIGQUIT] {
            _ = signal(number) { number in
                RawTerminal.restore()
                // tcsetattr, signal and raise may be called here (POSIX, signal-safety).
                _ = signal(number, SIG_DFL)
                _ = raise(number)
            }
        }
        return true
    }

    public static func restore() {
        guard isRaw.exchange(false, ordering: .acquiringAndReleasing) else { return }
        unsafe _ = tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
    }

    /// What was pressed, at least one byte; empty at the end. Blocks.
    public static func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            return Array(bytes.prefix(max(0, count)))
        }
    }

    /// How wide standard output is now.
    public static var columns: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
