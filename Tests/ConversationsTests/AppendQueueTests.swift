import Conversations
import DBProxy
import Primitives
import TalkProtocol
import Testing

@Suite struct AppendQueueTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    /// A queue and what it acknowledged: (number of the send, message id).
    private struct Run {
        var queue: AppendQueue
        var acknowledged: [UInt16: UInt32] = [:]
        var uncertain: Set<UInt16> = []
        /// How long the last batch may wait for its answer.
        var lastLimit: Duration?
        /// Whether it waits for nobody's lock.
        var lastSkips = false
        var now: Instant

        init(at now: Instant, limits: AppendQueue.Limits = AppendQueue.Limits()) {
            queue = AppendQueue(limits)
            self.now = now
        }

        mutating func submit(_ number: UInt16, to peer: UInt32 = 2, key: UInt64? = nil) -> Bool {
            guard let conversation = ConversationID.pair(UserID(1), UserID(peer)) else { return false }
            let send = Send(
                conversation: conversation, sender: UserID(1), type: .singleText,
                key: SendKey(high: 0, low: key ?? UInt64(number)), keyExpires: true, clientKey: nil,
                origin: SessionAddress(loop: 0, slot: 0, generation: 0), sequence: number)
            let body: [UInt8] = [UInt8(truncatingIfNeeded: number), 7]
            return queue.submit(send, body: body.rawBytes, at: now)
        }

        /// The sends of the batch that is to be appended now.
        mutating func nextBatch() -> [UInt16]? {
            guard case .append(let batch, let limit, let skips)? = queue.next(at: now) else { return nil }
            lastLimit = limit
            lastSkips = skips
            for (index, send) in batch.sends.enumerated() {
                let first = batch.withBody(index) { $0.byte(at: 0) }
                #expect(first == UInt8(truncatingIfNeeded: send.sequence))
            }
            return batch.sends.map(\.sequence)
        }

        mutating func answer(_ outcomes: [AppendOutcome]) {
            var (settled, unanswered): ([UInt16: UInt32], Set<UInt16>) = ([:], [])
            queue.appended(outcomes, at: now) { batch, index, stored in
                settled[batch.sends[index].sequence] = stored.id.rawValue
                if stored.uncertain { unanswered.insert(batch.sends[index].sequence) }
            }
            acknowledged.merge(settled) { _, new in new }
            uncertain.formUnion(unanswered)
        }
    }

    /// Numbers and reasons of what was given up since the last time.
    private func lost(_ run: inout Run) -> [UInt16: LostSend.Reason] {
        Dictionary(run.queue.takeLost().map { ($0.send.sequence, $0.reason) }) { first, _ in first }
    }

    private func stored(_ id: UInt32) -> AppendOutcome { .stored(MessageID(id), groupVersion: 0) }

    @Test func anIdleLaneSendsAtOnceAndABusyOneGathers() {
        var run = Run(at: start)
        #expect(run.nextBatch() == nil)
        _ = run.submit(1)
        #expect(run.nextBatch() == [1])
        _ = run.submit(2)
        _ = run.submit(3)
        #expect(run.nextBatch() == nil)
        run.answer([stored(1)])
        #expect(run.nextBatch() == [2, 3])
        run.answer([stored(2), stored(3)])
        #expect(run.acknowledged == [1: 1, 2: 2, 3: 3])
        #expect(run.queue.depth == 0)
    }

    @Test func aResendNeverSharesABatchWithItsFirst() {
        var run = Run(at: start)
        _ = run.submit(1, key: 9)
        _ = run.submit(2, key: 9)
        _ = run.submit(3)
        #expect(run.nextBatch() == [1])
        run.answer([stored(1)])
        #expect(run.nextBatch() == [2, 3])
        run.answer([.repeated(MessageID(1), groupVersion: 0), stored(2)])
        #expect(run.acknowledged == [1: 1, 2: 1, 3: 2])
    }

    @Test func batchesAreBoundedAndKeepTheirOrder() {
        var run = Run(at: start)
        for number in 1...600 as ClosedRange<UInt16> { _ = run.submit(number) }
        var order: [UInt16] = []
        while let batch = run.nextBatch() {
            #expect(batch.count <= 256)
            order += batch
            run.answer(batch.map { stored(UInt32($0)) })
        }
        #expect(order == Array(1...600))
    }

    @Test("a conversation whose head is wrong costs the others of its batch one round")
    func wrongHead() {
        var run = Run(at: start)
        _ = run.submit(1, to: 2)
        _ = run.submit(2, to: 3)
        #expect(run.nextBatch() == [1, 2])
        let duplicate = DatabaseError.refused(SQLState("23505"))
        #expect(run.queue.failed(duplicate, at: start) == [])
        guard case .raiseHeads(let conversations, _)? = run.queue.next(at: start) else {
            Issue.record("the heads are not looked at")
            return
        }
        #expect(conversations.map { $0.peer(of: UserID(1))?.rawValue } == [2, 3])
        run.queue.raisedHeads(at: start)
        #expect(run.nextBatch() == [1, 2])
        run.answer([stored(8), stored(1)])
        #expect(run.acknowledged == [1: 8, 2: 1])
    }

    @Test("what stays a duplicate is set apart from the others, and then given up")
    func duplicate() {
        var run = Run(at: start)
        for number in 1...4 as ClosedRange<UInt16> { _ = run.submit(number, to: UInt32(number) + 1) }
        let duplicate = DatabaseError.refused(SQLState("23505"))
        var rounds = 0
        while run.queue.depth > 0, rounds < 100 {
            rounds += 1
            switch run.queue.next(at: start) {
            case .append(let batch, _, _)?:
                if batch.sends.contains(where: { $0.sequence == 3 }) {
                    _ = run.queue.failed(duplicate, at: start)
                } else {
                    run.answer(batch.sends.map { stored(UInt32($0.sequence)) })
                }
            case .raiseHeads?: run.queue.raisedHeads(at: start)
            case .openPairs?, nil: Issue.record("nothing else is to be done")
            }
        }
        #expect(run.acknowledged == [1: 1, 2: 2, 4: 4])
    }

    @Test func theFirstMessageOfAPairWaitsForItsConversationAndStaysInFront() {
        var run = Run(at: start)
        _ = run.submit(1, to: 2)
        _ = run.submit(2, to: 3)
        _ = run.submit(3, to: 77)
        #expect(run.nextBatch() == [1, 2, 3])
        _ = run.submit(4, to: 3)
        run.answer([stored(5), .noConversation, .noConversation])
        guard case .openPairs(let pairs, _)? = run.queue.next(at: start) else {
            Issue.record("no pairs are opened")
            return
        }
        #expect(pairs.map { $0.peer(of: UserID(1))?.rawValue } == [3, 77])
        // User 77 does not exist.
        run.queue.openedPairs([pairs[0]], at: start)
        #expect(run.nextBatch() == [2])
        run.answer([stored(1)])
        #expect(run.nextBatch() == [4])
        #expect(run.acknowledged == [1: 5, 2: 1])
        #expect(lost(&run) == [3: .noReceiver])
    }

    @Test("what the database answers with a refusal is told with its reason, once")
    func refusals() {
        var run = Run(at: start)
        for number in 1...3 as ClosedRange<UInt16> { _ = run.submit(number) }
        _ = run.nextBatch()
        run.answer([.refused, stored(1), .full])
        #expect(lost(&run) == [1: .notAllowed, 3: .idsUsedUp])
        #expect(lost(&run) == [:])
    }

    @Test func aPairThatIsRefusedTwiceIsDropped() {
        var run = Run(at: start)
        _ = run.submit(1)
        _ = run.nextBatch()
        run.answer([.noConversation])
        guard case .openPairs(let pairs, _)? = run.queue.next(at: start) else { return }
        run.queue.openedPairs(Set(pairs), at: start)
        #expect(run.nextBatch() == [1])
        run.answer([.noConversation])
        #expect(run.queue.next(at: start) == nil)
        #expect(run.queue.depth == 0)
        #expect(lost(&run) == [1: .noReceiver])
    }

    @Test func aLostConnectionIsRetriedUntilTheBudgetIsSpent() {
        var run = Run(at: start)
        _ = run.submit(1)
        _ = run.nextBatch()
        #expect(run.queue.failed(.connectionLost, at: run.now) == [])
        #expect(run.nextBatch() == nil)
        run.now = run.now + .milliseconds(60)
        #expect(run.nextBatch() == [1])
        run.now = run.now + .seconds(4)
        // It may have been stored: the conversation is to be looked at.
        #expect(run.queue.failed(.unavailable, at: run.now).count == 1)
        #expect(run.queue.depth == 0)
    }

    @Test func noAnswerIsWaitedForBeyondTheBudget() {
        var run = Run(at: start)
        _ = run.submit(1)
        run.now = run.now + .milliseconds(500)
        _ = run.nextBatch()
        #expect(run.lastLimit == .milliseconds(3_500))
        run.now = run.now + .seconds(3)
        #expect(run.queue.failed(.deadline, at: run.now) == [])
        run.now = run.now + .milliseconds(50)
        _ = run.nextBatch()
        #expect(run.lastLimit == .milliseconds(450))
        #expect(run.queue.failed(.refused(SQLState("40001")), at: run.now) == [])
        // An answer now would come after the budget.
        run.now = run.now + .milliseconds(450)
        #expect(run.nextBatch() == nil)
    }

    @Test func whatWasFoundAfterALostAnswerMayBeNews() {
        var run = Run(at: start)
        _ = run.submit(1)
        _ = run.nextBatch()
        _ = run.queue.failed(.connectionLost, at: run.now)
        run.now = run.now + .milliseconds(60)
        _ = run.nextBatch()
        run.answer([.repeated(MessageID(7), groupVersion: 0)])
        _ = run.submit(2)
        _ = run.nextBatch()
        run.answer([.repeated(MessageID(8), groupVersion: 0)])
        #expect(run.acknowledged == [1: 7, 2: 8])
        #expect(run.uncertain == [1])
    }

    @Test func whatWasNeverSentIsNotUnanswered() {
        var run = Run(at: start)
        _ = run.submit(1)
        _ = run.nextBatch()
        run.now = run.now + .seconds(5)
        #expect(run.queue.failed(.unavailable, at: run.now) == [])
    }

    @Test func whileTheDatabaseIsAwayOldSendsAreDropped() {
        var run = Run(at: start)
        _ = run.submit(1)
        run.now = run.now + .seconds(2)
        _ = run.submit(2)
        run.now = run.now + .milliseconds(2_500)
        #expect(run.queue.expire(at: run.now) == [])
        #expect(run.queue.depth == 1)
        #expect(lost(&run) == [1: .timedOut])
        #expect(run.nextBatch() == [2])
    }

    @Test(arguments: [("40P01", 3), ("40001", 3), ("55P03", 2), ("57014", 2), ("22P02", 1)] as [(StaticString, Int)])
    func errorsAreRetriedAsOftenAsItHelps(state: (code: StaticString, attempts: Int)) {
        var run = Run(at: start)
        _ = run.submit(1)
        var attempts = 0
        while run.nextBatch() != nil {
            attempts += 1
            _ = run.queue.failed(.refused(SQLState(state.code)), at: run.now)
        }
        #expect(attempts == state.attempts)
        #expect(run.queue.depth == 0)
        #expect(lost(&run) == [1: .databaseFailed])
    }

    @Test func oneSendThatTheDatabaseRefusesTakesNoOtherWithIt() {
        var run = Run(at: start)
        for number in 1...5 as ClosedRange<UInt16> { _ = run.submit(number) }
        var order: [UInt16] = []
        while let batch = run.nextBatch() {
            if batch.contains(3) {
                #expect(run.queue.failed(.refused(SQLState("23514")), at: run.now) == [])
                // Later ones stay behind.
                if batch.count == 5 { _ = run.submit(6) }
            } else {
                order += batch
                run.answer(batch.map { stored(UInt32($0)) })
            }
        }
        #expect(order == [1, 2, 4, 5, 6])
        #expect(run.queue.depth == 0)
    }

    @Test("F13: what cannot be stored because of a lock is tried apart, in its order, and holds up nobody else")
    func aLockedConversationIsSetApart() {
        var run = Run(at: start)
        for number in 1...4 as ClosedRange<UInt16> { _ = run.submit(number, to: number.isMultiple(of: 2) ? 2 : 3) }
        #expect(run.nextBatch() == [1, 2, 3, 4] && !run.lastSkips)
        run.now = run.now + .seconds(2)
        #expect(run.queue.failed(.refused(SQLState("55P03")), at: run.now) == [])
        #expect(run.nextBatch() == [1, 2, 3, 4] && run.lastSkips)
        run.answer([stored(1), .locked, stored(2), .locked])
        // A later one of the same conversation stays behind them.
        _ = run.submit(5, to: 2)
        _ = run.submit(6, to: 3)
        #expect(run.nextBatch() == [6] && run.lastSkips)
        run.answer([stored(3)])
        #expect(run.nextBatch() == nil && run.queue.depth == 3)
        for _ in 0..<2 {
            run.now = run.now + .milliseconds(50)
            #expect(run.nextBatch() == [2, 4] && run.lastSkips)
            run.answer([.locked, .locked])
            #expect(run.nextBatch() == nil)
        }
        run.now = run.now + .milliseconds(50)
        #expect(run.nextBatch() == [2, 4])
        run.answer([stored(1), stored(2)])
        #expect(run.nextBatch() == [5])
        run.answer([stored(3)])
        #expect(run.queue.depth == 0)
        // Nothing is locked any more: a busy conversation has its place in the queue for its lock again.
        _ = run.submit(7, to: 2)
        #expect(run.nextBatch() == [7] && !run.lastSkips)
        #expect(run.acknowledged == [1: 1, 3: 2, 6: 3, 2: 1, 4: 2, 5: 3])
    }

    @Test func whatStaysLockedIsGivenUpWhenItsOwnBudgetIsSpent() {
        var run = Run(at: start)
        _ = run.submit(1, to: 2)
        _ = run.submit(2, to: 3)
        _ = run.nextBatch()
        run.now = run.now + .seconds(2)
        _ = run.queue.failed(.refused(SQLState("55P03")), at: run.now)
        _ = run.nextBatch()
        run.answer([.locked, .locked])
        run.now = run.now + .seconds(1)
        _ = run.submit(3, to: 2)
        // Each by itself.
        #expect(run.nextBatch() == [1])
        run.answer([.locked])
        #expect(run.nextBatch() == [2])
        run.answer([stored(1)])
        run.now = run.now + .seconds(1)
        #expect(run.nextBatch() == nil)
        #expect(run.queue.expire(at: run.now) == [])
        #expect(run.queue.depth == 1)
        #expect(run.nextBatch() == [3])
    }

    @Test func whatIsLockedAndWhatWaitsTakeTurns() {
        var run = Run(at: start)
        for peer in 2...4 as ClosedRange<UInt32> { _ = run.submit(UInt16(peer), to: peer) }
        _ = run.nextBatch()
        _ = run.queue.failed(.refused(SQLState("55P03")), at: run.now)
        _ = run.nextBatch()
        run.answer([.locked, .locked, .locked])
        run.now = run.now + .milliseconds(60)
        var order: [UInt16] = []
        for number in 100..<103 as Range<UInt16> { _ = run.submit(number, to: 9, key: 7) }
        while order.count < 6, let batch = run.nextBatch() {
            order += batch
            run.answer(batch.map { $0 < 100 ? .locked : stored(UInt32($0)) })
        }
        #expect(order == [2, 100, 3, 101, 4, 102])
        #expect(run.queue.depth == 3)
    }

    @Test func aLockedSendThatMayHaveBeenStoredStaysUncertain() {
        var run = Run(at: start)
        _ = run.submit(1, to: 2)
        _ = run.nextBatch()
        _ = run.queue.failed(.connectionLost, at: run.now)
        run.now = run.now + .milliseconds(60)
        _ = run.nextBatch()
        _ = run.queue.failed(.refused(SQLState("55P03")), at: run.now)
        _ = run.nextBatch()
        run.answer([.locked])
        _ = run.submit(2, to: 3)
        _ = run.nextBatch()
        run.answer([.repeated(MessageID(4), groupVersion: 0)])
        run.now = run.now + .seconds(5)
        #expect(run.queue.expire(at: run.now).count == 1)
        #expect(Set(lost(&run).values) == [.timedOut])
        #expect(run.uncertain == [] && run.queue.depth == 0)
    }

    @Test func aFullQueueRefuses() {
        var limits = AppendQueue.Limits()
        limits.maxWaiting = 3
        var run = Run(at: start, limits: limits)
        #expect((1...5).map { run.submit($0) } == [true, true, true, false, false])
    }
}
