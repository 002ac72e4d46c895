import Foundation
import Program
import Testing

@Suite struct ProgramTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "grapevine-\(UUID())").path

    private func withFile(_ text: String, mode: Int, _ body: () throws -> Void) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        try body()
    }

    @Test func aFileIsReadWhole() throws {
        try withFile("a\nü\n", mode: 0o644) { try #expect(TextFile.read(path) == "a\nü\n") }
    }

    @Test func aMissingFileIsNamedWithTheReason() {
        #expect {
            try TextFile.read("/nowhere/x")
        } throws: {
            "\($0)" == "/nowhere/x: No such file or directory"
        }
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false)])
    func aSecretIsItsOwnersOnly(mode: Int, isRead: Bool) throws {
        try withFile("secret", mode: mode) {
            let secret = try? TextFile.readSecret(path)
            #expect(secret == (isRead ? "secret" : nil))
        }
    }

    @Test func theEnvironmentIsRead() {
        #expect(Environment.all["PATH"]?.isEmpty == false)
        #expect(Environment.all == ProcessInfo.processInfo.environment)
    }
}
