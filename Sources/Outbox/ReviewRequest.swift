import Primitives
public import TalkProtocol

/// A message as it is shown to the service that says whether it is stored: JSON, signed as webhooks are.
///
/// A core.
public struct ReviewRequest: Sendable {
    private let url: String
    private let secret: [UInt8]
    private let codec: TextCodec

    public init(to url: String, secret: [UInt8], _ codec: TextCodec) {
        self.url = url
        self.secret = secret
        self.codec = codec
    }

    /// - Parameters:
    ///   - id: the same when a client sends the message again.
    ///   - body: as clients write it.
    ///   - now: unix seconds.
    public func request(
        _ id: String, of sender: UserID, to conversation: ConversationID, _ type: MsgType, body: [UInt8], at now: Int64
    ) -> OutboundRequest {
        let json = JSON.object(
            [
                ("id", .string(id)), ("event", .string("review")), ("at", .number(Int(now))),
                ("conversation", .string(conversation.description)), ("from", .number(Int(sender.rawValue))),
            ] + MessageText(type, body, codec).members)
        var request = OutboundRequest(to: url, body: json.bytes)
        request.add("content-type", "application/json")
        request.sign(with: secret, id: id, attempt: 1, at: now)
        return request
    }

    /// What the service says: 200 with `{"accept": true}` or `{"accept": false}`. `nil`: it said neither.
    public static func verdict(_ status: Int, _ body: [UInt8]) -> Bool? {
        guard status == 200, case .bool(let isAccepted)? = JSON(reading: body)?["accept"] else { return nil }
        return isAccepted
    }
}
