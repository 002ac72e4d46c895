import ClientGateway
import Conversations
import DBProxy
import Primitives
import TalkProtocol

/// What a delivery does and sees on a simulated node.
extension ChatLoop: DeliveryOutlet {
    func acknowledge(_ send: Send, id: MessageID, after wait: Duration?) {
        world.checkAcknowledged(send, id, by: node)
        chat.loops[Int(send.origin.loop)].mail { loop in
            guard let session = loop.sessions[send.origin] else { return }
            loop.answer(session.link) { $0.acknowledged(send.key, MessageName(send.conversation, id), session.link) }
        }
    }

    func push(
        _ packet: RawSpan, of message: MessageName, to users: [UserID], except origin: SessionAddress?,
        after wait: Duration?
    ) {
        world.checkPushed(packet, of: message, by: node)
        for user in users {
            let presence = chat.online.presence(of: user)
            for device in DeviceClass.allCases {
                guard let address = presence[device]?.address, address != origin else { continue }
                // On the loop of the conversation it goes at once; to another one by mail.
                if Int(address.loop) == index {
                    write(message, to: address)
                } else {
                    chat.loops[Int(address.loop)].mail { $0.write(message, to: address) }
                }
            }
        }
    }

    func push(
        _ packet: RawSpan, of message: MessageName, to one: UserID, and other: UserID, except origin: SessionAddress?,
        after wait: Duration?
    ) {
        push(packet, of: message, to: [one, other], except: origin, after: wait)
    }

    private func write(_ message: MessageName, to address: SessionAddress) {
        guard let session = sessions[address] else { return }
        world.checkWritten(message, to: session, by: node)
        session.last[message.conversation] = message.id
        answer(session.link) { $0.received(message, session.link) }
    }

    func forward(_ packet: RawSpan, of message: MessageName, to users: [UserID]) {
        if world.plant == .forwardLost { return }
        let peers = chat.view.nodes(holding: users)
        guard !peers.isEmpty else { return }
        let bytes = packet.copied()
        // By way of the cluster's loop.
        mail { $0.world.publish(bytes, of: message, to: users, peers, from: $0.place) }
    }

    func pass(_ recent: RecentMessages) {
        let late = beginningLate(recent)
        chat.home(of: recent.conversation).loop.mail { $0.mayHaveMissed(late) }
    }

    /// As the database found it, but for a planted bug.
    func beginningLate(_ recent: RecentMessages) -> RecentMessages {
        guard world.plant == .openingOneLate else { return recent }
        return RecentMessages(
            conversation: recent.conversation, first: MessageID(recent.first.rawValue + 1), head: recent.head)
    }

    var mayHaveOtherNodes: Bool { chat.view.mayHaveOthers }

    var users: [UserID] { sessions.keys.sorted { $0.slot < $1.slot }.compactMap { sessions[$0]?.user } }

    func horizon(of users: [UserID]) -> Int64? { chat.online.horizon(of: users) }

    func hasSession(of users: [UserID], openedBefore instant: Instant) -> Bool {
        world.plant == .staleCursorKept || chat.online.hasSession(of: users, openedBefore: instant)
    }
}
