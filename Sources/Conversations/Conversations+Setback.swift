public import DBProxy
import Primitives
import Reactor
import TalkProtocol

/// What this loop knows and a database may have lost: one whose data was set back, or that took over from another one.
extension Conversations {
    /// What was done about it.
    public struct Setback: Sendable {
        /// Messages that were put back under their ids, and those whose ids had been given to others.
        public var restored = 0
        public var moved = 0
        /// Conversations whose next id was too low.
        public var raised = 0

        public init() {}
    }

    /// Conversations that are compared with the database at once.
    private static let step = 500

    /// Puts back what is missing and raises what is too low, step by step: what is there already is only read.
    /// Nothing may be stored on queues meanwhile. May be repeated.
    public func putBack(_ completion: @escaping (Result<Setback, DatabaseError>) -> Void) {
        var heads: [(conversation: ConversationID, head: MessageID)] = []
        for (conversation, cursor) in delivery.table.cursors { heads.append((conversation, cursor.highest)) }
        for (conversation, opening) in delivery.openings { heads.append((conversation, opening.head)) }
        var chunks: [KeptMessages.Chunk] = []
        for index in 0..<delivery.kept.chunks.count { chunks.append(delivery.kept.chunks[index]) }
        putBack(chunks[...], heads[...], Setback(), completion)
    }

    /// Messages first: of those that can be put back there is never a gap.
    private func putBack(
        _ chunks: ArraySlice<KeptMessages.Chunk>, _ heads: ArraySlice<(conversation: ConversationID, head: MessageID)>,
        _ done: Setback, _ completion: @escaping (Result<Setback, DatabaseError>) -> Void
    ) {
        let goOn = { [weak self] (result: Result<Setback, DatabaseError>) in
            guard let self else { return }
            switch result {
            case .success(let done) where chunks.isEmpty:
                putBack(chunks, heads.dropFirst(Self.step), done, completion)
            case .success(let done): putBack(chunks.dropFirst(), heads, done, completion)
            case .failure: completion(result)
            }
        }
        if let chunk = chunks.first { return restore(chunk, done, goOn) }
        if !heads.isEmpty { return raise(Array(heads.prefix(Self.step)), done, goOn) }
        // A version that was given to a list of members is given to no other one.
        let versions = delivery.groups.versions
        if versions.isEmpty { return completion(.success(done)) }
        database.raiseVersions(of: versions) { completion($0.map { _ in done }) }
    }

    private func restore(
        _ chunk: KeptMessages.Chunk, _ done: Setback,
        _ completion: @escaping (Result<Setback, DatabaseError>) -> Void
    ) {
        let messages = chunk.messages
        database.count(messages, key: { chunk.keys[$0].write(into: &$1) }) { [weak self] result in
            guard let self else { return }
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let count) where count >= messages.count: completion(.success(done))
            case .success:
                database.restore(
                    messages, key: { chunk.keys[$0].write(into: &$1) }, body: { chunk.writeBody($0, into: &$1) }
                ) { [weak self] result in
                    if let self, case .success(let counts) = result, counts.moved > 0 {
                        delivery.gaveUp(Set(messages.map(\.conversation)).sorted(), at: loop.now)
                    }
                    completion(result.map { counts in
                        var sum = done
                        sum.restored += counts.restored
                        sum.moved += counts.moved
                        return sum
                    })
                }
            }
        }
    }

    private func raise(
        _ heads: [(conversation: ConversationID, head: MessageID)], _ done: Setback,
        _ completion: @escaping (Result<Setback, DatabaseError>) -> Void
    ) {
        database.heads(of: heads.map(\.conversation)) { [weak self] result in
            guard let self else { return }
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let stored):
                let low = heads.filter { (stored[$0.conversation] ?? MessageID(0)) < $0.head }
                if low.isEmpty { return completion(.success(done)) }
                database.raiseKnownHeads(low) { result in
                    completion(result.map { count in
                        var sum = done
                        sum.raised += count
                        return sum
                    })
                }
            }
        }
    }
}
