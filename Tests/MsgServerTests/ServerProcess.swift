import Foundation
import PostgresKit

/// A node as a process of its own, whose log is read line by line.
final class ServerProcess {
    struct Ended: Error {
        let log: [String]
    }

    private let process = Process()
    private let database: TestDatabase?
    private let output = Pipe()
    private var rest = ""
    private(set) var log: [String] = []

    /// - Parameter limit: of open files.
    init(_ database: TestDatabase?, limit: Int = 4096, _ settings: [String: String] = [:]) throws {
        self.database = database
        // Beside the program that runs the tests.
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "msg-server").path
        let found = FileManager.default.isExecutableFile(atPath: program)
            ? program : Self.root.appending(path: ".build/debug/msg-server").path
        var environment = ["PATH": "/usr/bin:/bin"]
        let all = [
            "postgres.dsn": database?.connectionString ?? "", "cluster.secret": "b9c1f0d6a83e4752b9c1f0d6a83e4751",
            "client.listen": "127.0.0.1:0", "http.listen": "127.0.0.1:0", "admin.listen": "127.0.0.1:0",
            "gossip.listen": "127.0.0.1:0", "bus.listen": "127.0.0.1:0", "node.loops": "1", "load_test": "on",
        ].merging(settings) { $1 }
        for (name, value) in all {
            environment["GRAPEVINE_" + name.uppercased().replacing(".", with: "_")] = value
        }
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "ulimit -n \(limit); exec \"$0\"", found]
        process.environment = environment
        process.standardOutput = output
        // A child inherits what is blocked, and threads of tests block much: it would live on for that alone.
        var none = sigset_t(), before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        // Else the end of the process would not be the end of its log.
        try output.fileHandleForWriting.close()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    private static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Reads the log until an event of that name.
    func line(of event: String) throws -> String {
        while true {
            while let end = rest.firstIndex(of: "\n") {
                let line = String(rest[..<end])
                rest = String(rest[rest.index(after: end)...])
                log.append(line)
                if line.contains(#""event":"\#(event)""#) { return line }
            }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { throw Ended(log: log) }
            rest += String(decoding: data, as: UTF8.self)
        }
    }

    /// The port that a line of the log names: `"admin":"127.0.0.1:9000"`.
    static func port(_ name: String, in line: String) -> UInt16? {
        guard let start = line.range(of: #""\#(name)":"127.0.0.1:"#)?.upperBound else { return nil }
        return UInt16(line[start...].prefix { $0.isNumber })
    }

    /// Waits for the end; the exit code, or the signal below zero.
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }
}
