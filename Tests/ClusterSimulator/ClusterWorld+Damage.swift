import Primitives

/// What can go wrong with single connections.
extension ClusterWorld {
    /// Both ends see a reset; of what was under way they see any part.
    func resetConnection() {
        guard let id = pick() else { return }
        for side in [Connection.Side.dialer, .acceptor] {
            deliverPart(id, from: side)
            connections[id]?[from: side].chunks.removeAll()
            connections[id]?[from: side].byteCount = 0
        }
        fault("reset of connection \(id.number) \(name(id))")
        for side in [Connection.Side.dialer, .acceptor] { queue.add(.ended(id, at: side, refused: false), at: now) }
    }

    /// One end learns that it is over; the other one believes in it until it sends.
    func halfOpenConnection() {
        guard let id = pick() else { return }
        let side: Connection.Side = Bool.random(using: &random) ? .dialer : .acceptor
        connections[id]?[from: side].chunks.removeAll()
        connections[id]?[from: side].byteCount = 0
        fault("connection \(id.number) \(name(id)) is gone for the \(side) only")
        queue.add(.ended(id, at: side, refused: false), at: now)
    }

    /// Something between drops what belongs to it, without a word to either end.
    func forgetConnection() {
        guard let id = pick() else { return }
        connections[id]?.isForgotten = true
        fault("connection \(id.number) \(name(id)) is forgotten by the network")
    }

    /// A byte under way changes. Only of sealed ones, where it must be noticed.
    func damageConnection() {
        guard options.isSealed, let id = pick() else { return }
        let side: Connection.Side = Bool.random(using: &random) ? .dialer : .acceptor
        guard var chunk = connections[id]?[from: side].chunks.first, !chunk.isEmpty else { return }
        chunk[Int.random(in: 0..<chunk.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        connections[id]?[from: side].chunks[0] = chunk
        fault("a bit of connection \(id.number) \(name(id)) changes")
    }

    private func deliverPart(_ id: Connection.ID, from side: Connection.Side) {
        guard let chunk = connections[id]?[from: side].chunks.first, chunk.count > 1,
            let end = connections[id]?.end(side.other), end.isOpen, let link = end.link,
            nodes[end.place].life == end.life, nodes[end.place].state == .running
        else { return }
        let part = Array(chunk[..<Int.random(in: 1..<chunk.count, using: &random)])
        read(part, on: link, id, from: side, at: end.place)
        carryOut(end.place)
    }

    private func pick() -> Connection.ID? {
        let open = connections.filter { $0.value.dialer.isOpen && $0.value.acceptor?.isOpen == true }
        guard !open.isEmpty else { return nil }
        watch.troubledUntil = max(watch.troubledUntil, now + .seconds(4))
        let ids = open.keys.sorted { $0.number < $1.number }
        let id = ids[Int.random(in: 0..<ids.count, using: &random)]
        connections[id]?.isDamaged = true
        return id
    }

    private func name(_ id: Connection.ID) -> String {
        guard let connection = connections[id] else { return "?" }
        return "of \(nodes[connection.dialer.place].name) to \(nodes[connection.target].name)"
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
