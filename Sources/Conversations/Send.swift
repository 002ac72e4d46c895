import Primitives
public import TalkProtocol

/// Names a session of this node: the loop it lives on, and its place and generation there.
public struct SessionAddress: Hashable, Sendable {
    public let loop: UInt16
    public let slot: UInt32
    public let generation: UInt32

    public init(loop: UInt16, slot: UInt32, generation: UInt32) {
        self.loop = loop
        self.slot = slot
        self.generation = generation
    }
}

/// One message on its way into the database, without its body.
public struct Send: Sendable {
    public let conversation: ConversationID
    public let sender: UserID
    public let type: MsgType
    public let key: SendKey
    /// The key was derived, not chosen by the client: it names this send for a while only.
    public let keyExpires: Bool
    /// What the client chose; repeated in the acknowledgement.
    public let clientKey: SendKey?
    /// Who waits for the acknowledgement, under which header sequence.
    public let origin: SessionAddress
    public let sequence: UInt16

    public init(
        conversation: ConversationID, sender: UserID, type: MsgType, key: SendKey, keyExpires: Bool,
        clientKey: SendKey?, origin: SessionAddress, sequence: UInt16
    ) {
        self.conversation = conversation
        self.sender = sender
        self.type = type
        self.key = key
        self.keyExpires = keyExpires
        self.clientKey = clientKey
        self.origin = origin
        self.sequence = sequence
    }

    /// What the client called the conversation: the other user, or the group.
    public var sessionID: UInt32 {
        switch conversation.kind {
        case .group(let group): group.rawValue
        case .pair: conversation.peer(of: sender)?.rawValue ?? 0
        }
    }

    public var sessionType: SessionType { type.sessionType }
}

/// Sends that go to the database together, and their bodies in one piece of memory.
public final class SendBatch {
    /// A batch is closed at either bound: a transaction should stay short.
    static let maxSends = 256
    static let maxBytes = 256 << 10
    /// Nothing joins a batch that has waited this long, so that what is dropped with it is not young.
    static let maxAge: Duration = .seconds(1)

    public private(set) var sends: [Send] = []
    private var bodyEnds: [Int] = []
    private var keys: Set<SendKey> = []
    private let bodies = ScratchWriter()
    /// When the first send came.
    private(set) var started = Instant.never

    init() {}

    public var count: Int { sends.count }
    var byteCount: Int { bodies.writer.count }

    /// Whether the send may still join. Two with one key never share a batch: the second must find the first stored.
    func accepts(_ send: Send, byteCount: Int, at now: Instant) -> Bool {
        sends.count < Self.maxSends && bodies.writer.count + byteCount <= Self.maxBytes && !keys.contains(send.key)
            && now < started + Self.maxAge
    }

    func add(_ send: Send, body: RawSpan, at now: Instant) {
        if sends.isEmpty { started = now }
        sends.append(send)
        keys.insert(send.key)
        bodies.writer.append(body)
        bodyEnds.append(bodies.writer.count)
    }

    /// Calls `use` with the body of a send.
    public func withBody<Result>(_ index: Int, _ use: (RawSpan) -> Result) -> Result {
        let bodies = bodies
        return use(bodies.writer.bytes.extracting((index == 0 ? 0 : bodyEnds[index - 1])..<bodyEnds[index]))
    }

    func clear() {
        sends.removeAll(keepingCapacity: true)
        bodyEnds.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        bodies.writer.clear(keeping: Self.maxBytes)
        started = .never
    }
}
