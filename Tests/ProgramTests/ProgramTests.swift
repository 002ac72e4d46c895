import Foundation
import Settings
@testable import Program
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

    @Test(arguments: [(0o600, true), (0o400, true), (0o660, false), (0o604, false)])
    func aSecretIsItsOwnersOnly(mode: Int, isRead: Bool) throws {
        try withFile("secret", mode: mode) {
            let secret = try? TextFile.readSecret(path)
            #expect(secret == (isRead ? "secret" : nil))
        }
    }

    /// The group is that of this process: so root is handed its own files on a mount that it cannot change.
    @Test func aSecretMayBeTheGroupsOfTheProcess() throws {
        try withFile("secret", mode: 0o440) { try #expect(TextFile.readSecret(path) == "secret") }
    }

    /// Docker makes a folder of a mount whose file is missing.
    @Test func aFolderIsNoFile() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect {
            try TextFile.read(path)
        } throws: {
            "\($0)" == "\(path): Is a directory"
        }
        #expect {
            try TextFile.readSecret(path)
        } throws: {
            ($0 as? SecretFileError)?.reason == "Is a directory"
        }
    }

    @Test("whoever says which file it is says it once: a file that opens and cannot be read")
    func theReasonHasNoPath() {
        #expect {
            try TextFile.readSecret("/proc/self/mem")
        } throws: {
            ($0 as? SecretFileError)?.reason == "Input/output error"
        }
    }

    /// The files of a Kubernetes secret are root's; the group is that of the pod.
    @Test(arguments: [(0o440, true), (0o640, true), (0o400, true), (0o660, false), (0o444, false), (0o450, false)])
    func aSecretOfAnotherOwnerMayBeTheGroups(mode: Int, isPrivate: Bool) {
        #expect(TextFile.isPrivate(mode: mode_t(mode), isForeign: false) == isPrivate)
        #expect(TextFile.isPrivate(mode: mode_t(mode), isForeign: true) == (mode & 0o077 == 0))
    }

    @Test func theEnvironmentIsRead() {
        #expect(Environment.all["PATH"]?.isEmpty == false)
        #expect(Environment.all == ProcessInfo.processInfo.environment)
    }
}

@Suite struct ChildProcessTests {
    private typealias Ending = ChildProcess.Ending

    private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> ChildProcess.Ending {
        try ChildProcess("sh", ["-c", script], environment: environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }).run()
    }

    @Test func whatAProgramSaysAndHowItEnds() throws {
        let ending = try shell("echo out; echo err >&2; exit 3")
        #expect(ending.code == 3)
        #expect(ending.output == "out\n")
        #expect(ending.errors == "err\n")
        #expect(try shell("kill -9 $$").code == 137)
    }

    @Test func itGetsItsEnvironmentAndNothingToRead() throws {
        #expect(try shell("echo $SECRET; cat", ["SECRET": "x"]).output == "x\n")
    }

    @Test func muchOutputOnBothSidesBlocksNobody() throws {
        let ending = try shell("head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2")
        #expect(ending.output.utf8.count == 300_000)
        #expect(ending.errors.utf8.count == 600_000)
        #expect(try shell("head -c 9000000 /dev/zero").output.utf8.count == 4 << 20)
    }

    private func pipe(_ source: String, into sink: String) throws -> (source: Ending, sink: Ending) {
        let program = { ChildProcess("sh", ["-c", $0], environment: ["PATH": "/usr/bin:/bin"]) }
        return try ChildProcess.run(program(source), into: program(sink))
    }

    @Test func oneProgramReadsWhatAnotherWrites() throws {
        let count = "test $(cat | wc -c) = 3000000 && echo all >&2"
        let ending = try pipe("head -c 3000000 /dev/zero; echo done >&2", into: count)
        #expect([ending.source.code, ending.sink.code] == [0, 0])
        #expect([ending.source.errors, ending.sink.errors] == ["done\n", "all\n"])
    }

    @Test func halfOfAnInputIsNeverTakenForTheWhole() throws {
        let ending = try pipe("echo half; exit 7", into: "cat; echo end >&2")
        #expect([ending.source.code, ending.sink.code] == [7, 143])
        #expect(ending.sink.errors == "")
    }

    @Test func nobodyWritesForWhoHasGone() throws {
        let ending = try pipe("cat /dev/zero", into: "echo no >&2; exit 9")
        #expect(ending.source.code != 0)
        #expect(ending.sink.code == 9)
        #expect(ending.sink.errors == "no\n")
        #expect(throws: ChildProcess.Failure.self) {
            try ChildProcess.run(
                ChildProcess("/nowhere/x", [], environment: [:]), into: ChildProcess("cat", [], environment: [:]))
        }
    }

    @Test func aProgramThatIsNotThereIsMissing() {
        for path in ["/nowhere", ""] {
            #expect {
                try ChildProcess("sh", [], environment: ["PATH": path]).run()
            } throws: { error in
                if case ChildProcess.Failure.missing = error { true } else { false }
            }
        }
        #expect(throws: ChildProcess.Failure.self) { try ChildProcess("/nowhere/sh", [], environment: [:]).run() }
    }
}

@Suite struct PrivateFileTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "grapevine-\(UUID())").path

    @Test func aFileAppearsWhenItIsWhole() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "old".write(toFile: path, atomically: false, encoding: .utf8)
        let file = try PrivateFile(path)
        let mode = try FileManager.default.attributesOfItem(atPath: file.partPath)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try "new one".write(toFile: file.partPath, atomically: false, encoding: .utf8)
        #expect(file.partSize() == 7)
        #expect(try TextFile.read(path) == "old")
        try file.finish()
        #expect(try TextFile.read(path) == "new one")
        #expect(FileFacts(file.partPath) == nil)
    }

    @Test func anotherAttemptMayFollow() throws {
        let first = try PrivateFile(path)
        try "half".write(toFile: first.partPath, atomically: false, encoding: .utf8)
        let second = try PrivateFile(path)
        #expect(second.partSize() == 0)
        second.discard()
        #expect(FileFacts(second.partPath) == nil && FileFacts(path) == nil)
        #expect(throws: PrivateFile.Failure.self) { try PrivateFile("/nowhere/x") }
    }

    @Test func whoMayReadAFileAndHowFullItsDiskIs() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "x".write(toFile: path, atomically: false, encoding: .utf8)
        for (mode, isOpen) in [(0o600, false), (0o640, false), (0o644, true)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(FileFacts(path)?.isOpenToAll == isOpen)
        }
        #expect(try #require(FileFacts.freeBytes(at: "/tmp")) > 0)
        #expect(FileFacts.freeBytes(at: "/nowhere") == nil)
    }
}
