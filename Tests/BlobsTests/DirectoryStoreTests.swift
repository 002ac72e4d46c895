@testable import Blobs
import Crypto
import Foundation
import Primitives
import Reactor
import Testing

@Suite(.timeLimit(.minutes(5))) struct DirectoryStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "blobs-\(UUID())").path

    private func store(reserve: Int = 0) throws -> DirectoryStore { try DirectoryStore(at: folder, reserve: reserve) }

    private func put(_ bytes: [UInt8], into store: DirectoryStore) throws -> BlobID {
        let writer = try store.begin()
        try writer.append(bytes.rawBytes)
        return try writer.finish()
    }

    private func id(of bytes: [UInt8]) throws -> BlobID {
        let digest = SHA256.digest(bytes.rawBytes)
        let id = BlobID(digest.rawBytes)
        return try #require(id)
    }

    private func isThere(_ id: BlobID, in store: DirectoryStore) throws -> Bool { try store.open(id) != nil }

    private func path(of id: BlobID) -> String { "\(folder)/blobs/\(id.description.prefix(2))/\(id)" }

    private var incoming: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder + "/incoming")) ?? []
    }

    @Test func whatIsWrittenInPiecesIsReadByItsDigest() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let writer = try store.begin(expecting: bytes.count)
        for start in stride(from: 0, to: bytes.count, by: 100_001) {
            try writer.append(Array(bytes[start..<min(start + 100_001, bytes.count)]).rawBytes)
        }
        #expect(writer.byteCount == bytes.count)
        let id = try writer.finish()
        #expect(id.bytes == SHA256.digest(bytes.rawBytes))
        let file = try #require(try store.open(id)).file
        #expect(try file.read(at: 0, count: bytes.count + 1) == bytes)
        #expect(try file.read(at: bytes.count - 3, count: 10) == Array(bytes.suffix(3)))
        #expect(try store.blobs(beginning: id.bytes[0]) == [id])
        #expect(incoming == [])
    }

    @Test func anEmptyBlobIsOneToo() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let id = try put([], into: store)
        #expect(try store.open(id)?.byteCount == 0)
    }

    @Test func aFolderInThePlaceOfABlobIsPutAside() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let id = try id(of: [1, 2])
        for round in 0..<2 {
            try FileManager.default.createDirectory(atPath: path(of: id), withIntermediateDirectories: true)
            if round == 1 { #expect(throws: DirectoryStore.Failure.damaged) { try store.open(id) } }
            #expect(try put([1, 2], into: store) == id)
            #expect(try store.open(id)?.byteCount == 2)
            try store.remove(id)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("aside-") }
        #expect(names.sorted() == ["aside-0", "aside-1"])
    }

    @Test func otherBytesThanWereNamedLeaveNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let named = try id(of: [1])
        for (bytes, isRight) in [([2], false), ([1], true)] as [([UInt8], Bool)] {
            let other = try id(of: bytes)
            do {
                let writer = try store.begin()
                try writer.append(bytes.rawBytes)
                #expect(try writer.finish(as: named) == isRight)
            }
            #expect(try isThere(named, in: store) == isRight)
            #expect(try isThere(other, in: store) == isRight)
            #expect(incoming == [])
        }
    }

    @Test func whatIsNotFinishedLeavesNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        do {
            let writer = try store.begin()
            try writer.append([1, 2, 3].rawBytes)
            #expect(incoming.count == 1)
        }
        #expect(incoming == [])
    }

    @Test func whatACrashLeftIsGoneAfterTheNextStart() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let mark = try store().mark
        try Data([1]).write(to: URL(filePath: folder + "/incoming/left"))
        let again = try store()
        #expect(incoming == [])
        #expect(again.mark == mark)
    }

    @Test func aStoreInAnotherFolderIsAnotherStore() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let other = folder + "-other"
        defer { try? FileManager.default.removeItem(atPath: other) }
        #expect(try store().mark != DirectoryStore(at: other, reserve: 0).mark)
    }

    @Test("a file that lies is never read and is gone: a bit, an end, a longer one", arguments: [0, 1, 2])
    func damaged(how: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let bytes = [UInt8](repeating: 7, count: 300_000)
        let id = try put(bytes, into: store)
        var lie = Data(bytes)
        switch how {
        case 0: lie[250_000] ^= 1
        case 1: lie.removeLast()
        default: lie.append(7)
        }
        try lie.write(to: URL(filePath: path(of: id)))
        #expect(throws: DirectoryStore.Failure.damaged) { try store.open(id) }
        #expect(try !isThere(id, in: store))
        // It can be stored again.
        #expect(try put(bytes, into: store) == id)
        #expect(try isThere(id, in: store))
    }

    @Test func aStoreThatWasDamagedWhileNobodyRanIsFound() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let id = try put([1, 2, 3], into: store())
        try Data([1, 2, 4]).write(to: URL(filePath: path(of: id)))
        let store = try store()
        #expect(throws: DirectoryStore.Failure.damaged) { try store.open(id) }
    }

    @Test func whatIsStoredAgainOutlivesALookForWhatNobodyWants() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let id = try put([1, 2, 3], into: store)
        let old = Date(timeIntervalSince1970: 1_000_000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path(of: id))
        let limit = UnixTime(milliseconds: 2_000_000_000)
        #expect(try store.begin(id, byteCount: 3) == nil)
        #expect(try !store.remove(id, ifStoredBefore: limit))
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path(of: id))
        #expect(try put([1, 2, 3], into: store) == id)
        #expect(try !store.remove(id, ifStoredBefore: limit))
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path(of: id))
        #expect(try store.remove(id, ifStoredBefore: limit))
        #expect(try !store.remove(id, ifStoredBefore: limit))
        #expect(try !isThere(id, in: store))
    }

    @Test func whatCameInPlaceOfADamagedFileStays() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let id = try put([1, 2, 3], into: store)
        try Data([1, 2, 4]).write(to: URL(filePath: path(of: id)))
        let damaged = try #require(try File.open(path(of: id))).facts()
        #expect(try put([1, 2, 3], into: store) == id)
        try store.remove(id, ifStill: damaged)
        #expect(try isThere(id, in: store))
    }

    @Test("who stores a blob while an old one is removed has it, whoever comes first")
    func storedWhileRemoved() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let id = try put([1, 2, 3], into: store)
        let limit = UnixTime(milliseconds: 2_000_000_000)
        let old = Date(timeIntervalSince1970: 1_000_000)
        for _ in 0..<2_000 {
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path(of: id))
            let writer = try store.begin()
            try writer.append([1, 2, 3].rawBytes)
            async let removed = Task.detached { try store.remove(id, ifStoredBefore: limit) }.value
            _ = try writer.finish()
            _ = try await removed
            try #require(FileManager.default.fileExists(atPath: path(of: id)))
        }
    }

    @Test func aFolderThatCannotBeReadIsNoEmptyOne() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        #expect(try store.blobs(beginning: 7) == [])
        try Data().write(to: URL(filePath: folder + "/blobs/07"))
        #expect(throws: DirectoryStore.Failure.self) { try store.blobs(beginning: 7) }
    }

    @Test func aSymbolicLinkIsNoBlob() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store()
        let id = try put([1, 2, 3], into: store)
        let elsewhere = folder + "/elsewhere"
        try FileManager.default.moveItem(atPath: path(of: id), toPath: elsewhere)
        try FileManager.default.createSymbolicLink(atPath: path(of: id), withDestinationPath: elsewhere)
        #expect(try !isThere(id, in: store))
    }

    @Test func roomIsKeptFree() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let free = try store().freeBytes()
        #expect(throws: DirectoryStore.Failure.full) { try store().begin(expecting: free * 2) }
        #expect(throws: DirectoryStore.Failure.full) { try store(reserve: free * 2).begin() }
        #expect(throws: DirectoryStore.Failure.full) { try store(reserve: .max).begin(expecting: .max) }
        #expect(try store(reserve: free * 2).freeBytes() == 0)
    }

    @Test func roomIsPromisedOnce() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Others write to this disk as well: what is kept free leaves some leeway.
        let leeway = 64 << 20
        let store = try store(reserve: try store().freeBytes() - 4 * leeway)
        var first: BlobWriter? = try store.begin(expecting: 2 * leeway)
        #expect(throws: DirectoryStore.Failure.full) { try store.begin(expecting: 3 * leeway) }
        #expect(try store.freeBytes() < 3 * leeway)
        // What is written is not promised any more; and who says nothing gets what nobody was promised.
        try first?.append([UInt8](repeating: 1, count: 1_000).rawBytes)
        let longer = try store.begin()
        try longer.append([1].rawBytes)
        let long = [UInt8](repeating: 1, count: 3 * leeway)
        #expect(throws: DirectoryStore.Failure.full) { try longer.append(long.rawBytes) }
        _ = try first?.finish()
        let second = try store.begin(expecting: 3 * leeway)
        #expect(throws: DirectoryStore.Failure.full) { try store.begin(expecting: 2 * leeway) }
        withExtendedLifetime(second) {}
        first = nil
    }

    @Test func whoLeavesGivesBackWhatHeWasPromised() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let leeway = 64 << 20
        let store = try store(reserve: try store().freeBytes() - 4 * leeway)
        for _ in 0..<10 { _ = try store.begin(expecting: 3 * leeway) }
        #expect(try store.freeBytes() > 3 * leeway)
    }

    @Test func namesOfBlobsAreDigestsInOneForm() {
        let nothing: [UInt8] = []
        let digest = SHA256.digest(nothing.rawBytes)
        let id = BlobID(digest.rawBytes)
        #expect(id?.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(id.flatMap { BlobID(hex: $0.description) } == id)
        #expect(BlobID(hex: "E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") == nil)
        #expect(BlobID(hex: "e3b0c442") == nil)
        #expect(BlobID(hex: String(repeating: "é", count: 32)) == nil)
        let short: [UInt8] = [1]
        let none = BlobID(short.rawBytes)
        #expect(none == nil)
    }
}
