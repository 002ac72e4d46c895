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
        case .pairs(let count, _), .groups(let count, _, _):
            for number in stride(from: loop, to: count, by: plan.loops) { addConversation(number, plan) }
        }
    }

    private mutating func addConversation(_ number: Int, _ plan: Plan) {
        let size = plan.conversationSize
        let names = (0..<size).map { Self.name(number * size + $0, plan) }
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
