import Blobs
import Foundation
import Primitives
import Reactor
@testable import Replication
import Synchronization
import TLS
import Testing

/// A node that stops in the midst of a copy.
@Suite(.timeLimit(.minutes(1))) struct StalledPeerTests {
    private static let key = [UInt8](repeating: 7, count: TLSContext.sharedKeyByteCount)

    /// Wants what is offered, and then takes none of it.
    private final class Staller: StreamHandler {
        private unowned let loop: EventLoop
        private let context: TLSContext
        private var isSealed = false

        init(_ loop: EventLoop) throws {
            self.loop = loop
            context = try TLSContext(sharing: StalledPeerTests.key, accepts: true)
        }

        func opened(_ handle: ConnectionHandle, peer: SocketAddress) {}

        func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
            if isSealed {
                var writer = ByteWriter()
                CopyReply.wanted.write(into: &writer)
                loop.send(writer.bytes, to: handle)
                loop.pauseReading(handle)
                return bytes.byteCount
            }
            isSealed = true
            loop.startTLS(handle, accepting: context)
            return 1
        }

        func drained(_ handle: ConnectionHandle) {}
        func deadlinePassed(_ handle: ConnectionHandle) {}
        func closed(_ handle: ConnectionHandle, reason: CloseReason) {}
    }

    /// Proof of Sendable: made and used on one loop.
    private final class OnLoop: @unchecked Sendable {
        var client: CopyClient?
    }

    @Test func whoTakesNothingIsGivenUp() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stalled-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try DirectoryStore(at: folder, reserve: 0)
        let byteCount = 32 << 20
        let writer = try store.begin()
        try writer.append([UInt8](repeating: 1, count: byteCount).rawBytes)
        let id = try writer.finish()
        let file = try #require(try store.open(id)).file
        let disk = try WorkerPool(name: "disk", threads: 1, capacity: 10)
        let bound = Mutex<SocketAddress?>(nil)
        let own = OnLoop()
        let group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
            let staller = try Staller(loop)
            let listener = try loop.listen(on: .loopback(port: 0), loop.register(staller, limits: StreamLimits()))
            bound.withLock { $0 = listener.address }
            own.client = CopyClient(
                try TLSContext(sharing: Self.key, accepts: false), disk: disk, on: loop)
        }
        defer {
            group.stop()
            disk.stop()
        }
        let address = try #require(bound.withLock { $0 })
        let outcome: Result<Void, CopyClient.Failure> = await withCheckedContinuation { done in
            group.loops[0].execute { _ in
                own.client?.offer(id, file, byteCount: byteCount, to: 1, at: address) { done.resume(returning: $0) }
            }
        }
        #expect(throws: CopyClient.Failure.unreachable) { try outcome.get() }
    }
}
