import ClientGateway
import Cluster
import Conversations
import Membership
import Presence
import Primitives
import TalkProtocol
import TopicBus

/// The real call desk of a simulated node, and in place of its shell this one.
final class CallEnd: CallOutlet {
    private unowned let world: ClusterWorld
    private unowned let node: Node
    private unowned let chat: ChatNode
    private let place: Int
    private var desk: CallDesk

    init(_ world: ClusterWorld, _ node: Node, _ chat: ChatNode, _ place: Int) {
        self.world = world
        self.node = node
        self.chat = chat
        self.place = place
        desk = CallDesk(node.me)
    }

    /// By way of the cluster's loop.
    func mail(_ work: @escaping (inout CallDesk, CallEnd) -> Void) {
        world.at(node, after: .microseconds(5)) { [self] in
            work(&desk, self)
            if let broken = desk.checkInvariants() { world.violate(.invariants, "\(node.name): \(broken)") }
            world.carryOut(place)
        }
    }

    func tick() {
        world.at(node, after: CallDesk.beat) { [self] in
            if world.plant != .beatsForgotten { mail { [world] desk, end in desk.ticked(at: world.now, end) } }
            tick()
        }
    }

    // MARK: What the desk wants

    func send(_ packet: CallPacket, to party: CallParty) {
        guard let entry = chat.online.presence(of: party.user)[party.device],
            LoginEpoch(clamping: entry.epoch) == party.login
        else { return }
        chat.loops[Int(entry.address.loop)].mail { loop in
            guard let session = loop.sessions[entry.address] else { return }
            loop.answer(session.link) { $0.phone.told(packet, session.link) }
        }
    }

    func say(_ word: CallWord, of call: CallName, to target: NodeID) {
        world.note { "\(node.name) says \(word) of \(call) to \(target)" }
        var writer = ByteWriter()
        word.write(of: call, into: &writer)
        node.cluster.mesh.publish(
            word.isBeat ? .hint : .reliable, on: .messages(for: call.number), .call, key: call.number, writer.bytes,
            to: target)
    }

    func ended(_ record: CallRecord) {
        world.note { "\(node.name): a call of \(record.title.caller.rawValue) is over: \(record.outcome)" }
    }

    func parties(of user: UserID) -> [CallParty] {
        let presence = chat.online.presence(of: user)
        return DeviceClass.allCases.compactMap { device in
            presence[device].map { CallParty(user: user, device: device, login: LoginEpoch(clamping: $0.epoch)) }
        }
    }

    func nodes(holding user: UserID) -> [NodeID] { chat.view.nodes(holding: [user]) }
}

extension ClusterWorld {
    func heardOfCall(_ body: RawSpan, from peer: Peer, at node: Node) {
        var reader = ByteReader(body)
        guard let chat = node.chat, let (call, word) = CallWord.read(&reader) else { return }
        chat.calls?.mail { [unowned self] desk, end in desk.heard(word, of: call, from: peer, at: now, end) }
    }

    func endCalls(with peer: Peer, at node: Node) {
        if plant == .beatsForgotten { return }
        node.chat?.calls?.mail { [unowned self] desk, end in desk.gone(peer, at: now, end) }
    }
}
