import ClientGateway
import Cluster
import Membership
import Primitives
import TopicBus

/// Connections: how they come about, and how bytes move on them.
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
        guard let end = connections[id]?.acceptor, end.isOpen, end.link == nil, nodes[end.place].life == end.life else {
            return
        }
        let node = nodes[end.place]
        let link = node.cluster.accepted(at: now)
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

    // MARK: Bytes

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
        guard let connection = connections[id], let place = connection.end(side)?.place else { return }
        let target = side == .dialer ? connection.target : connection.dialer.place
        var bytes = bytes
        if options.isSealed { attacker.saw(bytes, on: id, side, at: connection[from: side].total) }
        if let onStream {
            let stream = StreamPlace(connection: id.number, from: place, to: target, isFromDialer: side == .dialer)
            bytes = onStream(bytes, stream)
        }
        connections[id]?[from: side].total += bytes.count
        connections[id]?[from: side].byteCount += bytes.count
        // As segments go: a reader sees any part first.
        if bytes.count > 1, Int.random(in: 0..<8, using: &random) == 0 {
            let split = Int.random(in: 1..<bytes.count, using: &random)
            connections[id]?[from: side].chunks.append(Array(bytes[..<split]))
            connections[id]?[from: side].chunks.append(Array(bytes[split...]))
        } else {
            connections[id]?[from: side].chunks.append(bytes)
        }
        move(id, from: side, after: network.delay(&random))
    }

    private func move(_ id: Connection.ID, from side: Connection.Side, after delay: Duration) {
        guard let connection = connections[id], !connection[from: side].isMoving else { return }
        let size = connection[from: side].chunks.first?.count ?? 0
        let (dialer, target) = (connection.dialer.place, connection.target)
        let (from, to) = side == .dialer ? (dialer, target) : (target, dialer)
        let time = network.transferTime(size, from: from, to: to, at: now)
        expect(id, from: side, at: now + delay + time)
    }

    private func expect(_ id: Connection.ID, from side: Connection.Side, at time: Instant) {
        connections[id]?[from: side].arrival = time
        queue.add(.arrival(id, fromDialer: side == .dialer), at: time)
    }

    /// The network is mended: what creeps through a place that was narrow goes on like everything else.
    func hurryStreams() {
        let soon = now + Self.retransmission
        for id in connections.keys.sorted(by: { $0.number < $1.number }) {
            for side in [Connection.Side.dialer, .acceptor] {
                guard let direction = connections[id]?[from: side], direction.isMoving, direction.arrival > soon else {
                    continue
                }
                expect(id, from: side, at: soon)
            }
        }
    }

    func arrive(_ id: Connection.ID, fromDialer: Bool) {
        let side: Connection.Side = fromDialer ? .dialer : .acceptor
        guard let connection = connections[id], let sender = connection.end(side) else { return }
        // What was hurried has come before.
        guard connection[from: side].arrival == now else { return }
        connections[id]?[from: side].arrival = .never
        if connection.isForgotten { return forget(id) }
        guard let receiver = connection.end(side.other), receiver.isOpen else {
            // Nobody is there any more.
            reset(id, at: side)
            return forget(id)
        }
        guard !network.isCut(from: sender.place, to: receiver.place) else {
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
            if connections[id]?[from: side].isMoving == false { take(id, from: side, at: place) }
        }
    }

    /// Hands over one chunk; the next one follows.
    private func take(_ id: Connection.ID, from side: Connection.Side, at place: Int) {
        if side == .dialer { accept(id) }
        guard let receiver = connections[id]?.end(side.other), receiver.isOpen, let link = receiver.link,
            let sender = connections[id]?.end(side), let chunk = connections[id]?[from: side].chunks.popFirst()
        else { return endIfDone(id, from: side) }
        read(chunk, on: link, id, from: side, at: place)
        // What the way back is cut for is not confirmed: it keeps its place with the sender.
        if !network.isCut(from: place, to: sender.place) {
            let waiting = connections[id]?[from: side].chunks
            connections[id]?[from: side].byteCount = waiting.map { $0.reduce { $0 + $1.count } } ?? 0
        }
        carryOut(place)
        if let sender = connections[id]?.end(side), sender.isOpen { writeOutput(sender.place) }
        if let direction = connections[id]?[from: side], direction.chunks.isEmpty {
            endIfDone(id, from: side)
        } else {
            move(id, from: side, after: .microseconds(10))
        }
    }

    /// The process takes bytes from its socket.
    func read(_ chunk: [UInt8], on link: LinkID, _ id: Connection.ID, from side: Connection.Side, at place: Int) {
        let node = nodes[place]
        let bytes = (connections[id]?[from: side].carry ?? []) + chunk
        let taken = node.cluster.received(link, bytes.rawBytes, at: now) { peer, topic, key, body in
            if topic == .message { return self.received(body, of: key, at: node) }
            if topic == .call { return self.heardOfCall(body, from: peer, at: node) }
            self.noteArrival(key, topic, from: peer, at: node)
        }
        if let taken {
            connections[id]?[from: side].carry = Array(bytes.dropFirst(taken))
        } else {
            node.links[link] = nil
            finish(id, from: side.other)
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
        forget(id)
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

    /// Lets go of a connection that nobody has any more.
    private func forget(_ id: Connection.ID) {
        if connections[id]?.isOver == true { connections[id] = nil }
    }
}

extension Fifo {
    func reduce(_ next: (Int, Element) -> Int) -> Int {
        var sum = 0
        for index in 0..<count { sum = next(sum, self[index]) }
        return sum
    }
}
