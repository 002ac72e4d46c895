import Primitives
import TalkProtocol

/// Who takes part: the clients and conversations of one loop. Conversations are dealt to the loops in turn, so that
/// everything about one of them happens on one thread.
struct Cast {
    private(set) var clients: [Client] = []
    private(set) var conversations: [Conversation] = []

    init(_ plan: Plan, loop: Int) {
        switch plan.load {
        case .connections(let count):
            for number in stride(from: loop, to: count, by: plan.loops) {
                add(Self.name(number, plan), nil, slot: 0, senderNumber: nil)
            }
        case .pairs(let count, _):
            let order = Self.acquaintances(count * 2)
            for number in stride(from: loop, to: count, by: plan.loops) {
                addConversation(number, [order[number * 2], order[number * 2 + 1]], plan)
            }
        case .groups(let count, let members, _):
            for number in stride(from: loop, to: count, by: plan.loops) {
                addConversation(number, Array(number * members..<(number + 1) * members), plan)
            }
        }
    }

    /// Who stands beside whom. People do not write to those who joined just before them; and PostgreSQL's hash of the
    /// two ids of neighbours has so few values that most of such pairs would share one partition. The same in every
    /// run, so that one finds the conversations of another.
    private static func acquaintances(_ count: Int) -> [Int] {
        var random = SeededRandom(seed: UInt64(count))
        return (0..<count).shuffled(using: &random)
    }

    private mutating func addConversation(_ number: Int, _ users: [Int], _ plan: Plan) {
        let size = plan.conversationSize
        let names = users.map { Self.name($0, plan) }
        let isPair = if case .pairs = plan.load { true } else { false }
        let conversation = Conversation(
            number: number, kind: isPair ? .single : .group,
            name: isPair ? names.joined(separator: "-") : "group \(number + 1)", size: size)
        conversations.append(conversation)
        for (slot, name) in names.enumerated() {
            let senders = plan.sendersPerConversation
            add(name, conversation, slot: slot, senderNumber: slot < senders ? number * senders + slot : nil)
        }
    }

    private mutating func add(_ name: String, _ conversation: Conversation?, slot: Int, senderNumber: Int?) {
        clients.append(
            Client(
                index: clients.count, name: name, conversation: conversation, slot: slot, senderNumber: senderNumber))
    }

    private static func name(_ number: Int, _ plan: Plan) -> String {
        "\(plan.userPrefix)\(plan.firstUser + number)"
    }
}
