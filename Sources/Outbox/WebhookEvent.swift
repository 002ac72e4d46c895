public import DBProxy
import Primitives
public import TalkProtocol

/// An event as a service gets it: JSON, signed.
///
/// A core.
public struct WebhookEvent: Sendable {
    /// Who has not taken an event for so long is not told of it any more.
    private static let life: Int64 = 86_400

    private let codec: TextCodec

    public init(_ codec: TextCodec) {
        self.codec = codec
    }

    /// `nil`: there is nothing to tell of.
    public func request(_ due: DueEvent, at now: Int64) -> OutboundRequest? {
        let (id, members): (String, [(String, JSON)])
        switch due.content {
        case .goneMessage: return nil
        case .other(let text):
            guard let json = JSON(reading: Array(text.utf8)), case .object(let event) = json else { return nil }
            // Those of the version before have no name.
            (id, members) = (json["id"]?.text ?? "e\(due.id)", event.filter { $0.0 != "id" })
        case .message(let conversation, let message):
            // The same if a message is put back into a database that had lost it.
            id = "m\(conversation.description)-\(message.id.rawValue)"
            members = self.members(of: message, in: conversation)
        }
        let body = JSON.object([("id", .string(id)), ("at", .number(Int(due.createdAt)))] + members).bytes
        var request = OutboundRequest(to: due.url, body: body)
        request.add("content-type", "application/json")
        request.sign(with: Array(due.secret.utf8), id: id, attempt: due.attempts, at: now)
        return request
    }

    private func members(of message: StoredMessage, in conversation: ConversationID) -> [(String, JSON)] {
        [
            ("event", .string("message")), ("conversation", .string(conversation.description)),
            ("message", .number(Int(message.id.rawValue))), ("from", .number(Int(message.sender.rawValue))),
            ("sent_at", .number(Int(message.createdAt))),
        ] + MessageText(message.type, message.body, codec).members
    }

    /// A service that has no time, or trouble, is asked again for a day; what it refuses is given up.
    public func judge(_ answer: OutboundAnswer, of due: DueEvent, at now: Int64) -> Verdict {
        let verdict = Verdict(common: answer)
        guard case .later = verdict.outcome, now - due.createdAt >= Self.life else { return verdict }
        return Verdict(.refused, verdict.answer)
    }
}
