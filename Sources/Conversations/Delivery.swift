import DBProxy
public import Primitives
public import TalkProtocol

/// Which message reaches which session when: the delivery of the conversations of one loop, and of the users whose
/// sessions are on it. A core.
///
/// What happened comes in by the methods in the past tense. What is to be done at once goes to the outlet; what is to
/// be asked of the database is taken by `nextRequest`, after each of them.
public struct Delivery {
    /// A packet that waits for those before it.
    struct Held {
        let packet: [UInt8]
        let origin: SessionAddress?
        /// Of a group; a pair's are in its id.
        let members: [UserID]
        /// At this node, from its sender or from another node; `nil` if it was read from the database.
        let arrived: Instant?
    }

    public struct Statistics: Sendable {
        public var stored = 0
        public var repeated = 0
        public var holesRead = 0
        /// Messages that were not pushed, as there was no room for their conversation's cursor.
        public var cursorsRefused = 0
        /// Conversations that were not watched after an append without an answer, as there were too many.
        public var unansweredRefused = 0

        public init() {}
    }

    public static let tickPeriod: Duration = .milliseconds(50)
    private static let maxCursors = 200_000
    private static let sweepPeriod: Duration = .seconds(60)
    /// So long and so many bytes of what was stored is kept by each loop, in case the database loses it.
    private static let keptFor: Duration = .seconds(60)
    private static let keptBytes = 32 << 20

    var table = CursorTable<Held>(capacity: maxCursors)
    /// Conversations that are to get a cursor.
    var openings: [ConversationID: Opening] = [:]
    /// Of the packets that these hold.
    var openingBytes = 0
    /// Of which it was asked in vain, and when to ask again; the soonest first.
    var reopenings = Fifo<(conversation: ConversationID, due: Instant)>()
    /// Messages whose list of members is being read; its own stand in none of them.
    var awaiting: [MessageName: Held] = [:]
    /// Conversations with a hole, looked at until it is closed.
    var holes: Set<ConversationID> = []
    var unanswered = UnansweredAppends()
    /// Conversations with messages that this node may have stored and did not tell others of: whatever is read of them
    /// is passed on.
    var unforwarded: Set<ConversationID> = []
    var search: MissedSearch
    var groups = MemberLists()
    var kept = KeptMessages(lifetime: keptFor, maxBytes: keptBytes)
    var requests = Fifo<DeliveryRequest>()
    let scratch = ScratchWriter()
    private var lastSweep: Instant
    public internal(set) var statistics = Statistics()

    public init(at now: Instant) {
        lastSweep = now
        search = MissedSearch(at: now)
    }

    /// What to ask the database, until there is nothing more.
    public mutating func nextRequest() -> DeliveryRequest? { requests.popFirst() }

    /// Up to where the conversation was pushed; `nil` if it was quiet.
    public func position(of conversation: ConversationID) -> MessageID? { table.cursors[conversation]?.position }

    /// Conversations whose pushes are followed.
    public var cursorCount: Int { table.count }

    /// Conversations that may have grown unseen.
    public var unansweredCount: Int { unanswered.count }

    /// Groups whose members are known.
    public var groupCount: Int { groups.count }

    /// Of messages that are kept in case the database loses them.
    public var keptByteCount: Int { kept.byteCount }

    public mutating func forgetGroups() { groups.removeAll() }

    /// To be called every `tickPeriod`.
    ///
    /// - Parameter databaseIsReady: while it is away, nobody knows in which state it comes back.
    public mutating func ticked(at now: Instant, databaseIsReady: Bool, _ outlet: some DeliveryOutlet) {
        lookAtUnanswered(at: now, outlet)
        askAgainWhereToBegin(at: now)
        searchForMissed(at: now, outlet)
        readHoles(at: now)
        if databaseIsReady { kept.forgetOld(at: now) }
        if now - lastSweep >= Self.sweepPeriod {
            lastSweep = now
            table.forgetOld(at: now)
        }
    }
}
