import CLinux
import Primitives
public import TLS

/// TLS on connections: whoever handles them sees plaintext, limits and deadlines as ever.
extension EventLoop {
    /// From now on this connection speaks TLS, as the side that connects. What is sent before both sides have agreed
    /// waits. What goes wrong closes the connection (`CloseReason.tls`).
    ///
    /// - Parameter host: the name or numeric address that the peer's certificate must be for.
    public func startTLS(_ handle: ConnectionHandle, connecting context: TLSContext, to host: String) {
        guard isOpen(handle) else { return }
        do throws(TLSError) {
            adopt(SealedStream(try tls.connect(context, host), takesTurns: false), handle)
        } catch {
            kill(handle, .tls(error))
        }
    }

    /// The same as the side that is connected to. A handler that is reading may call it: what it does not take of the
    /// bytes at hand is the beginning of TLS.
    public func startTLS(_ handle: ConnectionHandle, accepting context: TLSContext) {
        guard isOpen(handle) else { return }
        do throws(TLSError) {
            adopt(SealedStream(try TLSSession(server: context), takesTurns: true), handle)
        } catch {
            kill(handle, .tls(error))
        }
    }

    /// The connection speaks TLS, or is about to.
    public func isSealed(_ handle: ConnectionHandle) -> Bool {
        connections.contains(handle) && connections[handle.slot].tls != nil
    }

    private func adopt(_ stream: SealedStream, _ handle: ConnectionHandle) {
        precondition(connections[handle.slot].tls == nil, "TLS was started already")
        let waiting = waitingBytes(handle.slot)
        precondition(waiting == 0, "\(waiting) bytes that were meant to be plain would be sealed")
        connections[handle.slot].tls = stream
        queueSealed(stream, handle)
    }

    func readSealed(_ stream: SealedStream, _ handle: ConnectionHandle) {
        let waits = stream.takesTurns && !stream.session.isEstablished
        if waits { awaitHandshake(stream, handle) } else { receiveSealed(stream, handle) }
    }

    /// One `recv`, and what it means.
    func receiveSealed(_ stream: SealedStream, _ handle: ConnectionHandle) {
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<Self.maxReadPerTurn])
        guard let received = unsafe receive(handle, into: target) else { return }
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: scratch[..<received])
        open(unsafe bytes.bytes, stream, handle)
    }

    /// The handler has started TLS while it was reading, and has left this: the peer's first bytes of it.
    func beginSealed(_ left: UnsafeRawBufferPointer, _ stream: SealedStream, _ handle: ConnectionHandle) {
        // A copy, as they may stand in what is stored, which is plaintext from now on.
        let sealed = unsafe [UInt8](left)
        connections[handle.slot].input.release(to: pool)
        if !sealed.isEmpty { awaitHandshake(stream, handle, unread: sealed) }
    }

    func open(_ sealed: RawSpan, _ stream: SealedStream, _ handle: ConnectionHandle) {
        do throws(TLSError) {
            try tls.receive(sealed, stream)
        } catch {
            // The alert tells the peer why.
            queueSealed(stream, handle)
            flush(handle)
            return kill(handle, .tls(error))
        }
        queueSealed(stream, handle)
        tls.lendOpened { presentOpened($0, handle) }
        guard isOpen(handle), stream.session.inputEnded else { return }
        endOfInput(handle)
    }

    private func presentOpened(_ bytes: RawSpan, _ handle: ConnectionHandle) {
        let slot = handle.slot
        if connections[slot].input.count > 0 {
            connections[slot].input.append(bytes, from: pool)
            return presentStored(handle)
        }
        let taken = unsafe bytes.withUnsafeBytes { unsafe present($0, on: handle) }
        guard connections[slot].phase == .open else { return }
        connections[slot].input.append(bytes.extracting(droppingFirst: taken), from: pool)
        checkInputLimit(handle)
    }

    /// Moves what a session wanted to send into its queue. It goes out, with the plaintext that waited for the end of
    /// the handshake, when the turn ends.
    private func queueSealed(_ stream: SealedStream, _ handle: ConnectionHandle) {
        tls.lendSealed { stream.output.append($0, from: pool) }
        guard !stream.output.isEmpty || !connections[handle.slot].output.isEmpty,
            connections[handle.slot].flags.isDisjoint(with: [.dirty, .blocked])
        else { return checkSealed(stream, handle) }
        connections[handle.slot].flags.insert(.dirty)
        dirty.append(handle)
    }

    /// A peer can ask for answers of TLS itself (KeyUpdate, RFC 8446, section 4.6.3) and read none of them.
    private func checkSealed(_ stream: SealedStream, _ handle: ConnectionHandle) {
        guard isOpen(handle), stream.output.byteCount > 2 * SealedStream.maxSealedAhead else { return }
        counters.slowReaders.add(1)
        kill(handle, .slowReader)
    }

    /// Seals and writes until nothing is left or the socket is full.
    func flushSealed(_ stream: SealedStream, _ handle: ConnectionHandle) {
        var progress = false
        var budget = Self.maxFileBytesPerTurn
        while sealMore(stream, handle) {
            let before = Int(stream.output.byteCount) + tls.sealedCount
            do throws(SystemError) {
                let result = try writeSealed(stream, connections[handle.slot].descriptor)
                counters.bytesSent.add(before - Int(stream.output.byteCount))
                if case .blocked(let now) = result { return outputBlocked(handle, progress: progress || now) }
                progress = true
                budget -= before
            } catch {
                return kill(handle, .failed(error))
            }
            if budget < 0, connections[handle.slot].flags.contains(.behindFile) {
                return outputBlocked(handle, progress: true)
            }
        }
        // What waits for the end of the handshake is not sent by this.
        if connections[handle.slot].phase != .dead, waitingBytes(handle.slot) == 0 { outputFinished(handle) }
    }

    /// What was just sealed goes out from where it is; what the socket does not take waits.
    private func writeSealed(
        _ stream: SealedStream, _ descriptor: Int32
    ) throws(SystemError) -> OutputQueue.WriteResult {
        guard stream.output.isEmpty else { return try stream.output.write(to: descriptor, pool) }
        var sent = 0
        try tls.lendSealed { (sealed) throws(SystemError) in
            sent = try System.send(sealed, to: descriptor) ?? 0
            stream.output.append(sealed.extracting(droppingFirst: sent), from: pool)
        }
        return stream.output.isEmpty ? .finished : .blocked(progress: sent > 0)
    }

    /// `false`: nothing is left to be written now.
    private func sealMore(_ stream: SealedStream, _ handle: ConnectionHandle) -> Bool {
        let slot = handle.slot
        do throws(TLSError) {
            while stream.session.isEstablished, stream.output.isEmpty, tls.sealedCount < SealedStream.maxSealedAhead,
                !connections[slot].output.isEmpty || loadFile(handle)
            {
                let count = try connections[slot].output.withFirst { (waiting) throws(TLSError) -> Int in
                    let plaintext = waiting.extracting(first: TLSSession.maxRecordBytes)
                    try tls.send(plaintext, stream)
                    return plaintext.byteCount
                }
                connections[slot].output.drop(count, pool)
            }
        } catch {
            kill(handle, .tls(error))
            return false
        }
        if connections[slot].phase == .flushing, stream.output.isEmpty, tls.sealedCount == 0 { end(stream, slot) }
        // A file may have turned out to be unreadable.
        if connections[slot].phase == .dead { tls.lendSealed { _ in } }
        return !stream.output.isEmpty || tls.sealedCount > 0
    }

    /// Says that nothing more comes. What waited for a handshake that is not over is not sent any more.
    private func end(_ stream: SealedStream, _ slot: UInt32) {
        connections[slot].output.release(to: pool)
        dropFiles(slot)
        if stream.hasEnded { return }
        stream.hasEnded = true
        tls.close(stream)
    }
}
