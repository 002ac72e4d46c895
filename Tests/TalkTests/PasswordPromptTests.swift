import Foundation
import Glibc
import Testing

/// What the prompt for a password does to the terminal of a program.
@Suite struct PasswordPromptTests {
    /// A terminal, and a program at it that asks for a password.
    private final class Prompt {
        let process: Process
        let terminal: Int32
        /// Held, so that the state of the terminal outlives the program.
        private let slave: Int32
        let pid: pid_t

        init() throws {
            let terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
            // TIOCSPTLCK and TIOCGPTN (ioctl_tty): the other end may be opened, and has this number.
            var (lock, number) = (Int32(0), Int32(0))
            let isThere = unsafe ioctl(terminal, 0x4004_5431, &lock) == 0 && ioctl(terminal, 0x8004_5430, &number) == 0
            try #require(isThere)
            let slave = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
            let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            let beside = folder.appending(path: "talk").path
            let program = FileManager.default.isExecutableFile(atPath: beside) ? beside : ".build/debug/talk"
            let handle = FileHandle(fileDescriptor: slave)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
            process.arguments = [
                "--ctty", "--wait", "sh", "-c", "echo pid $$.; exec \"$0\" alice --http 127.0.0.1:1", program,
            ]
            (process.standardInput, process.standardOutput, process.standardError) = (handle, handle, handle)
            // A child inherits what is blocked, and threads of tests block much.
            var none = sigset_t(), before = sigset_t()
            unsafe sigemptyset(&none)
            unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
            defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
            try process.run()
            let shown = Self.read(terminal, until: "Password of alice: ")
            let digits = shown.split(separator: " ").dropFirst().first?.prefix { $0.isNumber } ?? ""
            let pid = try #require(pid_t(digits), "\(shown)")
            (self.process, self.terminal, self.slave, self.pid) = (process, terminal, slave, pid)
        }

        deinit {
            kill(pid, SIGKILL)
            close(terminal)
            close(slave)
        }

        private static func read(_ terminal: Int32, until end: String) -> String {
            var shown = ""
            var buffer = [UInt8](repeating: 0, count: 256)
            while !shown.hasSuffix(end) {
                let count = unsafe Glibc.read(terminal, &buffer, buffer.count)
                guard count > 0 else { break }
                shown += String(decoding: buffer.prefix(count), as: UTF8.self)
            }
            return shown
        }

        func type(_ keys: String) {
            let bytes = Array(keys.utf8)
            _ = unsafe write(terminal, bytes, bytes.count)
        }

        var shows: Bool {
            var state = termios()
            unsafe tcgetattr(terminal, &state)
            return state.c_lflag & tcflag_t(ECHO) != 0
        }
    }

    @Test func nothingIsShownWhileItIsTyped() throws {
        let prompt = try Prompt()
        #expect(!prompt.shows)
        prompt.type("secret\n")
        prompt.process.waitUntilExit()
        // Nobody answers there.
        #expect(prompt.process.terminationStatus == 3)
        #expect(prompt.shows)
    }

    @Test func controlCEndsTheProgram() throws {
        let prompt = try Prompt()
        // A program that takes it for a part of the password goes on.
        prompt.type("secret\u{3}\n")
        prompt.process.waitUntilExit()
        #expect(prompt.process.terminationStatus != 3)
        #expect(prompt.shows)
    }

    @Test func theTerminalIsGivenBackOnSIGTERM() throws {
        let prompt = try Prompt()
        kill(prompt.pid, SIGTERM)
        prompt.process.waitUntilExit()
        #expect(prompt.shows)
    }
}
