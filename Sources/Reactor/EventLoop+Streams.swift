import CLinux
import Glibc
public import Primitives

/// The service's side of TCP connections.
extension EventLoop {
    /// Registers who handles a kind of connection, under which limits.
    public func register(_ handler: any StreamHandler, limits: StreamLimits) -> StreamService {
        services.append((handler, limits))
        return StreamService(index: UInt16(services.count - 1))
    }

    /// Starts connecting. The outcome is `opened` or `closed`, never before this call returned.
    /// - Parameter source: address to bind first; port 0 lets the kernel choose when it connects.
    public func connect(
        to address: SocketAddress, from source: SocketAddress? = nil, _ service: StreamService
    ) throws(SystemError) -> ConnectionHandle {
        let socket = try System.socket(address.family, SOCK_STREAM)
        let descriptor = socket.raw
        try System.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        if let source { try bindSource(descriptor, source) }
        let result = unsafe address.withSockaddr { unsafe Glibc.connect(descriptor, $0, $1) == 0 ? 0 : errno }
        guard result == 0 || result == EINPROGRESS else { throw SystemError("connect", code: result) }
        return try adopt(socket, service, phase: .connecting)
    }

    /// Queues one frame. Passing the service's limits closes the connection (`CloseReason.slowReader`). A dead or
    /// closing connection ignores it.
    public func send(_ frame: RawSpan, to handle: ConnectionHandle) {
        guard isOpen(handle) else { return }
        if connections[handle.slot].flags.contains(.behindFile) { return sendBehindFile(RawSpan(), frame, handle) }
        note(connections[handle.slot].queue(frame, from: pool), handle)
    }

    /// The same for a frame that lies in two places, so that nobody has to put it together first.
    public func send(_ head: RawSpan, _ body: RawSpan, to handle: ConnectionHandle) {
        guard isOpen(handle) else { return }
        if connections[handle.slot].flags.contains(.behindFile) { return sendBehindFile(head, body, handle) }
        note(connections[handle.slot].queue(head, body, from: pool), handle)
    }

    @inline(__always)
    private func note(_ queued: Connection.Queued, _ handle: ConnectionHandle) {
        counters.framesQueued.add(1)
        switch queued {
        case .waiting: break
        case .first: dirty.append(handle)
        case .tooLong: outputTooLong(handle)
        }
    }

    /// Gives an open connection to another service, which hears of it from the next turn on: first of `unread`, what
    /// its old one has taken and not used. What was sent before is sent. It has no deadline and no tag then.
    ///
    /// Not to be called while its handler is reading.
    public func handOver(_ handle: ConnectionHandle, to service: StreamService, unread: RawSpan) {
        guard isOpen(handle) else { return }
        connections[handle.slot].handOver(to: service, services[Int(service.index)].limits)
        wheel.set(nil, for: handle.slot, in: connections)
        connections[handle.slot].input.append(unread, from: pool)
        pauseReading(handle)
        resumeReading(handle)
    }

    private func outputTooLong(_ handle: ConnectionHandle) {
        // What this turn has queued was not written yet: no peer could have read it.
        if !connections[handle.slot].flags.contains(.blocked) { flush(handle) }
        guard isOpen(handle), connections[handle.slot].isOutputTooLong else { return }
        counters.slowReaders.add(1)
        kill(handle, .slowReader)
    }

    /// Ends the connection; after this call its handler hears nothing but `closed`.
    public func close(_ handle: ConnectionHandle, _ mode: CloseMode) {
        guard isOpen(handle) || isConnecting(handle) else { return }
        switch mode {
        case .now:
            kill(handle, .requested)
        case .afterFlush:
            connections[handle.slot].phase = .flushing
            // A file takes as long as it takes, and is sent while there is progress (`StreamLimits.maxStall`).
            let hasFile = connections[handle.slot].flags.contains(.behindFile)
            wheel.set(hasFile ? nil : now + Self.flushTime, for: handle.slot, in: connections)
            updateInterest(handle.slot)
            if !connections[handle.slot].flags.contains(.dirty) {
                connections[handle.slot].flags.insert(.dirty)
                dirty.append(handle)
            }
        }
    }

    /// Stops taking input from the socket; the kernel's buffer and then the peer fill up.
    public func pauseReading(_ handle: ConnectionHandle) {
        guard isOpen(handle), !connections[handle.slot].flags.contains(.paused) else { return }
        connections[handle.slot].flags.insert(.paused)
        updateInterest(handle.slot)
    }

    /// Takes input again, first what the handler had left. It is presented in the next turn.
    public func resumeReading(_ handle: ConnectionHandle) {
        guard isOpen(handle), connections[handle.slot].flags.contains(.paused) else { return }
        connections[handle.slot].flags.remove(.paused)
        updateInterest(handle.slot)
        if connections[handle.slot].input.count > 0, !connections[handle.slot].flags.contains(.resuming) {
            connections[handle.slot].flags.insert(.resuming)
            resuming.append(handle)
        }
    }

    /// Sets, moves or (with `nil`) removes the connection's one deadline. Accuracy: `TimerWheel.tick`.
    public func setDeadline(_ due: Instant?, for handle: ConnectionHandle) {
        guard isOpen(handle) || isConnecting(handle) else { return }
        wheel.set(due, for: handle.slot, in: connections)
    }

    public func isOpen(_ handle: ConnectionHandle) -> Bool {
        connections.contains(handle) && connections[handle.slot].phase == .open
    }

    /// Bytes waiting to be sent.
    public func pendingOutput(_ handle: ConnectionHandle) -> Int {
        isOpen(handle) ? waitingBytes(handle.slot) : 0
    }

    /// The service's word for this connection; 0 until set, and for a dead handle.
    public func tag(of handle: ConnectionHandle) -> UInt64 {
        connections.contains(handle) ? connections[handle.slot].tag : 0
    }

    public func setTag(_ tag: UInt64, of handle: ConnectionHandle) {
        if connections.contains(handle) { connections[handle.slot].tag = tag }
    }

    private func isConnecting(_ handle: ConnectionHandle) -> Bool {
        connections.contains(handle) && connections[handle.slot].phase == .connecting
    }

    private func bindSource(_ descriptor: Int32, _ source: SocketAddress) throws(SystemError) {
        // Let the kernel pick the port at connect time, when it knows the destination too: far more of them then.
        try System.setOption(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
        try bind(descriptor, to: source)
    }

    func bind(_ descriptor: Int32, to address: SocketAddress) throws(SystemError) {
        _ = try System.retrying("bind") {
            unsafe address.withSockaddr { unsafe Int(Glibc.bind(descriptor, $0, $1)) }
        }
    }

    /// Takes over a connected or connecting socket.
    func adopt(
        _ socket: consuming Descriptor, _ service: StreamService, phase: Connection.Phase
    ) throws(SystemError) -> ConnectionHandle {
        let descriptor = socket.raw
        let limits = services[Int(service.index)].limits
        let connection = Connection(socket: socket, service: service, limits: limits, phase: phase)
        guard let handle = connections.insert(connection) else { throw SystemError("connection table", code: ENFILE) }
        do {
            connections[handle.slot].watched = connections[handle.slot].interest
            try epoll.add(descriptor, connections[handle.slot].watched, token: token(of: handle))
        } catch {
            _ = connections.remove(handle)
            throw error
        }
        return handle
    }

    func token(of handle: ConnectionHandle) -> UInt64 {
        Token.make(.connection, slot: handle.slot, generation: handle.generation)
    }

    func updateInterest(_ slot: UInt32) {
        let interest = connections[slot].interest
        guard interest != connections[slot].watched else { return }
        connections[slot].watched = interest
        let handle = connections.handle(of: slot)
        do {
            try epoll.modify(connections[slot].descriptor, interest, token: token(of: handle))
        } catch {
            kill(handle, .failed(error))
        }
    }
}
