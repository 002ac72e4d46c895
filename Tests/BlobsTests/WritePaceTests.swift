@testable import Blobs
import Foundation
import Primitives
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct WritePaceTests {
    @Test func whatComesSteadilyGoesAtThePaceAndALittleAtOnce() {
        var pace = WritePace(bytesPerSecond: 32 << 20)
        let begun = Instant(nanoseconds: 1_000_000_000)
        var now = begun
        // A picture, and then nothing for long.
        let first = pace.pause(after: 1 << 20, at: now)
        #expect(first == .zero)
        now = now + .seconds(60)
        let start = now
        for _ in 0..<1_024 { now = now + pace.pause(after: 1 << 18, at: now) }
        // 256 MiB, of which 8 came at once.
        #expect((.milliseconds(7_700)...(.milliseconds(7_900))).contains(now - start))
    }

    /// Those who bring a piece and go leave no debt that others would have to wait for.
    @Test func nobodyWaitsForThoseWhoHaveGone() {
        var pace = WritePace(bytesPerSecond: 32 << 20)
        let now = Instant(nanoseconds: 1_000_000_000)
        for _ in 0..<100_000 { _ = pace.pause(after: 64 << 10, at: now) }
        let wait = pace.pause(after: 64 << 10, at: now)
        #expect(wait == WritePace.maxPause)
        let later = pace.pause(after: 64 << 10, at: now + .seconds(1))
        #expect(later == .zero)
    }

    @Test("who has written more than comes at once is told later to bring more", arguments: [nil, 1 << 20] as [Int?])
    func waiting(writeRate: Int?) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pace-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let writer = try DirectoryStore(at: folder, reserve: 0, writeRate: writeRate).begin()
        let bytes = [UInt8](repeating: 7, count: 8 << 20)
        let more = [UInt8](repeating: 7, count: 200 << 10)
        let disk = try WorkerPool(name: "disk", threads: 1, capacity: 8)
        defer { disk.stop() }
        let group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { _ in }
        defer { group.stop() }
        let waited = await withCheckedContinuation { done in
            group.loops[0].execute { loop in
                let begun = loop.now
                _ = writer.append(bytes, on: disk, from: loop) { _ in
                    _ = writer.append(more, on: disk, from: loop) { _ in done.resume(returning: loop.now - begun) }
                }
            }
        }
        #expect(writer.byteCount == bytes.count + more.count)
        // However long the disk took: what came beyond 8 MiB takes its time.
        if writeRate != nil { #expect(waited >= .milliseconds(190)) }
    }
}
