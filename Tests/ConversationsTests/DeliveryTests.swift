@testable import Conversations
import DBProxy
import Primitives
import TalkProtocol
import Testing

/// What the simulator would take long to happen upon, each by itself.
@Suite struct DeliveryTests {
    private static let database = DatabaseIdentity(text: "one")
    private static let group = ConversationID.group(GroupID(7))

    /// A node with its delivery, and what that did.
    private final class Node: DeliveryOutlet {
        var now = Instant(nanoseconds: 1_000_000_000_000)
        var delivery: Delivery
        var acknowledged: [UInt32] = []
        var pushed: [UInt32] = []
        var forwarded: [UInt32] = []
        var requests: [DeliveryRequest] = []
        var mayHaveOtherNodes = true
        let users: [UserID] = []

        init() {
            delivery = Delivery(at: now)
        }

        func acknowledge(_ send: Send, id: MessageID, after wait: Duration?) { acknowledged.append(id.rawValue) }
        func push(
            _ packet: RawSpan, of message: MessageName, to users: [UserID], except origin: SessionAddress?,
            after wait: Duration?
        ) { pushed.append(message.id.rawValue) }
        func push(
            _ packet: RawSpan, of message: MessageName, to one: UserID, and other: UserID,
            except origin: SessionAddress?, after wait: Duration?
        ) { pushed.append(message.id.rawValue) }
        func forward(_ packet: RawSpan, of message: MessageName, to users: [UserID]) {
            forwarded.append(message.id.rawValue)
        }
        func pass(_ recent: RecentMessages) {}
        func horizon(of users: [UserID]) -> Int64? { 5 }
        func hasSession(of users: [UserID], openedBefore instant: Instant) -> Bool { true }

        /// Ticks for a while; what is asked is collected.
        func tick(for duration: Duration = .milliseconds(200)) {
            let end = now + duration
            while now < end {
                now = now + Delivery.tickPeriod
                delivery.ticked(at: now, databaseIsReady: true, self)
                take()
            }
        }

        func take() {
            while let request = delivery.nextRequest() { requests.append(request) }
            let broken = delivery.checkInvariants()
            #expect(broken == nil)
        }

        /// A message that this node has stored.
        func stored(_ id: UInt32, in conversation: ConversationID, repeated: Bool = false, version: UInt32 = 0) {
            let send = Send(
                conversation: conversation, sender: UserID(1), type: .singleText,
                key: SendKey(high: 0, low: UInt64(id)), keyExpires: false, clientKey: nil,
                origin: SessionAddress(loop: 0, slot: 1, generation: 1), sequence: 1)
            let batch = SendBatch()
            batch.add(send, body: [1, 2, 3].rawBytes, at: now)
            let stored = AppendQueue.StoredSend(
                id: MessageID(id), groupVersion: version, repeated: repeated, uncertain: false)
            delivery.stored(batch, 0, stored, storedAt: 1, in: DeliveryTests.database, at: now, self)
            take()
        }

        /// The hole that was asked for last is read.
        func readHole(members: [UserID] = []) {
            guard case .hole(let conversation, let hole)? = requests.last else {
                Issue.record("no hole is asked for: \(requests)")
                return
            }
            requests = []
            let messages = (hole.lowerBound.rawValue...hole.upperBound.rawValue).map {
                StoredMessage(
                    id: MessageID($0), sender: UserID(1), type: .singleText, createdAt: 1, body: [1, 2, 3])
            }
            let memberships = members.map { Membership(user: $0, joinedAt: MessageID(0), leftAt: nil) }
            delivery.holeRead(
                messages, of: conversation, through: hole.upperBound, memberships: memberships, at: now, self)
            take()
        }

        /// What was stored in the conversation with the append that was given up.
        func answerUnanswered(_ first: UInt32, _ head: UInt32) {
            guard case .unanswered(let conversations, _, _, let asked)? = requests.last, let one = conversations.first
            else {
                Issue.record("nobody asks for what was given up: \(requests)")
                return
            }
            requests = []
            let recent = RecentMessages(
                conversation: one.conversation, first: MessageID(first), head: MessageID(head))
            delivery.unansweredCame([recent], all: [recent], askedAt: asked, at: now, self)
            take()
        }
    }

    private func pair() throws -> ConversationID { try #require(ConversationID.pair(UserID(1), UserID(2))) }

    @Test func theFirstMessageOfAllIsAcknowledgedToldAndPushedAtOnce() throws {
        let node = Node()
        node.stored(1, in: try pair())
        #expect(node.acknowledged == [1] && node.forwarded == [1] && node.pushed == [1])
        #expect(node.requests.isEmpty)
    }

    @Test func aQuietConversationBeginsWhereTheDatabaseSays() throws {
        let node = Node()
        node.stored(5, in: try pair())
        #expect(node.acknowledged == [5] && node.forwarded == [5] && node.pushed == [])
        guard case .recent(let conversation, _, since: 5)? = node.requests.popLast() else {
            Issue.record("nobody asks where to begin")
            return
        }
        let recent = RecentMessages(conversation: conversation, first: MessageID(4), head: MessageID(5))
        node.delivery.openingAnswered(conversation, .success(recent), at: node.now, node)
        node.tick()
        node.readHole()
        #expect(node.pushed == [4, 5])
    }

    @Test("an append that was given up and stored all the same is pushed here and told to others")
    func givenUpAndStored() throws {
        let node = Node()
        node.stored(1, in: try pair())
        node.delivery.gaveUp([try pair()], at: node.now)
        node.tick()
        node.answerUnanswered(2, 2)
        node.tick()
        node.readHole()
        #expect(node.pushed == [1, 2] && node.forwarded == [1, 2])
    }

    @Test("others are told of it also where a search had found it before it was given up")
    func foundBeforeItWasGivenUp() throws {
        let node = Node()
        node.stored(1, in: try pair())
        let found = RecentMessages(conversation: try pair(), first: MessageID(1), head: MessageID(2))
        node.delivery.mayHaveMissed(found, at: node.now, node)
        node.tick()
        node.readHole()
        #expect(node.pushed == [1, 2] && node.forwarded == [1])
        node.delivery.gaveUp([try pair()], at: node.now)
        node.tick(for: .seconds(1))
        node.answerUnanswered(2, 2)
        guard case .untold(let conversation, let range)? = node.requests.last else {
            Issue.record("nobody reads what was pushed: \(node.requests)")
            return
        }
        #expect(range == MessageID(2)...MessageID(2))
        let message = StoredMessage(
            id: MessageID(2), sender: UserID(1), type: .singleText, createdAt: 1, body: [1])
        node.delivery.untoldRead([message], of: conversation, through: MessageID(2), memberships: [], node)
        #expect(node.pushed == [1, 2] && node.forwarded == [1, 2])
        // Once.
        node.requests = []
        node.tick(for: .seconds(2))
        node.answerUnanswered(2, 2)
        #expect(node.requests.isEmpty && node.forwarded == [1, 2])
    }

    @Test("what an append may have stored is told of although a hole behind it was read")
    func aLaterHole() throws {
        let node = Node()
        node.stored(1, in: try pair())
        for head in 2...3 as ClosedRange<UInt32> {
            if head == 3 { node.delivery.gaveUp([try pair()], at: node.now) }
            let found = RecentMessages(conversation: try pair(), first: MessageID(head), head: MessageID(head))
            node.delivery.mayHaveMissed(found, at: node.now, node)
            node.tick()
            node.requests.removeAll { if case .hole = $0 { false } else { true } }
            node.readHole()
        }
        node.tick(for: .seconds(1))
        node.answerUnanswered(2, 3)
        guard case .untold(_, let range)? = node.requests.last else {
            Issue.record("nobody reads what others do not know: \(node.requests)")
            return
        }
        #expect(range == MessageID(2)...MessageID(3))
    }

    @Test("a conversation in which somebody writes all the time is looked at no longer than others")
    func aBusyConversation() throws {
        let node = Node()
        node.delivery.gaveUp([try pair()], at: node.now)
        var head: UInt32 = 100
        for _ in 0..<20 {
            node.tick(for: .seconds(1))
            head += 5
            node.requests.removeAll { if case .unanswered = $0 { false } else { true } }
            if node.requests.isEmpty { continue }
            node.answerUnanswered(head - 20, head)
            for case .untold(let conversation, let ids) in node.requests {
                node.delivery.untoldRead([], of: conversation, through: ids.upperBound, memberships: [], node)
            }
        }
        #expect(node.delivery.unansweredCount == 0)
    }

    @Test("others are told of it also when nobody of the conversation is here any more")
    func nobodyIsHere() throws {
        let node = Node()
        node.delivery.gaveUp([try pair()], at: node.now)
        node.tick(for: .seconds(16))
        guard case .unanswered(_, _, _, let asked)? = node.requests.popLast() else {
            Issue.record("nobody asks for what was given up")
            return
        }
        node.requests = []
        let all = RecentMessages(conversation: try pair(), first: MessageID(9), head: MessageID(9))
        node.delivery.unansweredCame([], all: [all], askedAt: asked, at: node.now, node)
        node.take()
        guard case .untold(let conversation, let range)? = node.requests.last else {
            Issue.record("nobody reads what others do not know: \(node.requests)")
            return
        }
        #expect(range == MessageID(9)...MessageID(9) && node.delivery.unansweredCount == 1)
        let message = StoredMessage(
            id: MessageID(9), sender: UserID(1), type: .singleText, createdAt: 1, body: [1])
        node.delivery.untoldRead([message], of: conversation, through: MessageID(9), memberships: [], node)
        #expect(node.pushed.isEmpty && node.forwarded == [9])
        // Its time is over, and others know of it.
        node.delivery.unansweredCame([], all: [all], askedAt: asked, at: node.now, node)
        #expect(node.delivery.unansweredCount == 0)
    }

    @Test("so it is in a conversation that was quiet here")
    func givenUpInAQuietConversation() throws {
        let node = Node()
        node.delivery.gaveUp([try pair()], at: node.now)
        node.tick()
        node.answerUnanswered(9, 9)
        node.tick()
        node.readHole()
        #expect(node.pushed == [9] && node.forwarded == [9])
    }

    @Test("others are told of what this node alone knows of, and of nothing else that it had to read")
    func othersAreToldOnce() throws {
        let node = Node()
        node.stored(1, in: try pair())
        node.delivery.gaveUp([try pair()], at: node.now)
        node.tick(for: .seconds(16))
        node.answerUnanswered(2, 1)
        node.delivery.mayHaveMissed(
            RecentMessages(conversation: try pair(), first: MessageID(2), head: MessageID(2)), at: node.now, node)
        node.tick()
        node.readHole()
        #expect(node.pushed == [1, 2] && node.forwarded == [1])
    }

    @Test("a message whose receivers could not be read is told to others when they can be")
    func receiversReadLater() {
        let node = Node()
        node.stored(1, in: Self.group, version: 3)
        guard case .members(let group, let version, let id)? = node.requests.popLast() else {
            Issue.record("nobody asks for the members")
            return
        }
        node.delivery.membersCame(nil, of: group, version: version, id, from: nil, at: node.now, node)
        #expect(node.pushed == [] && node.forwarded == [])
        node.tick()
        node.readHole(members: [UserID(1), UserID(2)])
        #expect(node.pushed == [1] && node.forwarded == [1])
    }

    @Test func aListOfMembersServesTheMessagesOfItsVersionOnly() {
        let node = Node()
        node.stored(1, in: Self.group, version: 3)
        guard case .members(let group, let version, let id)? = node.requests.popLast() else {
            Issue.record("nobody asks for the members")
            return
        }
        node.delivery.membersCame(
            [UserID(1)], of: group, version: version, id, from: Self.database, at: node.now, node)
        node.stored(2, in: Self.group, version: 3)
        #expect(node.pushed == [1, 2] && node.requests.isEmpty)
        node.stored(3, in: Self.group, version: 4)
        guard case .members(_, version: 4, _)? = node.requests.popLast() else {
            Issue.record("the old list was used")
            return
        }
    }
}
