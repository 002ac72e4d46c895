public import Primitives
public import TalkProtocol

/// What a node remembers of messages. Called on any loop.
public protocol MessageTrails: AnyObject, Sendable {
    func trail(of conversation: ConversationID, _ id: MessageID) -> MessageTrail
}

/// What became of a message on one node.
public struct MessageTrail: Sendable {
    public struct Note: Sendable {
        let at: UnixTime
        /// For programs, one of `MessageTrail.steps`.
        let step: String
        let user: Int?
        /// `pc` or `mobile`.
        let device: String?
        /// The other node.
        let peer: Int?
        /// Why another message of the conversation was not stored.
        let reason: String?

        public init(
            at: UnixTime, step: String, user: Int? = nil, device: String? = nil, peer: Int? = nil, reason: String? = nil
        ) {
            self.at = at
            self.step = step
            self.user = user
            self.device = device
            self.peer = peer
            self.reason = reason
        }
    }

    static let steps = ["stored", "acknowledged", "sent", "arrived", "pushed", "received", "read", "refused"]

    public let node: Int
    /// What was before is forgotten.
    public let since: UnixTime
    public let notes: [Note]

    public init(node: Int, since: UnixTime, notes: [Note]) {
        self.node = node
        self.since = since
        self.notes = notes
    }
}

extension MessageTrail {
    static let schema = JSONSchema.object([
        .init("node", .count), .init("since", .string, "what was before is forgotten"),
        .init(
            "notes",
            .list(
                of: .object([
                    .init("at", .string, "by the clock of the node"),
                    .init(
                        "step", .choice(steps),
                        "stored: committed; acknowledged: its sender was told; sent, arrived: over the bus; pushed: "
                            + "written to a session; received: that client said so; read: it, or a later one; "
                            + "refused: another send to the conversation was not stored, and so has no id"),
                    .init("user", .nullable(.count)), .init("device", .nullable(.choice(["pc", "mobile"]))),
                    .init("peer", .nullable(.count), "the other node"),
                    .init("reason", .nullable(.string), "of refused"),
                ]))),
    ])

    var json: JSON {
        .object([
            ("node", .number(node)), ("since", .string(since.rfc3339)),
            (
                "notes",
                .array(
                    notes.map { note in
                        .object([
                            ("at", .string(note.at.rfc3339)), ("step", .string(note.step)),
                            ("user", note.user.map(JSON.number) ?? .null),
                            ("device", note.device.map(JSON.string) ?? .null),
                            ("peer", note.peer.map(JSON.number) ?? .null),
                            ("reason", note.reason.map(JSON.string) ?? .null),
                        ])
                    })
            ),
        ])
    }
}
