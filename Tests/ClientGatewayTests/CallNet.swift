import ClientGateway
import Membership
import Presence
import Primitives
import TalkProtocol

/// Call desks of some nodes, with sessions at them; words between them are carried on demand.
final class CallNet {
    struct Word {
        let word: CallWord
        let call: CallName
        let from: Peer
        let to: Int
    }

    final class Place: CallOutlet {
        unowned let net: CallNet
        let peer: Peer
        var desk: CallDesk
        var sessions: [CallParty] = []

        init(_ net: CallNet, _ peer: Peer) {
            self.net = net
            self.peer = peer
            desk = CallDesk(peer)
        }

        func send(_ packet: CallPacket, to party: CallParty) {
            if sessions.contains(party) { net.packets[party, default: []].append(packet) }
        }

        func say(_ word: CallWord, of call: CallName, to node: NodeID) {
            guard let place = net.places.firstIndex(where: { $0.peer.node == node }) else { return }
            net.words.append(Word(word: word, call: call, from: peer, to: place))
        }

        func ended(_ record: CallRecord) { net.records.append(record) }

        func parties(of user: UserID) -> [CallParty] { sessions.filter { $0.user == user } }

        func nodes(holding user: UserID) -> [NodeID] {
            net.places.filter { $0 !== self && $0.sessions.contains { $0.user == user } }.map(\.peer.node)
        }
    }

    private(set) var places: [Place] = []
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var records: [CallRecord] = []
    private var packets: [CallParty: [CallPacket]] = [:]
    var words: [Word] = []
    /// Flaws of the desks' states, if any.
    private(set) var flaws: [String] = []

    init(_ count: Int) {
        for number in 1...count {
            places.append(Place(self, Peer(NodeID(rawValue: UInt16(number))!, NodeEpoch(rawValue: 1)!)))
        }
    }

    func logIn(_ user: UInt32, _ device: DeviceClass = .pc, login: UInt32 = 1, at place: Int) -> CallParty {
        let party = CallParty(user: UserID(user), device: device, login: LoginEpoch(rawValue: login))
        places[place].sessions.removeAll { $0.user == party.user && $0.device == device }
        places[place].sessions.append(party)
        places[place].desk.opened(party, at: now, places[place])
        carry()
        return party
    }

    /// A session that the desk is told of later.
    func enter(_ user: UInt32, login: UInt32, at place: Int) -> CallParty {
        let party = CallParty(user: UserID(user), device: .pc, login: LoginEpoch(rawValue: login))
        places[place].sessions.removeAll { $0.user == party.user && $0.device == .pc }
        places[place].sessions.append(party)
        return party
    }

    func logOut(_ party: CallParty) {
        for place in places where place.sessions.contains(party) {
            place.sessions.removeAll { $0 == party }
            place.desk.closed(party, at: now, place)
        }
        carry()
    }

    /// The node is there no more; others hear of it.
    func kill(_ index: Int) {
        let place = places[index]
        place.sessions = []
        place.desk = CallDesk(place.peer)
        for other in places where other !== place { other.desk.gone(place.peer, at: now, other) }
        carry()
    }

    private func place(of party: CallParty) -> Place { places.first { $0.sessions.contains(party) } ?? places[0] }

    func call(_ callee: UInt32, by caller: CallParty, _ number: UInt64 = 7, carrying: Bool = true) -> CallTitle {
        let title = CallTitle(caller: caller.user, callee: UserID(callee), number: number)
        let place = place(of: caller)
        place.desk.call(title, by: caller, .windows, body: [1, 2, 3], at: now, place)
        if carrying { carry() }
        return title
    }

    func answer(_ title: CallTitle, by party: CallParty, code: UInt32 = 0, carrying: Bool = true) {
        let place = place(of: party)
        let answer = CallAnswer(code: code, clientType: .mac, reason: "ok", body: [4])
        place.desk.answer(answer, by: party, from: title.caller, number: title.number, at: now, place)
        if carrying { carry() }
    }

    func hangUp(_ title: CallTitle, by party: CallParty) {
        let place = place(of: party)
        place.desk.hangUp(number: title.number, by: party, at: now, place)
        carry()
    }

    /// Brings all words, in the order in which they were said.
    func carry() {
        while !words.isEmpty {
            let word = words.removeFirst()
            let place = places[word.to]
            // As they stand on the bus.
            var writer = ByteWriter()
            word.word.write(of: word.call, into: &writer)
            let bytes = writer.bytes.copied()
            var reader = ByteReader(bytes.rawBytes)
            guard let (call, read) = CallWord.read(&reader) else {
                flaws.append("\(word.word) cannot be read")
                continue
            }
            place.desk.heard(read, of: call, from: word.from, at: now, place)
        }
        for place in places {
            if let flaw = place.desk.checkInvariants() { flaws.append(flaw) }
        }
    }

    func pass(_ seconds: Int, losing isLost: (Word) -> Bool = { _ in false }) {
        for _ in 0..<seconds {
            now = now + .seconds(1)
            for place in places { place.desk.ticked(at: now, place) }
            words.removeAll(where: isLost)
            carry()
        }
    }

    /// What the session was told since it was asked last.
    func told(_ party: CallParty) -> [CallPacket] {
        defer { packets[party] = nil }
        return packets[party] ?? []
    }

    var isQuiet: Bool { places.allSatisfy(\.desk.isEmpty) }
}
