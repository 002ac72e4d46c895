import Crypto
public import Membership
public import Primitives

/// Connections: how they come about, what arrives on them, how they end.
extension Mesh {
    // MARK: From the shell

    /// The other side of a connection that this node opened is there.
    public func connected(_ id: LinkID, at now: Instant) {
        guard let link = links[id], let state = link.peer, case .dialing = link.phase else { return }
        let hello = hello(to: state.peer.node, link.lane, knowing: state)
        hello.encode(into: &link.greeting.writer)
        link.phase = .greeting(hello)
        link.deadline = now + BusLink.handshakeLimit
        markPending(link)
    }

    /// Someone connected. When too many strangers are here already the oldest one makes room: a member proves who it is
    /// in one round trip, while somebody who only holds connections could keep all members out.
    public func accepted(at now: Instant) -> LinkID {
        let strangers = linkList.filter { !$0.isOpen && !$0.isDialed }
        if strangers.count >= configuration.maxStrangers, let oldest = strangers.first { end(oldest.id) }
        return add(dialed: false, to: nil, .control, at: now).id
    }

    /// The connection is gone. `refused`: nothing listens at the address.
    public func closed(_ id: LinkID, refused: Bool, at now: Instant) {
        guard let link = links.removeValue(forKey: id) else { return }
        linkList.removeAll { $0.id == id }
        pending.removeAll { $0 == id }
        guard let state = link.peer else { return }
        ended(link, of: state, at: now)
        if refused, link.lane == .control, peers[state.peer.node] === state { effects.append(.refused(state.peer)) }
    }

    /// Bytes that arrived and were not taken before. Returns how many are taken; `nil` if the connection must be
    /// closed (the mesh has forgotten it).
    public func received(_ id: LinkID, _ bytes: RawSpan, at now: Instant, _ receive: Receiver) -> Int? {
        guard let link = links[id] else { return nil }
        link.lastHeard = now
        var taken = 0
        while taken < bytes.byteCount {
            let rest = bytes.extracting(droppingFirst: taken)
            guard let step = read(link, rest, at: now, receive) else {
                reject(link, at: now)
                return nil
            }
            if step == 0 { break }
            taken += step
            // A message may have led to the end of its own connection.
            guard links[id] != nil else { return nil }
        }
        link.peer?.statistics.bytesReceived += taken
        return taken
    }

    private func read(_ link: BusLink, _ bytes: RawSpan, at now: Instant, _ receive: Receiver) -> Int? {
        switch link.phase {
        case .dialing: return nil
        case .listening: return readHello(link, bytes, at: now)
        case .greeting(let mine): return readAnswer(link, bytes, mine, at: now)
        case .checking(let theirs, _, let keys): return readProof(link, bytes, theirs, keys, at: now)
        case .open: return readRecord(link, bytes, at: now, receive)
        }
    }

    private func add(dialed: Bool, to peer: BusPeer?, _ lane: Lane, at now: Instant) -> BusLink {
        lastLink += 1
        let link = BusLink(LinkID(number: lastLink), dialed: dialed, to: peer, lane, at: now)
        links[link.id] = link
        linkList.append(link)
        return link
    }

    private func reject(_ link: BusLink, at now: Instant) {
        guard links[link.id] != nil else { return }
        end(link.id)
        if let state = link.peer { ended(link, of: state, at: now) }
    }

    // MARK: Handshake

    private func hello(to node: NodeID, _ lane: Lane, knowing state: BusPeer) -> Hello {
        Hello(
            cluster: cluster, sender: me, receiver: node, lane: lane, isSealed: configuration.isSealed,
            haveEpoch: state.peer.epoch.rawValue, have: state[lane].receiver.have, nonce: nonce())
    }

    private func readHello(_ link: BusLink, _ bytes: RawSpan, at now: Instant) -> Int? {
        // Nobody may make a node wait for what cannot become a hello.
        if let magic = bytes.bigEndian(at: 0, as: UInt32.self), magic != Hello.magic { return nil }
        guard bytes.byteCount >= Hello.byteCount else { return 0 }
        // Someone who is not known yet comes again.
        guard let theirs = Hello(bytes), let state = peers[theirs.sender.node], state.peer == theirs.sender else {
            return nil
        }
        let mine = hello(to: theirs.sender.node, theirs.lane, knowing: state)
        guard mine.fits(theirs) else { return nil }
        let keys = HandshakeKeys(secret: secret, dialer: theirs, acceptor: mine)
        mine.encode(into: &link.greeting.writer)
        link.greeting.writer.append(keys.acceptorProof)
        link.lane = theirs.lane
        link.phase = .checking(theirs, mine, keys)
        markPending(link)
        return Hello.byteCount
    }

    private func readAnswer(_ link: BusLink, _ bytes: RawSpan, _ mine: Hello, at now: Instant) -> Int? {
        let length = Hello.byteCount + HandshakeKeys.proofByteCount
        guard bytes.byteCount >= length else { return 0 }
        guard let theirs = Hello(bytes), let state = link.peer, theirs.sender == state.peer, mine.fits(theirs) else {
            return nil
        }
        let keys = HandshakeKeys(secret: secret, dialer: mine, acceptor: theirs)
        let proof = bytes.extracting(Hello.byteCount..<length)
        guard equalInConstantTime(proof, keys.acceptorProof.rawBytes) else { return nil }
        link.greeting.writer.append(keys.dialerProof)
        return open(link, state, keys, theirs, at: now) ? length : nil
    }

    private func readProof(
        _ link: BusLink, _ bytes: RawSpan, _ theirs: Hello, _ keys: HandshakeKeys, at now: Instant
    ) -> Int? {
        guard let proof = bytes.slice(0..<HandshakeKeys.proofByteCount) else { return 0 }
        guard equalInConstantTime(proof, keys.dialerProof.rawBytes), let state = peers[theirs.sender.node],
            state.peer == theirs.sender, open(link, state, keys, theirs, at: now)
        else { return nil }
        return HandshakeKeys.proofByteCount
    }

    /// Both sides have proved who they are: the connection serves its lane, unless a better one does.
    private func open(
        _ link: BusLink, _ state: BusPeer, _ keys: HandshakeKeys, _ theirs: Hello, at now: Instant
    ) -> Bool {
        let lane = link.lane
        if let other = state[lane].link, isBetter(other, than: link, state) { return false }
        let isSealed = configuration.isSealed
        let (own, other) =
            link.isDialed ? (keys.dialerKey, keys.acceptorKey) : (keys.acceptorKey, keys.dialerKey)
        guard let sealing = try? RecordSeal(key: isSealed ? own : nil),
            let opening = try? RecordSeal(key: isSealed ? other : nil),
            state.changeLog(lane, { $0.rewind(to: theirs.haveEpoch == me.epoch.rawValue ? theirs.have : 0) })
        else { return false }
        if let old = state[lane].link { end(old.id) }
        if state[lane].dialing == link.id { state[lane].dialing = nil }
        if let dialing = state[lane].dialing, dialing != link.id, !prefersDialing(to: state.peer) {
            end(dialing)
            state[lane].dialing = nil
        }
        link.peer = state
        link.sealing = consume sealing
        link.opening = consume opening
        link.phase = .open
        link.openedAt = now
        link.deadline = .never
        link.beatDue = now
        let wasLinked = state[lane].link != nil
        state[lane].link = link
        state[lane].dialDue = .never
        state[lane].failures = 0
        state[lane].loose.clear()
        state[lane].receiver.connectionOpened(at: now)
        state.statistics.connections += 1
        if lane == .control {
            if wasLinked { effects.append(.unlinked(state.peer, unexpected: false)) }
            effects.append(.linked(state.peer))
        }
        markPending(link)
        return true
    }

    /// Of two connections for a lane that cross each other the one counts that the lower number opened; otherwise the
    /// newer one: who dials has no connection any more, whatever the other side still believes.
    private func isBetter(_ one: BusLink, than other: BusLink, _ state: BusPeer) -> Bool {
        one.isDialed != other.isDialed && one.isDialed == prefersDialing(to: state.peer)
            && other.startedAt - one.openedAt < BusLink.handshakeLimit
    }

    private func prefersDialing(to peer: Peer) -> Bool { me.node < peer.node }

    // MARK: Records

    private func readRecord(_ link: BusLink, _ bytes: RawSpan, at now: Instant, _ receive: Receiver) -> Int? {
        let opened = opened
        guard let result = link.opening?.open(bytes, into: &opened.writer) else { return nil }
        switch result {
        case .partial: return 0
        case .refused: return nil
        case .record(let byteCount):
            let frames = opened.writer.bytes
            return readFrames(link, frames, at: now, receive) ? byteCount : nil
        }
    }

    private func readFrames(_ link: BusLink, _ bytes: RawSpan, at now: Instant, _ receive: Receiver) -> Bool {
        guard let state = link.peer else { return false }
        var reader = ByteReader(bytes)
        while !reader.isAtEnd {
            guard let frame = BusFrame(reading: &reader), let body = reader.readBytes(frame.bodyByteCount),
                handle(frame, body, link, state, at: now, receive)
            else { return false }
        }
        return true
    }

    private func handle(
        _ frame: BusFrame, _ body: RawSpan, _ link: BusLink, _ state: BusPeer, at now: Instant, _ receive: Receiver
    ) -> Bool {
        let lane = link.lane
        switch frame.kind {
        case .message:
            if frame.sequence > 0 {
                switch state[lane].receiver.received(frame, at: now) {
                case .deliver: break
                case .duplicate: return true
                case .gap: return false
                }
            }
            state.statistics.messagesReceived += 1
            receive(state.peer, frame.topic, frame.key, body)
        case .ack:
            guard state.changeLog(lane, { $0.acknowledge(frame.sequence, credit: frame.key) }) else { return false }
            if state[lane].sender.hasUnsent { markPending(link) }
        case .beat:
            effects.append(.beat(state.peer))
            if !body.isEmpty { receive(state.peer, Self.beatTopic, 0, body) }
        case .goodbye: state.isLeaving = true
        case .catchUp:
            state[lane].receiver.skip(to: frame.sequence, offset: frame.key, at: now)
            effects.append(.missedMessages(from: state.peer))
        case nil: break
        }
        return true
    }

    // MARK: The end

    private func ended(_ link: BusLink, of state: BusPeer, at now: Instant) {
        let lane = link.lane
        guard peers[state.peer.node] === state else { return }
        if state[lane].dialing == link.id {
            state[lane].dialing = nil
            state[lane].failures += 1
            redial(state, lane, at: now)
        } else if state[lane].link === link {
            state[lane].link = nil
            state[lane].loose.clear()
            redial(state, lane, at: now)
            if lane == .control { effects.append(.unlinked(state.peer, unexpected: !state.isLeaving)) }
        }
    }

    /// Soon after the first failure: whether the address refuses tells whether the process is gone. Then with full
    /// jitter, from 50 ms to 5 s.
    private func redial(_ state: BusPeer, _ lane: Lane, at now: Instant) {
        guard state.isLive, !state.isLeaving, state[lane].link == nil else { return }
        let failures = state[lane].failures
        var wait = Duration.milliseconds(Int64.random(in: 50...100, using: &random))
        if failures > 2 {
            wait = .milliseconds(Int64.random(in: 50...min(5000, 50 << Int64(min(failures, 8))), using: &random))
        }
        // The other side dials messages' lanes, and is given time for it.
        if lane != .control, !prefersDialing(to: state.peer) { wait = wait + .seconds(1) }
        state[lane].dialDue = now + wait
    }

    func dial(_ state: BusPeer, _ lane: Lane, at now: Instant) {
        state[lane].dialDue = .never
        guard state.isLive, state[lane].link == nil, state[lane].dialing == nil else { return }
        let link = add(dialed: true, to: state, lane, at: now)
        state[lane].dialing = link.id
        effects.append(.dial(link.id, state.address))
    }

    func timedOut(_ link: BusLink, at now: Instant) {
        end(link.id)
        if let state = link.peer { ended(link, of: state, at: now) }
    }
}
