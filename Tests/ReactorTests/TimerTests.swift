import Primitives
@testable import Reactor
import Testing

@Suite struct TimerWheelTests {
    private static let service = StreamService(index: 0)

    /// A wheel over real slab records, whose sockets are not needed.
    private struct Bench: ~Copyable {
        let slab: Slab<Connection>
        var wheel = TimerWheel(start: Instant(nanoseconds: 0))
        var expired: [UInt32] = []

        init() throws {
            slab = try Slab(capacity: 10_000)
        }

        mutating func add(due: Duration) throws -> UInt32 {
            let record = Connection(
                socket: Descriptor(-1), service: TimerWheelTests.service, limits: StreamLimits(), phase: .open)
            let inserted = slab.insert(record)
            let handle = try #require(inserted)
            wheel.set(Instant(nanoseconds: 0) + due, for: handle.slot, in: slab)
            check()
            return handle.slot
        }

        func check() {
            let flaw = slab.checkInvariants() ?? wheel.checkInvariants(in: slab)
            #expect(flaw == nil)
        }

        mutating func advance(to time: Duration) -> [UInt32] {
            expired = []
            wheel.advance(to: Instant(nanoseconds: 0) + time, in: slab, expired: &expired)
            check()
            return expired
        }
    }

    @Test func firesOnceInTheTickAfterTheDeadlineAndNeverBefore() throws {
        var bench = try Bench()
        let slot = try bench.add(due: .milliseconds(250))
        #expect(bench.advance(to: .milliseconds(299)) == [])
        #expect(bench.advance(to: .milliseconds(300)) == [slot])
        #expect(bench.advance(to: .seconds(100)) == [])
    }

    @Test func deadlinesBeyondTheHorizonComeAround() throws {
        var bench = try Bench()
        let slot = try bench.add(due: .seconds(300))
        for second in 1..<300 { #expect(bench.advance(to: .seconds(second)) == []) }
        #expect(bench.advance(to: .seconds(300)) == [slot])
    }

    @Test func aDeadlineCanMoveBothWaysAndBeTakenBack() throws {
        var bench = try Bench()
        let slot = try bench.add(due: .seconds(10))
        bench.wheel.set(Instant(nanoseconds: 0) + .seconds(20), for: slot, in: bench.slab)
        #expect(bench.advance(to: .seconds(15)) == [])
        bench.wheel.set(Instant(nanoseconds: 0) + .seconds(16), for: slot, in: bench.slab)
        #expect(bench.advance(to: .seconds(16)) == [slot])
        bench.wheel.set(Instant(nanoseconds: 0) + .seconds(17), for: slot, in: bench.slab)
        bench.wheel.set(nil, for: slot, in: bench.slab)
        #expect(bench.advance(to: .seconds(200)) == [])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func agreesWithASortedListUnderRandomChanges(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var bench = try Bench()
        var due: [UInt32: Int] = [:]
        for _ in 0..<200 {
            let ticks = Int.random(in: 1...2_000, using: &random)
            due[try bench.add(due: .milliseconds(100 * ticks))] = ticks
        }
        for now in 1...2_100 {
            let expected = due.filter { $0.value <= now }.keys.sorted()
            #expect(bench.advance(to: .milliseconds(100 * now)).sorted() == expected, "seed \(seed) tick \(now)")
            expected.forEach { due[$0] = nil }
            if let slot = due.keys.sorted().randomElement(using: &random), now < 1_900 {
                let ticks = Int.random(in: (now + 1)...2_000, using: &random)
                bench.wheel.set(Instant(nanoseconds: 0) + .milliseconds(100 * ticks), for: slot, in: bench.slab)
                due[slot] = ticks
            }
        }
        #expect(due.isEmpty)
    }
}

@Suite struct TimerHeapTests {
    @Test func callsRunInOrderOfTimeThenOfScheduling() {
        var heap = TimerHeap()
        var log: [Int] = []
        for (index, time) in [30, 10, 20, 10].enumerated() {
            _ = heap.schedule(at: Instant(nanoseconds: UInt64(time))) { log.append(index) }
        }
        while let call = heap.popDue(at: Instant(nanoseconds: 25)) { call() }
        #expect(log == [1, 3, 2])
        #expect(heap.nextDue == Instant(nanoseconds: 30))
    }

    @Test func aHeapStaysOneWhateverIsScheduledAndCancelled() {
        var random = SeededRandom(seed: 3)
        var heap = TimerHeap()
        var now = Instant(nanoseconds: 0)
        var waiting: [TimerID] = []
        for _ in 0..<5_000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1: waiting.append(heap.schedule(at: now + .nanoseconds(Int.random(in: 0..<500, using: &random))) {})
            case 2:
                guard let timer = waiting.randomElement(using: &random) else { continue }
                heap.cancel(timer)
            default:
                now = now + .nanoseconds(100)
                while let call = heap.popDue(at: now) { call() }
            }
            let flaw = heap.checkInvariants()
            #expect(flaw == nil)
        }
    }

    @Test func cancelledCallsNeverRunAndDoNotPileUp() {
        var heap = TimerHeap()
        for index in 0..<100_000 {
            let timer = heap.schedule(at: Instant(nanoseconds: UInt64(index) + 1_000_000)) { Issue.record("ran") }
            heap.cancel(timer)
            heap.cancel(timer)
        }
        #expect(heap.waitingEntries < 200)
        while let call = heap.popDue(at: .never) { call() }
    }
}

private struct SlabIsFull: Error {}

@Suite struct SlabTests {
    @Test func anOldHandleFindsNothing() throws {
        let slab = try Slab<Int>(capacity: 2)
        guard let first = slab.insert(1), let second = slab.insert(2) else { throw SlabIsFull() }
        let refused = slab.insert(3) == nil
        let removed = slab.remove(first)
        #expect(refused && removed == 1)
        guard let third = slab.insert(3) else { throw SlabIsFull() }
        #expect(third.slot == first.slot)
        let known = [first, second, third].map { slab.contains($0) }
        #expect(known == [false, true, true])
        let handles = slab.handles
        #expect(handles == [third, second])
        #expect(ConnectionHandle(packed: third.packed) == third)
    }
}
