import ClientGateway
import Presence
import Primitives
import TalkProtocol

/// What a device of a user does with calls: it rings somebody, lets it ring, answers, talks, and hangs up.
final class CallPhone {
    enum State: Equatable {
        case idle
        case calling(CallTitle)
        case ringing(CallTitle)
        case talking(CallTitle)

        var title: CallTitle? {
            switch self {
            case .idle: nil
            case .calling(let title), .ringing(let title), .talking(let title): title
            }
        }
    }

    private unowned let world: ClusterWorld
    private unowned let client: ChatClient
    private(set) var state = State.idle { didSet { alone = nil } }
    /// Since when its state has been seen to be that of nobody else.
    var alone: Instant?

    init(_ world: ClusterWorld, _ client: ChatClient) {
        self.world = world
        self.client = client
    }

    /// Its connection is gone: a call does not outlive it.
    func forget() { state = .idle }

    // MARK: The user

    func call(_ user: UserID) {
        guard state == .idle, let link = client.link, let session = link.session else { return }
        let title = CallTitle(caller: client.user, callee: user, number: world.nextCall())
        state = .calling(title)
        let type = client.clientType
        world.tellDesk(over: link, session) { [world] desk, party, end in
            desk.call(title, by: party, type, body: [1], at: world.now, end)
        }
        hangUp(title, after: world.callLength())
    }

    private func answer(_ title: CallTitle, isTaken: Bool) {
        guard state == .ringing(title), let link = client.link, let session = link.session else { return }
        state = isTaken ? .talking(title) : .idle
        let answer = CallAnswer(code: isTaken ? 0 : 1, clientType: client.clientType)
        world.tellDesk(over: link, session) { [world] desk, party, end in
            desk.answer(answer, by: party, from: title.caller, number: title.number, at: world.now, end)
        }
        if isTaken { hangUp(title, after: world.callLength()) }
    }

    private func hangUp(_ title: CallTitle, after delay: Duration) {
        world.later(delay) { [self] in
            guard state.title == title, let link = client.link, let session = link.session else { return }
            state = .idle
            world.note { "\(client.name) hangs up" }
            world.tellDesk(over: link, session) { [world] desk, party, end in
                desk.hangUp(number: title.number, by: party, at: world.now, end)
            }
        }
    }

    // MARK: The node

    func told(_ packet: CallPacket, _ link: ChatLink) {
        guard client.link === link else { return }
        world.note { "\(client.name) is told \(packet)" }
        switch packet {
        case .ring(let title, _, body: _):
            // What it was about to do itself is over, as far as the node knows.
            state = .ringing(title)
            let choice = Int.random(in: 0..<8, using: &world.random)
            let delay = Duration.milliseconds(Int64.random(in: 1...4_000, using: &world.random))
            // Or nobody hears it.
            if choice < 7 { world.later(delay) { [self] in answer(title, isTaken: choice < 6) } }
        case .answer(let title, let answer):
            guard state == .calling(title) else { return }
            if answer.isTaken, !world.noteTaken(title) {
                world.violate(.oneAnswer, "two devices have taken \(title)")
            }
            state = answer.isTaken ? .talking(title) : .idle
        case .over(let title):
            if world.plant == .loserTalksOn, case .talking = state { return }
            if state.title == title { state = .idle }
        }
    }
}

extension ClusterWorld {
    /// As long as an end that is on its way may take: owner and legs hear nothing of each other, or a connection that
    /// went without a word is not known to be gone.
    private static let callRecovery: Duration = .seconds(20)

    func callLength() -> Duration {
        .milliseconds(Int64.random(in: 500...longestCall.milliseconds, using: &random))
    }

    func nextCall() -> UInt64 {
        lastCall += 1
        return lastCall
    }

    func noteTaken(_ title: CallTitle) -> Bool { takenCalls.insert(title.number).inserted }

    func tellDesk(
        over link: ChatLink, _ session: ChatSession,
        _ work: @escaping (inout CallDesk, CallParty, CallEnd) -> Void
    ) {
        let party = CallParty(
            user: session.user, device: session.device, login: LoginEpoch(clamping: session.epoch))
        at(link.node, after: ChatLink.delay) {
            guard link.isOpenThere, link.session === session else { return }
            link.node.chat?.calls?.mail { desk, end in work(&desk, party, end) }
        }
    }

    /// Whoever rings, calls or talks does so with somebody.
    func checkCalls() {
        var states: [CallTitle: [CallPhone.State]] = [:]
        for client in clients {
            if let title = client.phone.state.title { states[title, default: []].append(client.phone.state) }
        }
        for client in clients {
            let phone = client.phone
            guard let title = phone.state.title, let link = client.link, link.session != nil else { continue }
            guard link.node.state == .running, isOlder(link.node.movingSince, than: Self.callRecovery) else {
                phone.alone = nil
                continue
            }
            // A session whose device has left it for a new connection has the call until the node knows.
            let other = client.user == title.caller ? title.callee : title.caller
            if nodes.contains(where: { $0.chat?.hasAbandonedSession(of: other) == true }) {
                phone.alone = nil
                continue
            }
            let all = states[title] ?? []
            let isAlone =
                switch phone.state {
                case .idle: false
                // It ends by itself when nobody takes it.
                case .calling: false
                case .ringing: !all.contains { if case .calling = $0 { true } else { false } }
                case .talking: all.count { if case .talking = $0 { true } else { false } } != 2
                }
            guard isAlone else {
                phone.alone = nil
                continue
            }
            let since = phone.alone ?? now
            phone.alone = since
            if now - since >= Self.callRecovery {
                violate(.noGhostCall, "\(client.name) is \(phone.state), of \(all)")
                phone.alone = now
            }
        }
    }
}
