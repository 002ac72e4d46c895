import Conversations
import DBProxy
import Primitives
import TalkProtocol

/// PostgreSQL as the nodes of a world reach it: calls that are under way, transactions that lock rows, and everything
/// that can go wrong with them.
///
/// A call is carried out when it arrives, or never; its answer comes back, or does not.
final class ChatServer {
    /// What becomes of a call, apart from what it asks.
    enum Fate: CaseIterable {
        case answered
        case refused
        /// The connection breaks before it is carried out, or after.
        case lostBefore
        case lostAfter
        case unanswered
        case late
    }

    private struct Call {
        let rows: Set<ConversationID>
        let skipsLocked: Bool
        /// Carries it out, or not.
        let run: (_ locked: Set<ConversationID>, _ transaction: Int64, _ commits: Bool) -> Void
        let fail: (DatabaseError) -> Void
        let number: Int
    }

    private static let lockTimeout: Duration = .seconds(2)
    private static let reconnection: ClosedRange<Int64> = 20...300

    private unowned let world: ClusterWorld
    var store: MessageStore
    private var locks: [ConversationID: Int64] = [:]
    private var waiting: [Call] = []
    private var lastCall = 0
    /// Nothing is carried out until then.
    private(set) var stalledUntil = Instant(nanoseconds: 0)
    /// So long calls meet any fate.
    private(set) var roughUntil = Instant(nanoseconds: 0)
    /// By node, so long it has no connection for appends.
    private var readyAt: [ObjectIdentifier: Instant] = [:]
    /// When the last thing went wrong.
    var troubledAt = Instant(nanoseconds: 0)

    init(_ world: ClusterWorld) {
        self.world = world
        store = MessageStore(now: 1_000_000)
    }

    func isReady(_ node: Node) -> Bool {
        !world.databaseIsAway && world.now >= readyAt[ObjectIdentifier(node)] ?? Instant(nanoseconds: 0)
    }

    // MARK: Faults

    func stall(for duration: Duration) { stalledUntil = max(stalledUntil, world.now + duration) }

    func beRough(for duration: Duration) { roughUntil = max(roughUntil, world.now + duration) }

    /// Somebody else locks the conversation, as a backup or an administrator does.
    func lock(_ conversation: ConversationID, for duration: Duration) {
        guard locks[conversation] == nil, store.conversations[conversation] != nil else { return }
        let transaction = store.begin()
        locks[conversation] = transaction
        world.later(duration) { [self] in release([conversation], transaction) }
    }

    func calm() {
        stalledUntil = world.now
        roughUntil = world.now
    }

    var isCalm: Bool {
        !world.databaseIsAway && world.now >= stalledUntil && world.now >= roughUntil
    }

    private func drawFate() -> Fate {
        guard world.now < roughUntil, Int.random(in: 0..<3, using: &world.random) == 0 else { return .answered }
        return Fate.allCases[Int.random(in: 0..<Fate.allCases.count, using: &world.random)]
    }

    // MARK: Calls

    /// A question, or a transaction that locks nothing and is there at once.
    func ask<Value>(
        from node: Node, within limit: Duration = .seconds(1), _ execute: @escaping (inout MessageStore) -> Value,
        _ completion: @escaping (Result<Value, DatabaseError>) -> Void
    ) {
        let (answer, fate) = (once(node, within: limit, completion), drawFate())
        guard !world.databaseIsAway else { return fail(node, .unavailable, answer) }
        arrive(fate, { self.fail(node, $0, answer) }) { [self] in
            store.now = seconds
            let value = execute(&store)
            reply(node, fate, .success(value), answer)
        }
    }

    /// A transaction that locks rows. It is there at once, some time after it has begun.
    func transact<Value>(
        from node: Node, rows: @escaping (MessageStore) -> Set<ConversationID>, skippingLocked: Bool = false,
        within limit: Duration, _ execute: @escaping (inout MessageStore, Set<ConversationID>, Int64) -> Value,
        _ completion: @escaping (Result<Value, DatabaseError>) -> Void
    ) {
        let (answer, fate) = (once(node, within: limit, completion), drawFate())
        guard !world.databaseIsAway else { return fail(node, .unavailable, answer) }
        arrive(fate, { self.fail(node, $0, answer) }) { [self] in
            lastCall += 1
            let call = Call(
                rows: rows(store), skipsLocked: skippingLocked,
                run: { locked, transaction, commits in
                    guard commits else { return self.fail(node, .connectionLost, answer) }
                    self.store.now = self.seconds
                    let value = execute(&self.store, locked, transaction)
                    self.reply(node, fate, .success(value), answer)
                },
                fail: { self.fail(node, $0, answer) }, number: lastCall)
            begin(call)
        }
    }

    private func begin(_ call: Call) {
        let held = call.rows.filter { locks[$0] != nil }
        if !held.isEmpty, !call.skipsLocked {
            waiting.append(call)
            return world.later(Self.lockTimeout) { [self] in
                guard let place = waiting.firstIndex(where: { $0.number == call.number }) else { return }
                waiting.remove(at: place)
                call.fail(.refused(SQLState("55P03")))
            }
        }
        let transaction = store.begin()
        let own = call.rows.subtracting(held)
        for row in own { locks[row] = transaction }
        world.later(.microseconds(Int64.random(in: 100...2000, using: &world.random))) { [self] in
            call.run(held, transaction, !world.databaseIsAway)
            release(own, transaction)
        }
    }

    private func release(_ rows: Set<ConversationID>, _ transaction: Int64) {
        for row in rows where locks[row] == transaction { locks[row] = nil }
        store.end(transaction)
        let calls = waiting
        waiting = []
        for call in calls {
            if call.rows.contains(where: { locks[$0] != nil }) { waiting.append(call) } else { begin(call) }
        }
    }

    /// On its way, and through what holds the server up.
    private func arrive(
        _ fate: Fate, _ fail: @escaping (DatabaseError) -> Void, _ work: @escaping () -> Void
    ) {
        world.later(world.network.delay(&world.random)) { [self] in
            if world.databaseIsAway || fate == .lostBefore { return fail(.connectionLost) }
            if fate == .refused { return fail(.refused(SQLState("40P01"))) }
            guard world.now < stalledUntil else { return work() }
            world.later(stalledUntil - world.now) { [self] in
                world.databaseIsAway ? fail(.connectionLost) : work()
            }
        }
    }

    private func reply<Value>(
        _ node: Node, _ fate: Fate, _ result: Result<Value, DatabaseError>,
        _ answer: @escaping (Result<Value, DatabaseError>) -> Void
    ) {
        switch fate {
        case .unanswered: break
        case .lostAfter: fail(node, .connectionLost, answer)
        case .late:
            let delay = Duration.milliseconds(Int64.random(in: 100...5000, using: &world.random))
            world.at(node, after: delay) { answer(result) }
        case .answered, .refused, .lostBefore:
            world.at(node, after: world.network.delay(&world.random)) { answer(result) }
        }
    }

    private func fail<Value>(
        _ node: Node, _ error: DatabaseError, _ answer: @escaping (Result<Value, DatabaseError>) -> Void
    ) {
        if error == .connectionLost {
            let delay = Duration.milliseconds(Int64.random(in: Self.reconnection, using: &world.random))
            readyAt[ObjectIdentifier(node)] = world.now + delay
        }
        world.at(node, after: .microseconds(100)) { answer(.failure(error)) }
    }

    /// The first answer counts; without one in time the caller is told so.
    private func once<Value>(
        _ node: Node, within limit: Duration, _ completion: @escaping (Result<Value, DatabaseError>) -> Void
    ) -> (Result<Value, DatabaseError>) -> Void {
        var isDone = false
        let answer: (Result<Value, DatabaseError>) -> Void = { result in
            guard !isDone else { return }
            isDone = true
            completion(result)
        }
        world.at(node, after: limit) { answer(.failure(.deadline)) }
        return answer
    }

    private var seconds: Int64 { 1_000_000 + Int64(world.now.nanoseconds / 1_000_000_000) }
}
