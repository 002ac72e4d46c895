import Membership
import Primitives
import TopicBus

/// Meshes on one thread, connected by pipes that deliver at once, unless they are told to break, to stop or to lie.
final class MeshNet {
    struct Message: Equatable {
        let from: Peer
        let lane: Lane?
        let key: UInt64
        let byteCount: Int
    }

    final class Pipe {
        let dialer: Int
        let acceptor: Int
        var dialerLink: LinkID?
        var acceptorLink: LinkID?
        var toAcceptor: [UInt8] = []
        var toDialer: [UInt8] = []
        /// Of the dialer's bytes so many pass, then the connection breaks.
        var budget: Int?
        var passed = 0

        init(dialer: Int, acceptor: Int, link: LinkID) {
            self.dialer = dialer
            self.acceptor = acceptor
            dialerLink = link
        }
    }

    var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var meshes: [Mesh] = []
    private(set) var pipes: [Pipe] = []
    private(set) var received: [[Message]] = []
    private(set) var effects: [[Mesh.Effect]] = []
    var dialCount = 0
    /// Nobody listens there.
    var refusing: Set<Int> = []
    /// These take no bytes from their sockets.
    var stopped: Set<Int> = []
    /// Bytes of the dialer after which each new connection breaks; one for each.
    var budgets: [Int] = []
    /// Changes what a dialer sends.
    var forge: (([UInt8]) -> [UInt8])?
    /// As much as a kernel keeps.
    var capacity = 256 << 10

    static let topic = Topic(rawValue: 5)

    private static func topic(_ lane: Lane) -> Topic { Topic(rawValue: UInt16(lane.rawValue) + 70) }

    @discardableResult
    func add(
        _ node: UInt16, epoch: UInt64 = 1, cluster: UInt32 = 1, secret: UInt8 = 9, seed: UInt64 = 1,
        _ configuration: Mesh.Configuration = Mesh.Configuration()
    ) -> Int {
        var nonces = SeededRandom(seed: seed &+ UInt64(node) &* 1000 &+ epoch)
        meshes.append(
            Mesh(
                Self.peer(node, epoch), cluster: cluster, secret: [UInt8](repeating: secret, count: 32),
                configuration: configuration, random: SeededRandom(seed: seed &+ UInt64(node))
            ) { (0..<32).map { _ in UInt8.random(in: 0...255, using: &nonces) } })
        received.append([])
        effects.append([])
        return meshes.count - 1
    }

    static func peer(_ node: UInt16, _ epoch: UInt64 = 1) -> Peer {
        guard let id = NodeID(rawValue: node), let life = NodeEpoch(rawValue: epoch) else {
            preconditionFailure("no node \(node)")
        }
        return Peer(id, life)
    }

    static func address(_ place: Int) -> MemberAddress {
        MemberAddress(ipv4: UInt32(place + 1), gossipPort: 1, busPort: 2)
    }

    func introduce(_ one: Int, to other: Int) {
        meshes[other].memberIsUp(meshes[one].me, at: Self.address(one), now: now)
    }

    /// Two that are linked on all lanes.
    static func pair(_ configuration: Mesh.Configuration = Mesh.Configuration()) -> MeshNet {
        let net = MeshNet()
        net.add(1, configuration)
        net.add(2, configuration)
        net.introduce(0, to: 1)
        net.introduce(1, to: 0)
        net.run(for: .milliseconds(10))
        return net
    }

    @discardableResult
    func send(
        _ keys: ClosedRange<UInt64>, from place: Int, to other: Int, _ delivery: DeliveryClass = .reliable,
        on lane: Lane = .messages0, bytes: Int = 10
    ) -> Bool {
        let body = [UInt8](repeating: 7, count: bytes)
        var isTaken = true
        for key in keys {
            isTaken =
                meshes[place].publish(
                    delivery, on: lane, Self.topic(lane), key: key, body.rawBytes,
                    to: meshes[other].me.node) && isTaken
        }
        return isTaken
    }

    func keys(at place: Int) -> [UInt64] { received[place].map(\.key) }

    func clearEffects() { effects = effects.map { _ in [] } }

    func count(at place: Int, _ isMeant: (Mesh.Effect) -> Bool) -> Int { effects[place].count(where: isMeant) }

    // MARK: Time

    func run(for duration: Duration) {
        let end = now + duration
        settle()
        while true {
            let due = max(now, meshes.map(\.nextDue).min() ?? .never)
            if due > end { break }
            // What is due at once and stays due would never end.
            now = max(due, now + .microseconds(100))
            for mesh in meshes where mesh.nextDue <= now { mesh.tick(at: now) }
            settle()
        }
        now = max(now, end)
    }

    /// Moves bytes and carries out effects until nothing happens.
    func settle() {
        var isQuiet = false
        while !isQuiet {
            isQuiet = true
            for place in meshes.indices where carryOut(place) { isQuiet = false }
            for place in meshes.indices where write(place) { isQuiet = false }
            for pipe in pipes where deliver(pipe) { isQuiet = false }
        }
        for mesh in meshes {
            let flaw = mesh.checkInvariants()
            precondition(flaw == nil, flaw ?? "")
        }
    }

    private func carryOut(_ place: Int) -> Bool {
        let batch = meshes[place].takeEffects()
        for effect in batch {
            effects[place].append(effect)
            switch effect {
            case .dial(let link, let address): dial(link, from: place, to: Int(address.low & 0xFFFF) - 1)
            case .close(let link): drop(link, at: place)
            default: break
            }
        }
        return !batch.isEmpty
    }

    private func dial(_ link: LinkID, from place: Int, to other: Int) {
        dialCount += 1
        guard meshes.indices.contains(other), !refusing.contains(other) else {
            return meshes[place].closed(link, refused: true, at: now)
        }
        let pipe = Pipe(dialer: place, acceptor: other, link: link)
        if !budgets.isEmpty { pipe.budget = budgets.removeFirst() }
        pipes.append(pipe)
        pipe.acceptorLink = meshes[other].accepted(at: now)
        meshes[place].connected(link, at: now)
    }

    private func write(_ place: Int) -> Bool {
        var hasWritten = false
        for link in meshes[place].pending {
            guard let pipe = pipe(of: link, at: place) else { continue }
            let isDialer = pipe.dialer == place && pipe.dialerLink == link
            while (isDialer ? pipe.toAcceptor : pipe.toDialer).count < capacity {
                var writer = ByteWriter(capacity: 256)
                let isMore = meshes[place].output(link, at: now, into: &writer)
                let bytes = writer.bytes.copied()
                if isDialer { pipe.toAcceptor += forge?(bytes) ?? bytes } else { pipe.toDialer += bytes }
                hasWritten = hasWritten || !bytes.isEmpty
                if !isMore { break }
            }
        }
        return hasWritten
    }

    private func deliver(_ pipe: Pipe) -> Bool {
        let before = pipe.toAcceptor.count + pipe.toDialer.count
        if let link = pipe.acceptorLink, !stopped.contains(pipe.acceptor), !pipe.toAcceptor.isEmpty {
            if let budget = pipe.budget, pipe.passed + pipe.toAcceptor.count > budget {
                pipe.toAcceptor = Array(pipe.toAcceptor.prefix(budget - pipe.passed))
                _ = read(pipe.toAcceptor, link, at: pipe.acceptor)
                breakPipe(pipe)
                return true
            }
            let taken = read(pipe.toAcceptor, link, at: pipe.acceptor)
            pipe.passed += taken ?? 0
            pipe.toAcceptor.removeFirst(taken ?? pipe.toAcceptor.count)
            if taken == nil {
                pipe.acceptorLink = nil
                breakPipe(pipe)
            }
        }
        if let link = pipe.dialerLink, !stopped.contains(pipe.dialer), !pipe.toDialer.isEmpty {
            let taken = read(pipe.toDialer, link, at: pipe.dialer)
            pipe.toDialer.removeFirst(taken ?? pipe.toDialer.count)
            if taken == nil {
                pipe.dialerLink = nil
                breakPipe(pipe)
            }
        }
        return pipe.toAcceptor.count + pipe.toDialer.count != before
    }

    private func read(_ bytes: [UInt8], _ link: LinkID, at place: Int) -> Int? {
        meshes[place].received(link, bytes.rawBytes, at: now) { peer, topic, key, body in
            if topic == Mesh.beatTopic { return }
            let lane = Lane.allCases.first { Self.topic($0) == topic }
            self.received[place].append(Message(from: peer, lane: lane, key: key, byteCount: body.byteCount))
        }
    }

    // MARK: The end of connections

    private func pipe(of link: LinkID, at place: Int) -> Pipe? {
        pipes.first {
            $0.dialer == place && $0.dialerLink == link || $0.acceptor == place && $0.acceptorLink == link
        }
    }

    private func drop(_ link: LinkID, at place: Int) {
        guard let pipe = pipe(of: link, at: place) else { return }
        if pipe.dialer == place, pipe.dialerLink == link { pipe.dialerLink = nil } else { pipe.acceptorLink = nil }
        breakPipe(pipe)
    }

    /// Both ends that are still there learn that it is over.
    func breakPipe(_ pipe: Pipe) {
        pipes.removeAll { $0 === pipe }
        if let link = pipe.dialerLink { meshes[pipe.dialer].closed(link, refused: false, at: now) }
        if let link = pipe.acceptorLink { meshes[pipe.acceptor].closed(link, refused: false, at: now) }
    }

    func breakAll() {
        for pipe in pipes { breakPipe(pipe) }
    }

    /// The end of `place` learns that its connections are over; the other one does not.
    func halfBreakAll(at place: Int) {
        for pipe in pipes {
            pipes.removeAll { $0 === pipe }
            if pipe.dialer == place, let link = pipe.dialerLink { meshes[place].closed(link, refused: false, at: now) }
            if pipe.acceptor == place, let link = pipe.acceptorLink {
                meshes[place].closed(link, refused: false, at: now)
            }
        }
    }

    /// A connection of a stranger to `place`, who says `bytes`. Whether it was closed at once.
    func intrude(_ place: Int, _ bytes: [UInt8]) -> (link: LinkID, isClosed: Bool) {
        let link = meshes[place].accepted(at: now)
        let isClosed = read(bytes, link, at: place) == nil
        settle()
        return (link, isClosed)
    }
}
