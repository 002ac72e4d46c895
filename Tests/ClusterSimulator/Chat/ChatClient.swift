import Conversations
import DBProxy
import Primitives
import TalkProtocol

/// A device of a user: logs in and reads what there is, then listens; says something and says it again until that is
/// acknowledged. What it has belongs to its login: each one starts from nothing, so that each is a proof.
final class ChatClient {
    struct Pending {
        let conversation: ConversationID
        let body: [UInt8]
        let since: Instant
    }

    private static let resendDelay: Duration = .seconds(5)
    /// Then it is tired of it.
    private static let patience: Duration = .seconds(40)
    /// Without an answer it asks again.
    private static let answerPatience: Duration = .seconds(4)

    private unowned let world: ClusterWorld
    let user: UserID
    let clientType: ClientType
    /// While it is connected.
    private(set) var link: ChatLink?
    private(set) lazy var phone = CallPhone(world, self)
    /// Up to where it has read the conversations that there were when it logged in; complete once that is all.
    private(set) var isComplete = false
    private var unread: Set<ConversationID> = []
    private(set) var known: [ConversationID: Set<MessageID>] = [:]
    private var pending: [SendKey: Pending] = [:]
    /// It wants to be online.
    private var isWanted = false
    private var attempt = 0

    init(_ world: ClusterWorld, _ user: UserID, _ clientType: ClientType) {
        self.world = world
        self.user = user
        self.clientType = clientType
    }

    var session: ChatSession? { link?.session }
    /// It has what it wants.
    var isAtRest: Bool { isWanted == isComplete && pending.isEmpty }
    var name: String { "\(clientType) of \(user.rawValue)" }

    // MARK: Connections

    func logIn(at place: Int) {
        isWanted = true
        attempt += 1
        let attempt = attempt
        guard let link = world.connect(self, to: place) else { return retry() }
        forget()
        self.link = link
        world.logIn(link)
        world.later(Self.answerPatience * 2) { [self] in
            if self.attempt == attempt, self.link === link, link.session == nil { breakOff(isPolite: false) }
        }
    }

    /// Closes its connection; without a word if its process or its network ends.
    func breakOff(isPolite: Bool) {
        guard let link else { return }
        link.isOpenHere = false
        self.link = nil
        forget()
        world.closed(link, isPolite: isPolite)
        retry()
    }

    /// Is not there for a while, and has forgotten what it was about to say.
    func crash() {
        pending = [:]
        breakOff(isPolite: false)
    }

    func logOut() {
        isWanted = false
        pending = [:]
        breakOff(isPolite: true)
    }

    func lostConnection(_ link: ChatLink) {
        link.isOpenHere = false
        guard self.link === link else { return }
        self.link = nil
        forget()
        retry()
    }

    private func forget() {
        phone.forget()
        known = [:]
        unread = []
        isComplete = false
    }

    /// Comes back by itself.
    private func retry() {
        guard isWanted else { return }
        let attempt = attempt
        world.later(.milliseconds(Int64.random(in: 200...3000, using: &world.random))) { [self] in
            guard isWanted, link == nil, self.attempt == attempt else { return }
            logIn(at: Int.random(in: 0..<world.nodeCount, using: &world.random))
        }
    }

    // MARK: Reading

    func loggedIn(_ link: ChatLink) {
        guard self.link === link else { return }
        let user = user
        ask(link, { $0.conversations(of: user) }) { [self] list in
            unread = Set(list)
            isComplete = list.isEmpty
            for conversation in list { readHistory(of: conversation, link) }
        }
        for key in pending.keys.sorted(by: { $0.low < $1.low }) { say(key) }
    }

    private func readHistory(of conversation: ConversationID, _ link: ChatLink) {
        let user = user
        ask(link, {
            $0.history(of: conversation, for: user, upTo: nil, count: .max, byteCount: .max).map(\.id)
        }) { [self] ids in
            known[conversation, default: []].formUnion(ids)
            unread.remove(conversation)
            isComplete = unread.isEmpty
        }
    }

    /// Asks by way of its node, until there is an answer.
    private func ask<Value>(
        _ link: ChatLink, _ question: @escaping (inout MessageStore) -> Value, _ completion: @escaping (Value) -> Void
    ) {
        var isAnswered = false
        world.ask(over: link, question) { [self] value in
            guard !isAnswered, self.link === link else { return }
            isAnswered = true
            completion(value)
        }
        world.later(Self.answerPatience) { [self] in
            if !isAnswered, self.link === link { ask(link, question, completion) }
        }
    }

    func received(_ message: MessageName, _ link: ChatLink) {
        guard self.link === link else { return }
        known[message.conversation, default: []].insert(message.id)
    }

    /// Says that it has read the conversation, as far as it has it without a gap.
    func markRead(_ conversation: ConversationID) {
        guard let link, isComplete, let last = known[conversation]?.max() else { return }
        let user = user
        world.noteMark(last, of: conversation, by: user)
        let through = world.plant == .readLost ? MessageID(0) : last
        world.ask(over: link, { $0.markRead(conversation, by: user, through: through, ifRead: nil) }) {
            [unowned world] mark in
            if mark != nil { world.noteMarked(last, of: conversation, by: user) }
        }
    }

    // MARK: Writing

    func say(_ body: [UInt8], to conversation: ConversationID) {
        let key = world.nextKey()
        pending[key] = Pending(conversation: conversation, body: body, since: world.now)
        say(key)
    }

    private func say(_ key: SendKey) {
        guard let send = pending[key] else { return }
        guard world.now - send.since < Self.patience else {
            pending[key] = nil
            return
        }
        guard let link, link.session != nil else { return }
        world.send(send.conversation, key, send.body, over: link)
        world.later(Self.resendDelay) { [self] in
            if self.link === link { say(key) }
        }
    }

    func acknowledged(_ key: SendKey, _ message: MessageName, _ link: ChatLink) {
        guard self.link === link else { return }
        pending[key] = nil
        known[message.conversation, default: []].insert(message.id)
    }
}
