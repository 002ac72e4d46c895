import CLinux
import Glibc
import Primitives

/// The kernel's side of TCP connections: readiness, reading, writing, burying.
extension EventLoop {
    private static let lingerTime: Duration = .seconds(2)
    /// For what was queued when a connection was closed.
    static let flushTime: Duration = .seconds(10)

    func connectionReadable(_ handle: ConnectionHandle) {
        switch connections[handle.slot].phase {
        // Not what arrived, as nothing can: both sides are shut, or the connection was reset.
        case .open where connections[handle.slot].flags.contains(.inputEnded): kill(handle, .peerClosed)
        case .open: readOnce(handle)
        case .lingering, .flushing: discardInput(handle)
        case .connecting, .dead: break
        }
    }

    func connectionWritable(_ handle: ConnectionHandle) {
        switch connections[handle.slot].phase {
        case .connecting: finishConnecting(handle)
        case .open, .flushing: flush(handle)
        case .lingering, .dead: break
        }
    }

    func connectionDeadlinePassed(_ slot: UInt32) {
        let handle = connections.handle(of: slot)
        switch connections[slot].phase {
        case .open: services[Int(connections[slot].service.index)].handler.deadlinePassed(handle)
        case .connecting: kill(handle, .failed(SystemError("connect", code: ETIMEDOUT)))
        case .flushing, .lingering: kill(handle, .requested)
        case .dead: break
        }
    }

    /// Tells the service about a connection that is ready for use.
    func announce(_ handle: ConnectionHandle, peer: SocketAddress) {
        connections[handle.slot].flags.insert(.announced)
        services[Int(connections[handle.slot].service.index)].handler.opened(handle, peer: peer)
    }

    func readResumed() {
        if resuming.isEmpty { return }
        let handles = resuming
        resuming.removeAll(keepingCapacity: true)
        for handle in handles where connections.contains(handle) {
            connections[handle.slot].flags.remove(.resuming)
            if isOpen(handle), !connections[handle.slot].flags.contains(.paused) { presentStored(handle) }
        }
    }

    func flushDirty() {
        var index = 0
        // A flush may close a connection, never make another one dirty; the list is stable.
        while index < dirty.count {
            let handle = dirty[index]
            index += 1
            guard connections.contains(handle) else { continue }
            connections[handle.slot].flags.remove(.dirty)
            let phase = connections[handle.slot].phase
            if phase == .open || phase == .flushing { flush(handle) }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    /// Marks a connection as gone. Its handler hears of it when the turn ends.
    func kill(_ handle: ConnectionHandle, _ reason: CloseReason) {
        guard connections.contains(handle), connections[handle.slot].phase != .dead else { return }
        connections[handle.slot].phase = .dead
        dropFiles(handle.slot)
        connections[handle.slot].output.release(to: pool)
        connections[handle.slot].tls?.output.release(to: pool)
        dead.append((handle, reason))
    }

    func bury() {
        while !dead.isEmpty {
            let batch = dead
            dead.removeAll(keepingCapacity: true)
            for (handle, reason) in batch { bury(handle, reason) }
        }
        sendDeparting()
    }

    func closeStalled() {
        blocked.removeAll { handle in
            guard connections.contains(handle), connections[handle.slot].flags.contains(.blocked) else { return true }
            let stall = services[Int(connections[handle.slot].service.index)].limits.maxStall
            if TimerWheel.tick * Int(wheel.current &- connections[handle.slot].lastProgress) > stall {
                counters.slowReaders.add(1)
                kill(handle, .slowReader)
                return true
            }
            return false
        }
        bury()
    }

    func closeEverything() {
        for handle in connections.handles { kill(handle, .loopStopped) }
        bury()
    }

    private func bury(_ handle: ConnectionHandle, _ reason: CloseReason) {
        let service = connections[handle.slot].service
        let wasAnnounced = connections[handle.slot].flags.contains(.announced)
        wheel.forget(handle.slot, in: connections)
        epoll.remove(connections[handle.slot].descriptor)
        // The tag is readable while the handler hears of the end.
        services[Int(service.index)].handler.closed(handle, reason: reason)
        var connection = connections.remove(handle)
        connection.input.release(to: pool)
        connection.output.release(to: pool)
        connection.tls?.output.release(to: pool)
        if wasAnnounced { counters.closed.add(1) }
    }

    private func finishConnecting(_ handle: ConnectionHandle) {
        let descriptor = connections[handle.slot].descriptor
        let code = System.pendingError(descriptor)
        guard code == 0 else { return kill(handle, .failed(SystemError("connect", code: code))) }
        connections[handle.slot].phase = .open
        updateInterest(handle.slot)
        guard let peer = SocketAddress(peerOf: descriptor) else {
            return kill(handle, .failed(SystemError("getpeername", code: ENOTCONN)))
        }
        announce(handle, peer: peer)
    }

    /// One `recv` per turn; level-triggered readiness brings the rest in the next turn, after everyone else's.
    private func readOnce(_ handle: ConnectionHandle) {
        let slot = handle.slot
        if let stream = connections[slot].tls { return readSealed(stream, handle) }
        let carried = Int(connections[slot].input.count)
        if carried > Self.maxCarry { return readInPlace(handle) }
        if carried > 0 {
            unsafe scratch.copyMemory(from: connections[slot].input.bytes)
        }
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[carried..<carried + Self.maxReadPerTurn])
        guard let received = unsafe receive(handle, into: target) else { return }
        let total = carried + received
        let consumed = unsafe present(UnsafeRawBufferPointer(rebasing: scratch[..<total]), on: handle)
        guard connections[slot].phase == .open else { return }
        if let stream = connections[slot].tls {
            return unsafe beginSealed(UnsafeRawBufferPointer(rebasing: scratch[consumed..<total]), stream, handle)
        }
        // Store what was left: what the buffer already holds stays if nothing was taken.
        if consumed < carried {
            connections[slot].input.consume(consumed, to: pool)
            let rest = unsafe UnsafeRawBufferPointer(rebasing: scratch[carried..<total])
            connections[slot].input.append(unsafe rest.bytes, from: pool)
        } else {
            connections[slot].input.release(to: pool)
            let rest = unsafe UnsafeRawBufferPointer(rebasing: scratch[consumed..<total])
            connections[slot].input.append(unsafe rest.bytes, from: pool)
        }
        checkInputLimit(handle)
        // Its own answers while they are in the nearest cache (bench/echo); others wait for the end of the turn.
        if connections[slot].phase == .open, connections[slot].flags.contains(.dirty) { flush(handle) }
    }

    /// For large PDUs: what arrives goes straight behind what is there, so that a trickle is not copied again and
    /// again.
    private func readInPlace(_ handle: ConnectionHandle) {
        let slot = handle.slot
        let target = unsafe connections[slot].input.room(for: 1, from: pool)
        let limited = unsafe UnsafeMutableRawBufferPointer(
            start: target.baseAddress, count: min(target.count, Self.maxReadPerTurn))
        guard let received = unsafe receive(handle, into: limited) else { return }
        connections[slot].input.advance(by: received)
        presentStored(handle)
    }

    func presentStored(_ handle: ConnectionHandle) {
        let slot = handle.slot
        let wasPlain = connections[slot].tls == nil
        let consumed = unsafe present(connections[slot].input.bytes, on: handle)
        guard connections[slot].phase == .open else { return }
        if wasPlain, let stream = connections[slot].tls {
            let left = unsafe UnsafeRawBufferPointer(rebasing: connections[slot].input.bytes[consumed...])
            return unsafe beginSealed(left, stream, handle)
        }
        connections[slot].input.consume(consumed, to: pool)
        checkInputLimit(handle)
    }

    func present(_ bytes: UnsafeRawBufferPointer, on handle: ConnectionHandle) -> Int {
        let handler = services[Int(connections[handle.slot].service.index)].handler
        let consumed = unsafe handler.received(bytes.bytes, on: handle)
        precondition(consumed >= 0 && consumed <= bytes.count, "\(consumed) bytes taken of \(bytes.count)")
        return consumed
    }

    func checkInputLimit(_ handle: ConnectionHandle) {
        let limit = services[Int(connections[handle.slot].service.index)].limits.maxInputBytes
        if Int(connections[handle.slot].input.count) > limit { kill(handle, .inputTooLong) }
    }

    /// Bytes received, or `nil` when there is nothing now or the connection ended.
    func receive(_ handle: ConnectionHandle, into target: UnsafeMutableRawBufferPointer) -> Int? {
        let descriptor = connections[handle.slot].descriptor
        do {
            let received = try System.nonBlocking("recv") {
                unsafe recv(descriptor, target.baseAddress, target.count, 0)
            }
            guard let received else { return nil }
            if received > 0 {
                counters.bytesReceived.add(received)
                return received
            }
            endOfInput(handle)
        } catch {
            kill(handle, .failed(error))
        }
        return nil
    }

    /// The peer sends no more. What is queued for it may still arrive: HTTP clients half-close after the request.
    func endOfInput(_ handle: ConnectionHandle) {
        let slot = handle.slot
        connections[slot].flags.insert(.inputEnded)
        updateInterest(slot)
        guard isOpen(handle) else { return }
        let isKept = services[Int(connections[slot].service.index)].handler.inputEnded(handle)
        guard isOpen(handle), !isKept else { return }
        if waitingBytes(handle.slot) == 0 {
            kill(handle, .peerClosed)
        } else {
            close(handle, .afterFlush)
        }
    }

    private func discardInput(_ handle: ConnectionHandle) {
        let descriptor = connections[handle.slot].descriptor
        do {
            let received = try System.nonBlocking("recv") {
                unsafe recv(descriptor, scratch.baseAddress, scratch.count, 0)
            }
            if received == 0 { kill(handle, .requested) }
        } catch {
            kill(handle, .requested)
        }
    }

    func flush(_ handle: ConnectionHandle) {
        let slot = handle.slot
        if let stream = connections[slot].tls { return flushSealed(stream, handle) }
        let before = connections[slot].output.byteCount
        let hasFile = connections[slot].flags.contains(.behindFile)
        do {
            let result = try connections[slot].output.write(
                to: connections[slot].descriptor, pool, withMore: hasFile)
            counters.bytesSent.add(Int(before - connections[slot].output.byteCount))
            switch result {
            case .finished where hasFile: flushFiles(handle, progress: before > 0)
            case .finished: outputFinished(handle)
            case .blocked(let progress): outputBlocked(handle, progress: progress)
            }
        } catch {
            kill(handle, .failed(error))
        }
    }

    func outputFinished(_ handle: ConnectionHandle) {
        let slot = handle.slot
        let wasBlocked = connections[slot].flags.contains(.blocked)
        connections[slot].flags.remove(.blocked)
        if connections[slot].phase == .flushing {
            connections[slot].phase = .lingering
            _ = shutdown(connections[slot].descriptor, Int32(SHUT_WR))
            wheel.set(now + Self.lingerTime, for: slot, in: connections)
            updateInterest(slot)
        } else if wasBlocked {
            updateInterest(slot)
            services[Int(connections[slot].service.index)].handler.drained(handle)
        }
    }

    func outputBlocked(_ handle: ConnectionHandle, progress: Bool) {
        let slot = handle.slot
        let first = !connections[slot].flags.contains(.blocked)
        if progress || first { connections[slot].lastProgress = wheel.current }
        guard first else { return }
        connections[slot].flags.insert(.blocked)
        blocked.append(handle)
        updateInterest(slot)
    }
}
