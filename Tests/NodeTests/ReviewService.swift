import Foundation

/// The service of `deploy/examples` that reviews messages, as people start it.
final class ReviewService: Sendable {
    static let secret = "5a1c3f7e9b2d4680acefbd1397531ace"

    let url: String
    private let process: Process

    /// - Parameter word: texts with it are refused.
    init(refusing word: String) throws {
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["deploy/examples/review-service.py", "0", word]
        process.environment = ["GRAPEVINE_REVIEW_SECRET": Self.secret]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // "asked at http://127.0.0.1:PORT/"
        var line = ""
        while !line.hasSuffix("\n"), let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            line += String(decoding: byte, as: UTF8.self)
        }
        url = String(line.dropFirst("asked at ".count).dropLast())
    }

    deinit {
        // Not asked to end: a thread of a test may have blocked the signal for it.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
