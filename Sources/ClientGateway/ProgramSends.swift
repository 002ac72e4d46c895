public import Conversations
import DBProxy
import Metrics
import Primitives
import Reactor
public import TalkProtocol

/// Sends whose programs wait for them on this loop, by what stands in the place of their session. Each has an HTTP
/// request, which bounds them.
struct ProgramSends {
    private var waiting: [UInt32: (Result<MessageID, SendFailure>) -> Void] = [:]
    private var count: UInt32 = 0

    /// No session has this slot.
    private static let slot = UInt32.max

    /// Returns where the end of the send is to be told.
    mutating func add(loop: Int, _ completion: @escaping (Result<MessageID, SendFailure>) -> Void) -> SessionAddress {
        // 0 is nobody; in a life of four thousand million sends the oldest ones are long told.
        count = count == .max ? 1 : count + 1
        waiting[count] = completion
        return SessionAddress(loop: UInt16(loop), slot: Self.slot, generation: count)
    }

    mutating func take(_ address: SessionAddress) -> ((Result<MessageID, SendFailure>) -> Void)? {
        address.slot == Self.slot ? waiting.removeValue(forKey: address.generation) : nil
    }
}

extension Gateway: ProgramSender {
    public func send(
        _ body: [UInt8], from sender: UserID, to conversation: ConversationID, key: [UInt8]?,
        _ completion: @escaping (Result<MessageID, SendFailure>) -> Void
    ) {
        guard body.count <= limits.maxTextBytes else {
            counters.refused(SendRefusal.tooLong.rawValue)
            return completion(.failure(.tooLong(limit: limits.maxTextBytes)))
        }
        if let wait = shared.budgets.take(.message, byteCount: body.count, of: sender, limits, at: loop.now) {
            counters.throttled.add()
            return completion(.failure(.tooFast(wait)))
        }
        counters.sends.add()
        let (scratch, key) = (keyScratch, key ?? ownKey())
        let send = Send(
            conversation: conversation, sender: sender,
            type: conversation.sessionType == .group ? .groupText : .singleText,
            key: .chosen(key.rawBytes, by: sender, rising: database.keysRiseSince, &scratch.writer),
            keyExpires: false, clientKey: nil, origin: programSends.add(loop: loop.index, completion), sequence: 0)
        submit(send, body: body.rawBytes)
    }

    public func takeRequest(of user: UserID) -> Duration? {
        shared.budgets.take(.request, of: user, limits, at: loop.now)
    }

    public func charge(_ byteCount: Int, to user: UserID) {
        let limits = limits
        guard byteCount > limits.smallAnswerBytes else { return }
        shared.budgets.charge(byteCount, to: user, limits, at: loop.now)
    }

    /// Unlikely to meet a second time.
    private func ownKey() -> [UInt8] {
        let key = ClientKey(
            time: UInt64(shared.wallClock()) * 1000, run: loop.random.next(),
            conversation: UInt32(truncatingIfNeeded: loop.random.next()),
            ticket: UInt32(truncatingIfNeeded: loop.random.next()))
        var writer = ByteWriter(capacity: 16)
        key.write(into: &writer)
        return writer.bytes.copied()
    }
}
