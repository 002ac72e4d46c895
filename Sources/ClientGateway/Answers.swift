import DBProxy
import Metrics
import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// An answer in several packets, each sent when what was sent before has left the node: a client reads as fast as its
/// line lets it, and is not closed for what it asked for.
struct LongAnswer {
    let request: Request
    /// Sends the next packet; `true` if it was the last one.
    let sendNext: () -> Bool
}

/// Answers to requests. What is longer than a packet may be goes in several, all under the number of the request, or is
/// not answered at all: a list that was cut would say that there is no more.
extension Gateway {
    /// Sends the answer to a request, under its number.
    func answer(_ request: Request, _ command: Command, _ message: some ProtoMessage) {
        let scratch = scratch
        scratch.writer.clear(keeping: 1 << 16)
        scratch.writer.append(command, sequence: request.sequence, message)
        request.session.send(scratch.writer.bytes)
        if scratch.writer.count > limits.smallAnswerBytes {
            shared.budgets.charge(scratch.writer.count, to: request.user, limits, at: loop.now)
        }
    }

    /// So many bytes went to a session once more, as it says that it lost them.
    func repeated(_ byteCount: Int, to session: Session) {
        guard session.isOnline else { return }
        shared.budgets.charge(byteCount, to: session.user, limits, at: loop.now)
    }

    /// Sends a list in as many answers as it needs; one at least.
    func answer<Item: ProtoMessage>(
        _ request: Request, _ command: Command, inPieces items: [Item],
        _ message: @escaping ([Item]) -> some ProtoMessage
    ) {
        guard request.session.isOnline else { return }
        var rest = items[...]
        let long = LongAnswer(request: request) { [weak self] in
            guard let self else { return true }
            let piece = fitting(rest)
            rest = rest.dropFirst(piece.count)
            answer(request, command, message(piece))
            return rest.isEmpty
        }
        request.session.longAnswers.append(long)
        if request.session.longAnswers.count == 1 { goOnAnswering(request.session) }
    }

    /// The output of a session has left, or it has its first long answer.
    func goOnAnswering(_ session: Session) {
        guard session.isOnline, let long = session.longAnswers.first else { return }
        if long.sendNext() { _ = session.longAnswers.popFirst() }
        if !session.longAnswers.isEmpty { whenSent(session) { [weak self] in self?.goOnAnswering($0) } }
    }

    /// Calls `goOn` in the next turn if the socket has taken everything by then; otherwise `drained` will come.
    func whenSent(_ session: Session, _ goOn: @escaping (Session) -> Void) {
        loop.scheduleNextTurn { [weak self, address = session.address] in
            guard let session = self?.sessions[address],
                session.transport.pendingOutput(session.connection) == 0
            else { return }
            goOn(session)
        }
    }

    /// As much of a list as one answer may hold; one item always, as an empty answer would say that there is nothing.
    func fitting<Item: ProtoMessage>(_ items: ArraySlice<Item>) -> [Item] {
        var byteCount = 0
        let end = items.firstIndex { item in
            // With its tag and its length.
            byteCount += item.byteCount + 4
            return byteCount > limits.maxAnswerBytes
        }
        return Array(items.prefix(max(1, (end ?? items.endIndex) - items.startIndex)))
    }

    /// A pull that cannot be answered stays unanswered: an empty list would mean that there is nothing (P5).
    func leaveUnanswered() {
        counters.unanswered.add()
    }

    /// Asks the database about a long list, `count` keys at a time.
    ///
    /// - Parameter finish: gets all that was found; `nil` if one of the questions had no answer.
    func gather<Key, Row>(
        _ keys: [Key], _ count: Int, _ ask: @escaping ([Key], @escaping Database.Completion<[Row]>) -> Void,
        _ finish: @escaping ([Row]?) -> Void
    ) {
        gather(keys[...], count, found: [], ask, finish)
    }

    private func gather<Key, Row>(
        _ keys: ArraySlice<Key>, _ count: Int, found: [Row],
        _ ask: @escaping ([Key], @escaping Database.Completion<[Row]>) -> Void, _ finish: @escaping ([Row]?) -> Void
    ) {
        if keys.isEmpty { return finish(found) }
        ask(Array(keys.prefix(count))) { [weak self] result in
            guard let self, case .success(let rows) = result else { return finish(nil) }
            gather(keys.dropFirst(count), count, found: found + rows, ask, finish)
        }
    }
}
