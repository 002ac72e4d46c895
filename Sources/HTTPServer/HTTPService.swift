public import HTTPCore
public import Primitives
public import Reactor
public import TLS

/// One HTTP port of one loop: `HTTPCore` on real connections.
///
/// Confined to its loop. Handlers answer at once or later, on the same loop, once.
public final class HTTPService: StreamHandler {
    public typealias Answer = (HTTPResponse) -> Void
    public typealias Handler = (HTTPRequest, HTTPPathParameters, @escaping Answer) -> Void
    /// One that asks from where the request came.
    public typealias PeerHandler = (HTTPRequest, HTTPPathParameters, SocketAddress, @escaping Answer) -> Void

    /// Gives a form to what the service answers itself: no such path, no such method, OPTIONS; and refusals, for which
    /// there is no request.
    public var form: (HTTPResponse, HTTPRequest?) -> HTTPResponse = { response, _ in response }

    /// How paths begin that hold no secret and are answered without TLS also where there is a certificate: for those
    /// that cannot speak it.
    public var plainPaths: [String] = []

    /// Says whether a request for another protocol is accepted, with the answer `101`, or refused with another one
    /// (RFC 9110, section 7.8).
    public typealias Judge = (HTTPRequest, SocketAddress) -> HTTPResponse
    /// Takes over a connection that speaks another protocol now, and of it `unread` already.
    public typealias Takeover = (_ connection: ConnectionHandle, _ peer: SocketAddress, _ unread: [UInt8]) -> Void

    /// Says what becomes of a request whose body and answer come in parts.
    public typealias Opener = (HTTPExchange) -> HTTPExchangeRule

    /// What becomes of a request whose head is here and whose body is not.
    public enum BodyRule {
        /// Its body is read, if it has no more bytes than these.
        case read(limit: Int)
        /// It is answered so at once, in no other form, and nothing of its body is read.
        case refuse(HTTPResponse)
        /// Somebody has to be asked, who says it at once or later, on the loop, once.
        case ask((_ decide: @escaping (BodyRule) -> Void) -> Void)
    }
    public typealias BodyJudge = (HTTPRequest, HTTPPathParameters, SocketAddress) -> BodyRule

    struct Route {
        let bodyRule: BodyJudge
        let action: Action
        /// Its requests may wait for long, and are no connections of this port meanwhile.
        var isHeld = false
    }

    enum Action {
        case answer(PeerHandler)
        case upgrade(Judge, Takeover)
        case exchange(Opener)
    }

    final class Connection {
        var core: HTTPServerConnection
        let peer: SocketAddress
        var hasSpoken = false
        /// Since it is the client's turn; `nil` while a request is being answered.
        var waitingSince: Instant?
        /// In the census.
        var isCounted = true
        /// On its way to another loop.
        var isLeaving = false
        /// That of the current request, if its body or its answer comes in parts.
        var exchange: HTTPExchange?

        init(_ core: consuming HTTPServerConnection, _ peer: SocketAddress, at now: Instant) {
            self.core = core
            self.peer = peer
            waitingSince = now
        }
    }

    unowned let loop: EventLoop
    private let limits: HTTPLimits
    private let census: HTTPCensus
    let door: TLSDoor
    private let wallClock: () -> UnixTime
    var router = HTTPRouter<Int>()
    var routes: [Route] = []
    var connections: [ConnectionHandle: Connection] = [:]
    var elsewhere: Elsewhere?
    var output = ByteWriter(capacity: 4096)

    /// - Parameter door: for clients that begin with TLS. While it has a certificate, others are answered at
    ///   `plainPaths` only.
    public init(
        limits: HTTPLimits = HTTPLimits(), census: HTTPCensus, door: TLSDoor = TLSDoor(nil),
        wallClock: @escaping () -> UnixTime, on loop: EventLoop
    ) {
        self.door = door
        self.loop = loop
        self.census = census
        self.limits = limits
        self.wallClock = wallClock
    }

    public func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
        guard census.enter() || makeRoom() else {
            census.refuse()
            return loop.close(handle, .now)
        }
        let core = HTTPServerConnection(limits: limits, at: loop.now, date: wallClock()) { [unowned self] refusal in
            form(HTTPResponse(refusal.status), nil)
        }
        let connection = Connection(core, peer, at: loop.now)
        connections[handle] = connection
        loop.setDeadline(connection.core.deadline, for: handle)
    }

    public func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
        // The next request is often here before the turn in which the loop says that the last answer is gone.
        if loop.pendingOutput(handle) == 0 { flushed(handle) }
        guard let connection = connections[handle], loop.isOpen(handle) else { return bytes.byteCount }
        if !connection.hasSpoken, bytes.byte(at: 0) == TLSDoor.firstByte, !loop.isSealed(handle),
            let context = door.context
        {
            loop.startTLS(handle, accepting: context)
            return 0
        }
        connection.hasSpoken = true
        if isLeaving(connection, bytes, handle) { return 0 }
        follow(connection.core.received(bytes, at: loop.now, into: &output), connection, handle)
        return bytes.byteCount
    }

    public func inputEnded(_ handle: ConnectionHandle) -> Bool {
        guard let connection = connections[handle] else { return false }
        follow(connection.core.peerClosed(), connection, handle)
        return true
    }

    public func drained(_ handle: ConnectionHandle) {
        leave(handle)
        flushed(handle)
    }

    public func deadlinePassed(_ handle: ConnectionHandle) {
        guard let connection = connections[handle] else { return }
        follow(connection.core.deadlinePassed(at: loop.now, into: &output), connection, handle)
    }

    public func closed(_ handle: ConnectionHandle, reason: CloseReason) {
        guard let connection = connections.removeValue(forKey: handle) else { return }
        if connection.isCounted { census.leave() }
        endExchange(of: connection)
    }

    /// Does what the core says, and what it says next.
    func follow(_ action: HTTPAction, _ connection: Connection, _ handle: ConnectionHandle) {
        var action = action
        while true {
            switch action {
            case .none:
                return sendOutput(connection, handle)
            case .head(let request):
                action = decide(request, connection, handle)
            case .part(let bytes):
                sendOutput(connection, handle)
                connection.waitingSince = nil
                guard let exchange = connection.exchange else { return }
                exchange.owner?.received(bytes, of: exchange)
                return
            case .request(let request):
                sendOutput(connection, handle)
                return call(request, handle)
            case .content:
                sendOutput(connection, handle)
                guard let exchange = connection.exchange else { return }
                exchange.owner?.contentWanted(exchange)
                return
            case .finish:
                endExchange(of: connection)
                sendOutput(connection, handle)
                return loop.close(handle, .afterFlush)
            case .close:
                // What was to be said is nobody's: the next answer is another connection's.
                output.clear(keeping: 1 << 16)
                endExchange(of: connection)
                return loop.close(handle, .now)
            }
        }
    }

    /// Closes the connection of this loop whose client has been silent for longest: clients that say nothing, or one
    /// byte at a time, must not keep out those that ask something.
    private func makeRoom() -> Bool {
        let waiting = connections.compactMap { handle, connection in
            connection.isCounted ? connection.waitingSince.map { (handle, $0) } : nil
        }
        guard let slowest = waiting.min(by: { $0.1 < $1.1 }) else { return false }
        // Its place in the census is taken over.
        if let connection = connections.removeValue(forKey: slowest.0) { endExchange(of: connection) }
        loop.close(slowest.0, .now)
        census.displace()
        return true
    }

    private func call(_ request: HTTPRequest, _ handle: ConnectionHandle) {
        guard let connection = connections[handle] else { return }
        connection.waitingSince = nil
        guard case .found(let index, let parameters) = router.route(request) else { return }
        if routes[index].isHeld {
            connection.isCounted = false
            census.leave()
        }
        switch routes[index].action {
        case .answer(let handler):
            handler(request, parameters, connection.peer) { [weak self] in self?.respond($0, handle) }
        case .upgrade(let judge, let takeOver):
            let response = judge(request, connection.peer)
            guard response.status == .switchingProtocols else { return respond(response, handle) }
            upgrade(response, connection, handle, takeOver)
        case .exchange:
            if let exchange = connection.exchange { exchange.owner?.bodyEnded(exchange) }
        }
    }

    func respond(_ response: HTTPResponse, _ handle: ConnectionHandle) {
        guard let connection = connections[handle] else { return }
        connection.waitingSince = loop.now
        if !connection.isCounted {
            connection.isCounted = true
            // No room to go on: the answer is its last one. Until it is gone it keeps a newcomer out.
            if !census.enter() {
                census.enterBeyond()
                _ = connection.core.drain()
            }
        }
        follow(connection.core.respond(response, at: loop.now, into: &output), connection, handle)
    }

    private func upgrade(
        _ response: HTTPResponse, _ connection: Connection, _ handle: ConnectionHandle, _ takeOver: @escaping Takeover
    ) {
        guard let unread = connection.core.upgrade(response, at: loop.now, into: &output) else { return }
        loop.send(output.bytes, to: handle)
        output.clear(keeping: 1 << 16)
        connections[handle] = nil
        census.leave()
        // Not now: its bytes are being read.
        loop.pauseReading(handle)
        loop.scheduleNextTurn { [weak loop] in
            if loop?.isOpen(handle) == true { takeOver(handle, connection.peer, unread) }
        }
    }

    /// Sends what the core wrote and arms its timer.
    func sendOutput(_ connection: Connection, _ handle: ConnectionHandle) {
        if !output.isEmpty {
            loop.send(output.bytes, to: handle)
            output.clear(keeping: 1 << 16)
            awaitFlush(handle)
        }
        loop.setDeadline(connection.core.deadline == .never ? nil : connection.core.deadline, for: handle)
        // One that leaves takes along what it has not read.
        let isWanted = connection.core.wantsInput && !connection.isLeaving
        if isWanted { loop.resumeReading(handle) } else { loop.pauseReading(handle) }
    }

    /// The loop writes at the end of this turn; if the socket is full then, `drained` comes later.
    func awaitFlush(_ handle: ConnectionHandle) {
        loop.scheduleNextTurn { [weak self] in
            if let self, loop.pendingOutput(handle) == 0 { flushed(handle) }
        }
    }

    private func flushed(_ handle: ConnectionHandle) {
        guard let connection = connections[handle], loop.isOpen(handle) else { return }
        follow(connection.core.flushed(at: loop.now, into: &output), connection, handle)
    }
}
