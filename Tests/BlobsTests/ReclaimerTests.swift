@testable import Blobs
import Foundation
import Primitives
import Reactor
import Testing
import WaitKit

@Suite(.timeLimit(.minutes(1))) struct ReclaimerTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "reclaim-\(UUID())").path
    private static let byteCount = 3 << 20

    private func file(_ name: String) throws -> File {
        try Folder.make(folder)
        let file = try File.create("\(folder)/\(name)")
        try file.append([UInt8](repeating: 7, count: Self.byteCount).rawBytes)
        return file
    }

    @Test func bytesOfAFileThatNobodyGetsAtAnyMoreAreGivenBack() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try file("alone")
        try Folder.remove(file.path)
        Reclaimer.reclaim(file)
        #expect(try file.facts().byteCount == 0)
    }

    @Test func aFileThatHasANameOrThatAnotherHasOpenIsLeftAlone() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try file("shared")
        Reclaimer.reclaim(file)
        #expect(try file.facts().byteCount == Self.byteCount)
        let reader = try #require(try File.open(file.path))
        try Folder.remove(file.path)
        Reclaimer.reclaim(file)
        #expect(try reader.read(at: 0, count: Self.byteCount).count == Self.byteCount)
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
