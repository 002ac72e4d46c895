import Metrics
import Primitives
public import Reactor
public import TLS
import TalkProtocol

/// Where clients connect, on one loop: finds out what each connection speaks, cuts what it says into packets, and keeps
/// its deadlines.
public final class ClientPort: StreamHandler {
    unowned let loop: EventLoop
    let gateway: Gateway
    private let door: TLSDoor
    /// Connections whose proxy has not said yet whose they are, and where they come from themselves.
    private var unannounced: [ConnectionHandle: SocketAddress] = [:]
    var lines: [ClientLine?] = []
    private var freeLines: [Int] = []
    let resumption: Resumption
    private(set) lazy var native = NativeTransport(self)
    private(set) lazy var webSocket = WebSocketTransport(self)
    /// The message at hand, without its mask.
    let payload = ScratchWriter()

    /// - Parameter door: for clients that begin with TLS.
    public init(_ gateway: Gateway, _ door: TLSDoor, on loop: EventLoop) {
        self.loop = loop
        self.gateway = gateway
        resumption = Resumption(on: loop) { [unowned loop] in loop.resumeReading($0) }
        self.door = door
    }

    // MARK: From the loop

    public func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        guard gateway.limits.expectsProxyHeader else {
            if begin(connection, peer: peer, over: native) == nil { loop.close(connection, .now) }
            return
        }
        guard unannounced.count < gateway.limits.newcomers else { return loop.close(connection, .now) }
        unannounced[connection] = peer
        loop.setDeadline(loop.now + gateway.limits.firstByteDeadline, for: connection)
    }

    /// Where its line stands; `nil` if there is no room for another session.
    func begin(_ connection: ConnectionHandle, peer: SocketAddress, over transport: any ClientTransport) -> Int? {
        guard let session = gateway.connected(connection, over: transport, peer: peer) else { return nil }
        let line = ClientLine(session, at: loop.now)
        let place = freeLines.popLast() ?? lines.count
        if place == lines.count { lines.append(line) } else { lines[place] = line }
        loop.setTag(UInt64(place) + 1, of: connection)
        loop.setDeadline(line.nextDeadline(gateway.limits), for: connection)
        return place
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
            guard gateway.admits(peer), begin(connection, peer: peer, over: native) != nil else {
                loop.close(connection, .now)
                return bytes.byteCount
            }
            // Without a byte of its own the client has not spoken.
            if byteCount == bytes.byteCount { return byteCount }
            return byteCount + received(bytes.extracting(droppingFirst: byteCount), on: connection)
        }
    }

    public func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        if let peer = unannounced[connection] { return announce(connection, peer, bytes) }
        guard let place = place(of: connection), let line = lines[place] else { return bytes.byteCount }
        switch line.speech {
        case .native: return readPackets(bytes, line.session, connection, place)
        case .webSocket(let link): return readMessages(bytes, link, line.session, connection, place)
        case .opening(let opening): return readOpening(bytes, opening, connection, place)
        case .unknown: return readFirst(bytes, line, connection, place)
        }
    }

    private func readFirst(_ bytes: RawSpan, _ line: ClientLine, _ connection: ConnectionHandle, _ place: Int) -> Int {
        let context = line.isSealed ? nil : door.context
        switch ClientGreeting(bytes.byte(at: 0), takesTLS: context != nil) {
        case .tls:
            guard let context else { return bytes.byteCount }
            lines[place]?.isSealed = true
            gateway.counters.sealed.add(1)
            loop.startTLS(connection, accepting: context)
            return 0
        case .request:
            let opening = WebSocketOpening(at: loop.now)
            lines[place]?.speech = .opening(opening)
            return readOpening(bytes, opening, connection, place)
        case .native:
            begins(.native, as: .native, place)
            return readPackets(bytes, line.session, connection, place)
        }
    }

    public func drained(_ connection: ConnectionHandle) {
        if let place = place(of: connection), let session = lines[place]?.session { gateway.drained(session) }
    }

    public func deadlinePassed(_ connection: ConnectionHandle) {
        if unannounced[connection] != nil { return loop.close(connection, .now) }
        guard let place = place(of: connection), let line = lines[place] else { return }
        if loop.now >= line.patienceEnds(gateway.limits) {
            gateway.timedOut(line.session)
            return line.session.close(because: line.session.silentUntil == nil ? .silent : .kicked)
        }
        if case .webSocket(let link) = line.speech { ping(connection, link) }
        loop.setDeadline(line.nextDeadline(gateway.limits), for: connection)
    }

    public func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        if unannounced.removeValue(forKey: connection) != nil { return }
        guard let place = place(of: connection), let line = lines[place] else { return }
        switch line.speech {
        case .native, .webSocket: gateway.counters.ended(line.session.transport.kind)
        case .unknown, .opening: break
        }
        if line.isSealed { gateway.counters.sealed.subtract(1) }
        if case .tls = reason { gateway.counters.sealedFailed.add() }
        lines[place] = nil
        freeLines.append(place)
        gateway.disconnected(line.session, reason)
    }

    // MARK: For transports

    func deadlineChanged(_ connection: ConnectionHandle) {
        guard let place = place(of: connection) else { return }
        loop.setDeadline(lines[place]?.nextDeadline(gateway.limits), for: connection)
    }

    // MARK: For what a connection speaks

    /// The packet stays in the connection's buffer, and what follows it in the kernel's: nothing is lost, and a client
    /// that is too fast finds its own socket full.
    func pause(_ connection: ConnectionHandle, for wait: Duration?) {
        loop.pauseReading(connection)
        guard let wait else { return }
        loop.schedule(after: wait) { [unowned loop] in loop.resumeReading(connection) }
    }

    /// It is known now what a connection speaks.
    func begins(_ speech: ClientLine.Speech, as kind: TransportKind, _ place: Int) {
        lines[place]?.speech = speech
        lines[place]?.session.transport = kind == .native ? native : webSocket
        gateway.counters.began(kind)
    }

    func noteInput(_ connection: ConnectionHandle, _ place: Int, isUnfinished: Bool, tookPacket: Bool) {
        lines[place]?.noteInput(isUnfinished: isUnfinished, tookPacket: tookPacket, at: loop.now)
        loop.setDeadline(lines[place]?.nextDeadline(gateway.limits), for: connection)
    }

    private func place(of connection: ConnectionHandle) -> Int? {
        let tag = loop.tag(of: connection)
        return tag == 0 ? nil : Int(tag - 1)
    }
}
