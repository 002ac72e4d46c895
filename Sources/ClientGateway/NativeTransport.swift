import Metrics
import Primitives
public import Reactor
import TalkProtocol

/// TeamTalk packets over plain TCP: cuts the stream into packets and keeps the connection's deadlines.
public final class NativeTransport: StreamHandler, ClientTransport {
    /// What a connection is waiting for; one deadline of the loop serves the nearest of them.
    private struct Clock {
        var session: Session
        let opened: Instant
        var lastByte: Instant
        /// When the first byte of an unfinished packet came.
        var partialSince = Instant.never
        var hasSpoken = false
    }

    private unowned let loop: EventLoop
    private let gateway: Gateway
    /// Connections whose proxy has not said yet whose they are, and where they come from themselves.
    private var unannounced: [ConnectionHandle: SocketAddress] = [:]
    private var clocks: [Clock?] = []
    private var freeClocks: [Int] = []

    public init(_ gateway: Gateway, on loop: EventLoop) {
        self.loop = loop
        self.gateway = gateway
    }

    // MARK: From the loop

    public func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        guard gateway.limits.expectsProxyHeader else { return begin(connection, peer: peer) }
        guard unannounced.count < gateway.limits.newcomers else { return loop.close(connection, .now) }
        unannounced[connection] = peer
        loop.setDeadline(loop.now + gateway.limits.firstByteDeadline, for: connection)
    }

    private func begin(_ connection: ConnectionHandle, peer: SocketAddress) {
        guard let session = gateway.connected(connection, over: self, peer: peer) else {
            return loop.close(connection, .now)
        }
        let clock = Clock(session: session, opened: loop.now, lastByte: loop.now)
        let place = freeClocks.popLast() ?? clocks.count
        if place == clocks.count { clocks.append(clock) } else { clocks[place] = clock }
        loop.setTag(UInt64(place) + 1, of: connection)
        loop.setDeadline(loop.now + gateway.limits.firstByteDeadline, for: connection)
    }

    /// Takes the proxy's header, and what the client has sent behind it.
    private func announce(_ connection: ConnectionHandle, _ peer: SocketAddress, _ bytes: RawSpan) -> Int {
        switch ProxyHeader(bytes) {
        case .needMore: return 0
        case .invalid:
            gateway.counters.badFrames.add()
            unannounced[connection] = nil
            loop.close(connection, .now)
            return bytes.byteCount
        case .source(let source, let byteCount):
            unannounced[connection] = nil
            let peer = source ?? peer
            guard gateway.admits(peer) else {
                loop.close(connection, .now)
                return bytes.byteCount
            }
            begin(connection, peer: peer)
            // Without a byte of its own the client has not spoken.
            if byteCount == bytes.byteCount { return byteCount }
            return byteCount + received(bytes.extracting(droppingFirst: byteCount), on: connection)
        }
    }

    public func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        if let peer = unannounced[connection] { return announce(connection, peer, bytes) }
        guard let place = place(of: connection), let session = clocks[place]?.session else { return bytes.byteCount }
        var rest = bytes
        var isPaused = false
        reading: while !rest.isEmpty {
            let limit = session.isOnline ? gateway.limits.maxPDU : gateway.limits.maxPDUBeforeLogin
            switch PDUFramer.next(in: rest, limit: limit) {
            case .needMore:
                break reading
            case .invalid:
                gateway.refusedFrame(session)
                loop.close(connection, .now)
                return bytes.byteCount
            case .pdu(let header, let body):
                switch gateway.received(header, rest.extracting(body), from: session) {
                case .taken:
                    rest = rest.extracting(droppingFirst: body.upperBound)
                case .later(let wait):
                    pause(connection, for: wait)
                    isPaused = true
                    break reading
                case .afterAnswers:
                    loop.pauseReading(connection)
                    isPaused = true
                    break reading
                case .closed:
                    return bytes.byteCount
                }
            }
        }
        // A packet that waits for its client's rate is whole, and its client has not been silent.
        noteInput(place, unfinished: !rest.isEmpty && !isPaused, took: rest.byteCount < bytes.byteCount)
        loop.setDeadline(clocks[place].map(nextDeadline), for: connection)
        return bytes.byteCount - rest.byteCount
    }

    public func drained(_ connection: ConnectionHandle) {
        if let place = place(of: connection), let session = clocks[place]?.session { gateway.drained(session) }
    }

    public func deadlinePassed(_ connection: ConnectionHandle) {
        if unannounced[connection] != nil { return loop.close(connection, .now) }
        guard let place = place(of: connection), let clock = clocks[place] else { return }
        let due = nextDeadline(clock)
        if loop.now < due { return loop.setDeadline(due, for: connection) }
        gateway.timedOut(clock.session)
        loop.close(connection, .now)
    }

    public func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        if unannounced.removeValue(forKey: connection) != nil { return }
        guard let place = place(of: connection), let session = clocks[place]?.session else { return }
        clocks[place] = nil
        freeClocks.append(place)
        gateway.disconnected(session, reason)
    }

    // MARK: For sessions

    public func send(_ packet: RawSpan, to connection: ConnectionHandle) {
        loop.send(packet, to: connection)
    }

    public func close(_ connection: ConnectionHandle, _ mode: CloseMode) {
        loop.close(connection, mode)
    }

    public func deadlineChanged(_ connection: ConnectionHandle) {
        guard let place = place(of: connection) else { return }
        loop.setDeadline(clocks[place].map(nextDeadline), for: connection)
    }

    public func resume(_ connection: ConnectionHandle) {
        // Not now: the answer is still being sent.
        loop.scheduleNextTurn { [weak self] in self?.loop.resumeReading(connection) }
    }

    public func pendingOutput(_ connection: ConnectionHandle) -> Int {
        loop.pendingOutput(connection)
    }

    /// The packet stays in the connection's buffer, and what follows it in the kernel's: nothing is lost, and a client
    /// that is too fast finds its own socket full.
    private func pause(_ connection: ConnectionHandle, for wait: Duration) {
        loop.pauseReading(connection)
        loop.schedule(after: wait) { [weak self] in self?.loop.resumeReading(connection) }
    }

    private func place(of connection: ConnectionHandle) -> Int? {
        let tag = loop.tag(of: connection)
        return tag == 0 ? nil : Int(tag - 1)
    }

    private func noteInput(_ place: Int, unfinished: Bool, took: Bool) {
        clocks[place]?.lastByte = loop.now
        clocks[place]?.hasSpoken = true
        if !unfinished {
            clocks[place]?.partialSince = .never
        } else if took || clocks[place]?.partialSince == .never {
            clocks[place]?.partialSince = loop.now
        }
    }

    private func nextDeadline(_ clock: Clock) -> Instant {
        if let silentUntil = clock.session.silentUntil { return silentUntil }
        var due = clock.partialSince == .never ? Instant.never : clock.partialSince + gateway.limits.packetDeadline
        if clock.session.isOnline {
            let idle = clock.session.device == .pc ? gateway.limits.idlePC : gateway.limits.idleMobile
            due = min(due, clock.lastByte + idle)
        } else {
            due = min(due, clock.opened + gateway.limits.loginDeadline)
            if !clock.hasSpoken { due = min(due, clock.opened + gateway.limits.firstByteDeadline) }
        }
        return due
    }
}
