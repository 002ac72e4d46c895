import Glibc

/// Another program, run to its end.
public struct ChildProcess: Sendable {
    public enum Failure: Error {
        /// There is no such program.
        case missing
        case system(String)
    }

    /// How it ended, and what it said.
    public struct Ending: Sendable {
        /// 128 and the number of the signal if one ended it, as a shell has it.
        public let code: Int32
        public let output: String
        public let errors: String
    }

    /// What is longer is left out: of the output the end, of the errors the start, where the reason stands.
    private static let maxByteCount = 4 << 20
    private static let pollMilliseconds: Int32 = 500

    private let program: String
    private let arguments: [String]
    private let environment: [String: String]

    /// - Parameters:
    ///   - program: looked for in PATH if there is no slash in it.
    ///   - environment: all of it. Secrets belong here: everybody can read the arguments of a process.
    public init(_ program: String, _ arguments: [String], environment: [String: String]) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// Blocks until the program has ended. It reads nothing.
    /// - Parameter meanwhile: called twice a second.
    public func run(meanwhile: () -> Void = {}) throws(Failure) -> Ending {
        let (output, errors) = (try Pipe(), try Pipe())
        let id = try spawn(input: nil, output: output.writer, errors: errors.writer)
        output.closeWriter()
        errors.closeWriter()
        var listener = Listener([output.reader, errors.reader])
        listener.listen(meanwhile) { $0.isAtEnd(0) && $0.isAtEnd(1) }
        return Ending(code: try Self.wait(for: id), output: listener.text(0), errors: listener.text(1))
    }

    /// Runs two programs, of which the second reads what the first one writes.
    ///
    /// The second sees the end of that only if the first one succeeds. Otherwise it is killed: it must not take half
    /// of its input for the whole.
    public static func run(
        _ source: ChildProcess, into sink: ChildProcess, meanwhile: () -> Void = {}
    ) throws(Failure) -> (source: Ending, sink: Ending) {
        let (between, sourceErrors, sinkErrors) = (try Pipe(), try Pipe(), try Pipe())
        let sinkID = try sink.spawn(input: between.reader, output: nil, errors: sinkErrors.writer)
        let sourceID: pid_t
        do throws(Failure) {
            sourceID = try source.spawn(input: nil, output: between.writer, errors: sourceErrors.writer)
        } catch {
            kill(sinkID, SIGTERM)
            _ = try wait(for: sinkID)
            throw error
        }
        between.closeReader()
        sourceErrors.closeWriter()
        sinkErrors.closeWriter()
        var listener = Listener([sourceErrors.reader, sinkErrors.reader])
        listener.listen(meanwhile) { $0.isAtEnd(0) }
        let sourceCode = try wait(for: sourceID)
        if sourceCode != 0 { kill(sinkID, SIGTERM) }
        between.closeWriter()
        listener.listen(meanwhile) { $0.isAtEnd(1) }
        return (
            Ending(code: sourceCode, output: "", errors: listener.text(0)),
            Ending(code: try wait(for: sinkID), output: "", errors: listener.text(1))
        )
    }

    /// Collects what comes out of pipes.
    private struct Listener {
        private var readers: [Int32]
        private var texts: [[UInt8]]

        init(_ readers: [Int32]) {
            self.readers = readers
            texts = Array(repeating: [], count: readers.count)
        }

        func isAtEnd(_ index: Int) -> Bool { readers[index] < 0 }

        func text(_ index: Int) -> String { String(decoding: texts[index], as: UTF8.self) }

        mutating func listen(_ meanwhile: () -> Void, until isDone: (Listener) -> Bool) {
            while !isDone(self) {
                var polled = readers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                if unsafe poll(&polled, nfds_t(polled.count), pollMilliseconds) == 0 { meanwhile() }
                for (index, entry) in polled.enumerated() where entry.revents != 0 {
                    if !read(entry.fd, into: &texts[index]) { readers[index] = -1 }
                }
            }
        }
    }

    private static func wait(for id: pid_t) throws(Failure) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 {
            if errno != EINTR { throw .system("waitpid: \(reason(errno))") }
        }
        // As the macros of <sys/wait.h> take it apart.
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    /// Ends are closed where they are not needed any more: a reader sees the end when the last writer has gone.
    private final class Pipe {
        private(set) var reader: Int32
        private(set) var writer: Int32

        init() throws(Failure) {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { throw .system("pipe: \(reason(errno))") }
            (reader, writer) = (ends[0], ends[1])
            // Not for the program, which gets the one end that it needs under another number.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }

        deinit {
            closeWriter()
            closeReader()
        }

        func closeReader() {
            if reader >= 0 { close(reader) }
            reader = -1
        }

        func closeWriter() {
            if writer >= 0 { close(writer) }
            writer = -1
        }
    }

    /// Streams that are not given lead nowhere.
    private func spawn(input: Int32?, output: Int32?, errors: Int32) throws(Failure) -> pid_t {
        guard let path = path() else { throw .missing }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [(Int32(0), input), (1, output), (2, errors)] {
            if let descriptor {
                unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer {
            for unsafe text in unsafe words + variables { unsafe free(text) }
        }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, path, &actions, nil, &words, &variables)
        if code != 0 { throw .system("\(path): \(Self.reason(code))") }
        return id
    }

    /// By the PATH that the program gets, as a shell has it.
    private func path() -> String? {
        if program.utf8.contains(UInt8(ascii: "/")) { return program }
        let folders = environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(program)" }.first { unsafe access($0, X_OK) == 0 }
    }

    /// `false` at the end.
    private static func read(_ descriptor: Int32, into text: inout [UInt8]) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        if count < 0 { return errno == EINTR }
        text += bytes.prefix(min(count, maxByteCount - text.count))
        return count > 0
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
