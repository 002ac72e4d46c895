import Primitives
import Reactor
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct FineTimerTests {
    /// Runs `body` on a loop of its own until it calls `done`.
    private func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (EventLoop, _ done: @escaping (Value) -> Void) throws -> Void
    ) async throws -> Value {
        let group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { _ in }
        defer { group.stop() }
        return try await withCheckedThrowingContinuation { continuation in
            group.loops[0].execute { loop in
                do {
                    try body(loop) { continuation.resume(returning: $0) }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    @Test func itGoesOffOnceAndNeverTooEarly() async throws {
        let (due, rings): (Instant, [Instant]) = try await onLoop { loop, done in
            let due = loop.now + .microseconds(1_500)
            var rings: [Instant] = []
            let timer = try FineTimer(on: loop) { rings.append(loop.now) }
            timer.arm(at: due)
            loop.schedule(after: .milliseconds(30)) {
                timer.close()
                done((due, rings))
            }
        }
        #expect(rings.count == 1)
        #expect(rings.allSatisfy { $0 >= due })
    }

    @Test func aTimeThatHasPassedGoesOffAtOnce() async throws {
        let rang: Bool = try await onLoop { loop, done in
            var timer: FineTimer?
            timer = try FineTimer(on: loop) {
                timer?.close()
                done(true)
            }
            timer?.arm(at: Instant(nanoseconds: 0))
        }
        #expect(rang)
    }

    @Test func armingReplacesAndDisarmingEnds() async throws {
        let rings: Int = try await onLoop { loop, done in
            var rings = 0
            let moved = try FineTimer(on: loop) { rings += 1 }
            moved.arm(at: loop.now + .milliseconds(1))
            moved.arm(at: loop.now + .seconds(60))
            let disarmed = try FineTimer(on: loop) { rings += 1 }
            disarmed.arm(at: loop.now + .milliseconds(1))
            disarmed.disarm()
            loop.schedule(after: .milliseconds(30)) {
                moved.close()
                disarmed.close()
                done(rings)
            }
        }
        #expect(rings == 0)
    }
}
