import Cluster
import Membership
import Primitives
import TopicBus

/// A TCP connection between two nodes: bytes in order, late when the network is cut, lost when an end is gone.
struct Connection {
    struct ID: Hashable {
        let number: Int
    }

    enum Side {
        case dialer, acceptor

        var other: Side { self == .dialer ? .acceptor : .dialer }
    }

    /// What travels from one side to the other.
    struct Direction {
        var chunks = Fifo<[UInt8]>()
        var byteCount = 0
        /// Arrived, and not taken by the reader.
        var carry: [UInt8] = []
        var isMoving = false
        var hasEnded = false
    }

    struct End {
        let place: Int
        let life: Int
        var link: LinkID?
        /// The process or its socket is there.
        var isOpen = true
    }

    var dialer: End
    var acceptor: End?
    let target: Int
    var fromDialer = Direction()
    var fromAcceptor = Direction()

    /// Bytes between two kernels: more is not taken from the writer.
    static let capacity = 256 << 10

    func side(of place: Int, _ link: LinkID) -> Side? {
        if dialer.place == place, dialer.link == link { return .dialer }
        if acceptor?.place == place, acceptor?.link == link { return .acceptor }
        return nil
    }

    func end(_ side: Side) -> End? { side == .dialer ? dialer : acceptor }

    mutating func abandon(_ side: Side) {
        if side == .dialer { dialer.isOpen = false } else { acceptor?.isOpen = false }
    }

    subscript(from side: Side) -> Direction {
        get { side == .dialer ? fromDialer : fromAcceptor }
        set { if side == .dialer { fromDialer = newValue } else { fromAcceptor = newValue } }
    }
}

extension ClusterWorld {
    private static let retransmission: Duration = .milliseconds(200)
    private static let connectTimeout: Duration = .seconds(3)

    func dial(_ link: LinkID, from place: Int, to target: Int) {
        lastConnection += 1
        let id = Connection.ID(number: lastConnection)
        let node = nodes[place]
        connections[id] = Connection(
            dialer: Connection.End(place: place, life: node.life, link: link), target: target)
        node.links[link] = id
        queue.add(.connect(id), at: now + network.delay(&random))
    }

    /// The first packet reaches the target, or does not.
    func connect(_ id: Connection.ID) {
        guard let connection = connections[id], connection.dialer.isOpen else { return }
        let (place, target) = (connection.dialer.place, connection.target)
        guard network.connects(place, target), nodes.indices.contains(target) else {
            return queue.add(.ended(id, at: .dialer, refused: false), at: now + Self.connectTimeout)
        }
        if nodes[target].state == .down {
            return queue.add(.ended(id, at: .dialer, refused: true), at: now + network.delay(&random))
        }
        // The kernel accepts, whether the process moves or not.
        connections[id]?.acceptor = Connection.End(place: target, life: nodes[target].life)
        queue.add(.established(id), at: now + network.delay(&random))
        if nodes[target].state == .running { accept(id) }
    }

    private func accept(_ id: Connection.ID) {
        guard let end = connections[id]?.acceptor, end.link == nil, nodes[end.place].life == end.life else { return }
        let node = nodes[end.place]
        guard let link = node.cluster.accepted(at: now) else { return finish(id, from: .acceptor) }
        connections[id]?.acceptor?.link = link
        node.links[link] = id
        carryOut(end.place)
    }

    func established(_ id: Connection.ID) {
        guard let connection = connections[id], connection.dialer.isOpen, let link = connection.dialer.link else {
            return
        }
        let place = connection.dialer.place
        guard nodes[place].life == connection.dialer.life else { return }
        guard nodes[place].state == .running else {
            // Seen when the process moves again.
            return queue.add(.established(id), at: now + .milliseconds(50))
        }
        nodes[place].cluster.connected(link, at: now)
        carryOut(place)
    }

    /// Fetches what the node has to say, as far as its sockets take it.
    func writeOutput(_ place: Int) {
        let node = nodes[place]
        guard node.state == .running else { return }
        for link in node.cluster.mesh.pending {
            guard let id = node.links[link], let side = connections[id]?.side(of: place, link) else { continue }
            var isMore = true
            while isMore, let waiting = connections[id]?[from: side].byteCount, waiting < Connection.capacity {
                var writer = ByteWriter(capacity: 1024)
                isMore = node.cluster.mesh.output(link, at: now, into: &writer)
                if !writer.isEmpty { send(writer.bytes.copied(), on: id, from: side) }
            }
        }
        node.cluster.pumpRepairs(at: now)
    }

    private func send(_ bytes: [UInt8], on id: Connection.ID, from side: Connection.Side) {
        connections[id]?[from: side].chunks.append(bytes)
        connections[id]?[from: side].byteCount += bytes.count
        move(id, from: side, after: network.delay(&random))
    }

    private func move(_ id: Connection.ID, from side: Connection.Side, after delay: Duration) {
        guard let direction = connections[id]?[from: side], !direction.isMoving else { return }
        connections[id]?[from: side].isMoving = true
        queue.add(.arrival(id, fromDialer: side == .dialer), at: now + delay)
    }

    func arrive(_ id: Connection.ID, fromDialer: Bool) {
        let side: Connection.Side = fromDialer ? .dialer : .acceptor
        guard let connection = connections[id], let sender = connection.end(side) else { return }
        connections[id]?[from: side].isMoving = false
        guard let receiver = connection.end(side.other), receiver.isOpen else {
            // Nobody is there any more.
            return reset(id, at: side)
        }
        guard network.connects(sender.place, receiver.place) else {
            return move(id, from: side, after: Self.retransmission)
        }
        guard nodes[receiver.place].life == receiver.life, nodes[receiver.place].state != .down else {
            return reset(id, at: side)
        }
        if nodes[receiver.place].state == .paused { return }
        take(id, from: side, at: receiver.place)
    }

    /// A node that stood still looks at one of its connections.
    func wake(_ id: Connection.ID, at place: Int) {
        guard let connection = connections[id] else { return }
        for side in [Connection.Side.dialer, .acceptor] where connection.end(side.other)?.place == place {
            take(id, from: side, at: place)
        }
    }

    /// Hands over one chunk; the next one follows.
    private func take(_ id: Connection.ID, from side: Connection.Side, at place: Int) {
        if side == .dialer { accept(id) }
        guard let receiver = connections[id]?.end(side.other), let link = receiver.link,
            let chunk = connections[id]?[from: side].chunks.popFirst()
        else { return endIfDone(id, from: side) }
        connections[id]?[from: side].byteCount -= chunk.count
        let node = nodes[place]
        let bytes = (connections[id]?[from: side].carry ?? []) + chunk
        let taken = node.cluster.received(link, bytes.rawBytes, at: now) { peer, _, key, _ in
            self.noteArrival(key, from: peer, at: place)
        }
        if let taken {
            connections[id]?[from: side].carry = Array(bytes.dropFirst(taken))
        } else {
            node.links[link] = nil
            finish(id, from: side.other)
        }
        carryOut(place)
        if let sender = connections[id]?.end(side), sender.isOpen { writeOutput(sender.place) }
        if let direction = connections[id]?[from: side], direction.chunks.isEmpty {
            endIfDone(id, from: side)
        } else {
            move(id, from: side, after: .microseconds(10))
        }
    }

    // MARK: The end

    /// One side closes its socket, or its process ends.
    func finish(_ id: Connection.ID, from side: Connection.Side) {
        guard connections[id]?.end(side)?.isOpen == true else { return }
        connections[id]?.abandon(side)
        connections[id]?[from: side].hasEnded = true
        if let link = connections[id]?.end(side)?.link, let place = connections[id]?.end(side)?.place {
            nodes[place].links[link] = nil
        }
        move(id, from: side, after: network.delay(&random))
    }

    private func endIfDone(_ id: Connection.ID, from side: Connection.Side) {
        guard let direction = connections[id]?[from: side], direction.hasEnded, direction.chunks.isEmpty else { return }
        ended(id, side.other, refused: false)
    }

    private func reset(_ id: Connection.ID, at side: Connection.Side) {
        queue.add(.ended(id, at: side, refused: false), at: now + network.delay(&random))
    }

    func ended(_ id: Connection.ID, _ side: Connection.Side, refused: Bool) {
        guard let end = connections[id]?.end(side), end.isOpen else { return }
        let node = nodes[end.place]
        guard node.life == end.life, node.state != .down else { return }
        guard node.state == .running else {
            return queue.add(.ended(id, at: side, refused: refused), at: now + .milliseconds(50))
        }
        connections[id]?.abandon(side)
        guard let link = end.link, node.links.removeValue(forKey: link) != nil else { return }
        node.cluster.closed(link, refused: refused, at: now)
        carryOut(end.place)
    }

    func openSides(of place: Int) -> [(Connection.ID, Connection.Side)] {
        let ids = connections.keys.sorted { $0.number < $1.number }
        return ids.flatMap { id in
            [Connection.Side.dialer, .acceptor].filter {
                connections[id]?.end($0)?.place == place && connections[id]?.end($0)?.isOpen == true
                    && connections[id]?.end($0)?.life == nodes[place].life
            }.map { (id, $0) }
        }
    }
}
