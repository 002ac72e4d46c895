import Blobs
import Foundation
import Primitives
import Reactor
import Replication
import Synchronization
import TLS
import Testing
import WaitKit

/// Two nodes' stores, and real connections between them.
@Suite(.timeLimit(.minutes(2))) struct CopyTests {
    private let key = [UInt8](repeating: 7, count: TLSContext.sharedKeyByteCount)

    private func put(_ bytes: [UInt8], into store: DirectoryStore) throws -> (BlobID, File) {
        let writer = try store.begin()
        try writer.append(bytes.rawBytes)
        let id = try writer.finish()
        return (id, try #require(try store.open(id)).file)
    }

    private func noise(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: 1)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test("a blob is given to another node, and fetched from it", arguments: [0, 1, 300_000, 5_000_000])
    func thereAndBack(size: Int) async throws {
        let pair = try StorePair(key)
        defer { pair.stop() }
        let bytes = noise(size)
        let (id, file) = try put(bytes, into: pair.own)
        try await pair.offer(id, file, size).get()
        let copy = try #require(try pair.other.open(id)).file
        #expect(try copy.read(at: 0, count: size + 1) == bytes)
        // It is there: nothing is sent again.
        try await pair.offer(id, file, size).get()
        try pair.own.remove(id)
        let writer = try pair.own.begin()
        try await pair.fetch(id, size, writer).get()
        #expect(try writer.finish() == id)
    }

    @Test func aFetchGoesOnWhereItWas() async throws {
        let pair = try StorePair(key)
        defer { pair.stop() }
        let bytes = noise(400_000)
        let (id, _) = try put(bytes, into: pair.other)
        let writer = try pair.own.begin()
        try writer.append(Array(bytes[..<150_000]).rawBytes)
        try await pair.fetch(id, bytes.count, writer).get()
        #expect(try writer.finish() == id)
    }

    @Test func whatIsNotThereIsAbsent() async throws {
        let pair = try StorePair(key)
        defer { pair.stop() }
        let (id, file) = try put([1], into: pair.own)
        #expect(await pair.fetch(id, 1, try pair.own.begin()).failure == .absent)
        // A file that is not what it is offered as is not taken.
        let (other, _) = try put([2], into: pair.own)
        #expect(await pair.offer(other, file, 1).failure == .failed)
        #expect(try pair.other.open(other)?.byteCount == nil)
    }

    @Test func whatLiesIsNeverGivenAway() async throws {
        let pair = try StorePair(key)
        defer { pair.stop() }
        let (id, _) = try put([1, 2, 3], into: pair.other)
        try Data([1, 2, 4]).write(to: URL(filePath: "\(pair.folder)/b/blobs/\(id.description.prefix(2))/\(id)"))
        #expect(await pair.fetch(id, 3, try pair.own.begin()).failure == .failed)
        #expect(await pair.fetch(id, 3, try pair.own.begin()).failure == .absent)
    }

    @Test("a node that has other bytes under the name than the cluster gives none", arguments: [2, 4])
    func otherSizes(byteCount: Int) async throws {
        let pair = try StorePair(key)
        defer { pair.stop() }
        let (id, _) = try put([1, 2, 3], into: pair.other)
        let writer = try pair.own.begin()
        #expect(await pair.fetch(id, byteCount, writer).failure == .failed)
        #expect(writer.byteCount == 0)
    }

    @Test func whatIsForAnotherStoreIsNotTaken() async throws {
        let pair = try StorePair(key)
        defer { pair.stop() }
        let (id, file) = try put([1], into: pair.own)
        #expect(await pair.offer(id, file, 1, to: 8).failure == .failed)
        #expect(try pair.other.open(id)?.byteCount == nil)
    }

    @Test func withoutTheKeyNothingIsGivenOrTaken() async throws {
        let pair = try StorePair(key, dialing: [UInt8](repeating: 8, count: TLSContext.sharedKeyByteCount))
        defer { pair.stop() }
        let (id, file) = try put([1], into: pair.own)
        #expect(await pair.offer(id, file, 1).failure == .unreachable)
        #expect(try pair.other.open(id)?.byteCount == nil)
    }

    @Test func aDiskWithoutRoomSaysSo() async throws {
        let pair = try StorePair(key, reserve: .max)
        defer { pair.stop() }
        let (id, file) = try put([1], into: pair.own)
        #expect(await pair.offer(id, file, 1).failure == .full)
    }

    @Test func nobodyThereIsUnreachable() async throws {
        let pair = try StorePair(key)
        let (id, file) = try put([1], into: pair.own)
        pair.closeListener()
        #expect(await pair.offer(id, file, 1).failure == .unreachable)
        pair.stop()
    }
}

/// A store that asks, and one that is asked, each on a loop of its own.
private final class StorePair: Sendable {
    let own: DirectoryStore
    let other: DirectoryStore
    let folder: String
    private let disk: WorkerPool
    private let asking: LoopGroup
    private let asked: LoopGroup
    private let address: SocketAddress
    private let client: OnLoop<CopyClient>

    /// Proof of Sendable: made and used on one loop.
    private final class OnLoop<Value>: @unchecked Sendable {
        var value: Value?
    }

    init(_ key: [UInt8], dialing: [UInt8]? = nil, reserve: Int = 0) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "copies-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let own = try DirectoryStore(at: folder + "/a", reserve: 0)
        let other = try DirectoryStore(at: folder + "/b", reserve: reserve)
        let disk = try WorkerPool(name: "disk", threads: 2, capacity: 100)
        let bound = Mutex<SocketAddress?>(nil)
        asked = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
            let port = CopyPort(other, disk: disk, on: loop, number: { 7 }, damaged: { _ in })
            let door = CopyDoor(try TLSContext(sharing: key, accepts: true), nodes: port, on: loop) { handle, _ in
                loop.close(handle, .now)
            }
            let listener = try loop.listen(on: .loopback(port: 0), loop.register(door, limits: StreamLimits()))
            bound.withLock { $0 = listener.address }
        }
        let client = OnLoop<CopyClient>()
        asking = try LoopGroup(LoopGroup.Configuration(seed: 2)) { loop in
            client.value = CopyClient(try TLSContext(sharing: dialing ?? key, accepts: false), disk: disk, on: loop)
        }
        (self.own, self.other, self.disk, self.client) = (own, other, disk, client)
        address = try #require(bound.withLock { $0 })
    }

    private func run(
        _ body: @escaping @Sendable (CopyClient, @escaping CopyClient.Completion) -> Void
    ) async -> Result<Void, CopyClient.Failure> {
        await withCheckedContinuation { done in
            asking.loops[0].execute { [client] _ in
                guard let client = client.value else { return }
                body(client) { done.resume(returning: $0) }
            }
        }
    }

    func offer(
        _ id: BlobID, _ file: File, _ byteCount: Int, to store: Int32 = 7
    ) async -> Result<Void, CopyClient.Failure> {
        await run { [address] in $0.offer(id, file, byteCount: byteCount, to: store, at: address, $1) }
    }

    func fetch(_ id: BlobID, _ byteCount: Int, _ writer: BlobWriter) async -> Result<Void, CopyClient.Failure> {
        await run { [address] in $0.fetch(id, byteCount: byteCount, from: address, into: writer, $1) }
    }

    func closeListener() { asked.stop() }

    func stop() {
        asking.stop()
        asked.stop()
        disk.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
