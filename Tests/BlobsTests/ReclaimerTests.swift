@testable import Blobs
import Foundation
import Glibc
import Primitives
import Reactor
import Synchronization
import Testing
import WaitKit

@Suite(.timeLimit(.minutes(1))) struct ReclaimerTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "reclaim-\(UUID())").path
    /// More than a step, and no multiple of a page.
    private static let byteCount = 2 * Reclaimer.stepBytes + 100

    private func file(_ name: String) throws -> File {
        try Folder.make(folder)
        let file = try File.create("\(folder)/\(name)")
        try file.append([UInt8](repeating: 7, count: Self.byteCount).rawBytes)
        return file
    }

    private func reclaim(_ file: File) { Reclaimer.reclaim(file, Self.byteCount, until: Atomic(false)) }

    @Test func bytesOfAFileThatNobodyGetsAtAnyMoreAreGivenBack() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try file("alone")
        try Folder.remove(file.path)
        reclaim(file)
        #expect(try file.facts().byteCount == 0)
    }

    @Test func aFileThatHasANameOrThatAnotherHasOpenIsLeftAlone() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try file("shared")
        reclaim(file)
        #expect(try file.facts().byteCount == Self.byteCount)
        let reader = try #require(try File.open(file.path))
        try Folder.remove(file.path)
        reclaim(file)
        #expect(try reader.read(at: 0, count: Self.byteCount).count == Self.byteCount)
    }

    /// `sendfile` gives a socket the pages of a file, and who closes it then has it open no more.
    @Test func whatIsOnItsWayThroughASocketStaysWhatItIs() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try file("sent")
        var sockets: [Int32] = [0, 0]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0)
        defer { sockets.forEach { _ = close($0) } }
        // Around the place of a cut that leaves the end of the file, and not a page, as it is.
        let count = 64 << 10
        var offset = Self.byteCount - Reclaimer.stepBytes - count / 2
        let source = unsafe Glibc.open(file.path, O_RDONLY)
        let sent = unsafe sendfile(sockets[0], source, &offset, count)
        close(source)
        try #require(sent == count)
        try Folder.remove(file.path)
        reclaim(file)
        #expect(try file.facts().byteCount == 0)
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe recv(sockets[1], &bytes, count, Int32(MSG_WAITALL))
        #expect(got == count && bytes.allSatisfy { $0 == 7 })
    }

    @Test func whoReadsABlobThatIsRemovedReadsOn() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try DirectoryStore(at: folder, reserve: 0)
        let ids = try (UInt8(1)...2).map { byte in
            let writer = try store.begin()
            try writer.append([UInt8](repeating: byte, count: Self.byteCount).rawBytes)
            return try writer.finish()
        }
        let reader = try #require(try store.open(ids[0]))
        #expect(try store.remove(ids[0]) && store.remove(ids[1]))
        // The second one comes after the first one.
        try await eventually { !openFiles().contains { $0.contains("\(ids[1])") } }
        #expect(try reader.file.read(at: 0, count: Self.byteCount).count == Self.byteCount)
    }

    /// What descriptors of this process lead to.
    private func openFiles() -> [String] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return numbers.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
    }
}
