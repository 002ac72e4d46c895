import DBProxy
import Metrics
import Primitives
import Protobuf
import Reactor
import TalkProtocol

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

    /// Sends a list in as many answers as it needs; one at least.
    func answer<Item: ProtoMessage>(
        _ request: Request, _ command: Command, inPieces items: [Item], _ message: ([Item]) -> some ProtoMessage
    ) {
        var rest = items[...]
        repeat {
            let piece = fitting(rest)
            rest = rest.dropFirst(piece.count)
            answer(request, command, message(piece))
        } while !rest.isEmpty
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
