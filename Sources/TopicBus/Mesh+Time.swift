public import Primitives

/// What happens by itself, and what goes out.
extension Mesh {
    /// When `tick` wants to be called next.
    public var nextDue: Instant {
        var due = Instant.never
        for link in linkList {
            due = min(due, min(link.deadline, link.beatDue))
            guard link.isOpen, let state = link.peer else { continue }
            due = min(due, link.lastHeard + configuration.maxSilence)
            // What is pending goes out when the socket takes it.
            if !link.isPending { due = min(due, state[link.lane].receiver.nextDue) }
        }
        for state in peerList {
            let maxStall = state.isDegraded ? nil : configuration.maxStall
            due = min(due, state[.control].nextDue(maxStall))
            due = min(due, min(state[.messages0].nextDue(maxStall), state[.messages1].nextDue(maxStall)))
        }
        return due
    }

    public func tick(at now: Instant) {
        for link in linkList {
            if now >= link.deadline || link.isOpen && now >= link.lastHeard + configuration.maxSilence {
                timedOut(link, at: now)
                continue
            }
            guard link.isOpen, let state = link.peer else { continue }
            if now >= link.beatDue { beat(link, state, at: now) }
            if now >= state[link.lane].receiver.nextDue { markPending(link) }
        }
        for state in peerList {
            for lane in Lane.allCases {
                if now >= state[lane].dialDue { dial(state, lane, at: now) }
                watchProgress(state, lane, at: now)
            }
            recoverIfDone(state)
        }
    }

    private func beat(_ link: BusLink, _ state: BusPeer, at now: Instant) {
        let isControl = link.lane == .control
        let body = isControl ? beatBody : []
        // Not only when it is well again: it looks back a few seconds, and this may last for minutes. Nobody even tries
        // to send to who is held for dead, and its connections may live on.
        if isControl, state.owesCatchUp || !state.isLive {
            state.owesCatchUp = false
            state[.control].sender.oweSkip()
        }
        // One that waits for the socket is enough.
        if !link.isPending || state[link.lane].loose.isEmpty {
            state[link.lane].loose.append(.beat, Self.beatTopic, key: 0, body.rawBytes)
        }
        link.beatDue = now + (isControl ? configuration.beatPeriod : configuration.quietBeatPeriod)
        markPending(link)
    }

    private func watchProgress(_ state: BusPeer, _ lane: Lane, at now: Instant) {
        let isStuck = state[lane].sender.hasUnsent && (state[lane].link == nil || state[lane].sender.isStalled)
        guard isStuck else {
            state[lane].stuckSince = .never
            return
        }
        if state[lane].stuckSince == .never { state[lane].stuckSince = now }
        if now - state[lane].stuckSince >= configuration.maxStall { degrade(state) }
    }

    /// Everything that it was sent is confirmed: it is well again, and told to look for what it was not sent.
    private func recoverIfDone(_ state: BusPeer) {
        guard state.isDegraded, state.backlog.frames == 0, let link = state[.control].link else { return }
        state.isDegraded = false
        state.owesCatchUp = false
        state[.control].sender.oweSkip()
        markPending(link)
        effects.append(.recovered(state.peer))
    }

    /// Appends what is to be sent on a connection of `pending`, about 64 KiB at a time. Returns whether there is more;
    /// if not, the link is no longer pending.
    public func output(_ id: LinkID, at now: Instant, into writer: inout ByteWriter) -> Bool {
        guard let link = links[id] else { return false }
        let greeting = link.greeting
        if !greeting.writer.isEmpty {
            writer.append(greeting.writer.bytes)
            greeting.writer.clear()
        }
        guard link.isOpen, let state = link.peer, isInUse(link, by: state) else { return clearPending(link) }
        let frames = frames
        frames.writer.clear(keeping: 1 << 20)
        let lane = link.lane
        state[lane].sender.writeSkip(into: &frames.writer)
        if !state[lane].loose.isEmpty { state[lane].loose.take(limit: 64 << 10, into: &frames.writer) }
        let willSend = state[lane].sender.canSend
        let receiver = state[lane].receiver
        if receiver.owesAck, willSend || !frames.writer.isEmpty || now >= receiver.nextDue {
            state[lane].receiver.writeAck(into: &frames.writer)
        }
        if !frames.writer.isEmpty { seal(frames.writer.bytes, link, state, into: &writer) }
        // A record of its own: sealed from where it lies.
        let hasMessages = state[lane].sender.take { seal($0, link, state, into: &writer) }
        let isMore = !state[lane].loose.isEmpty || hasMessages && state[lane].sender.hasUnsent
        return isMore && !state[lane].sender.isStalled || clearPending(link)
    }

    private func seal(_ frames: RawSpan, _ link: BusLink, _ state: BusPeer, into writer: inout ByteWriter) {
        link.sealing?.seal(frames, into: &writer)
        state.statistics.bytesSent += frames.byteCount
    }

    private func isInUse(_ link: BusLink, by state: BusPeer) -> Bool { state[link.lane].link === link }

    private func clearPending(_ link: BusLink) -> Bool {
        link.isPending = false
        pending.removeAll { $0 == link.id }
        return false
    }
}
