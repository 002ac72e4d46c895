import CLinux
import Glibc
import Primitives

/// Files among what a connection sends. The kernel takes them from its cache where there is no TLS; otherwise they are
/// read as they can be sent, a piece at a time.
extension EventLoop {
    /// Of files, to one connection in one turn: others have theirs.
    static let maxFileBytesPerTurn = 256 << 10
    /// Read at once where the bytes have to be sealed.
    private static let pieceBytes = 64 << 10

    /// Queues a part of a file behind what was sent before; what is sent later comes behind it. The bytes are taken
    /// when the socket has room for them, and count for no limit. The connection ends if the file turns out to be
    /// shorter, or cannot be read.
    public func send(_ file: File, _ range: Range<Int>, to handle: ConnectionHandle) {
        guard isOpen(handle), !range.isEmpty else { return }
        let slot = handle.slot
        let queue = files[slot] ?? FileQueue()
        files[slot] = queue
        queue.append(file, range)
        connections[slot].flags.insert(.behindFile)
        noteBehindFile(queue, handle)
    }

    func sendBehindFile(_ head: RawSpan, _ body: RawSpan, _ handle: ConnectionHandle) {
        guard let queue = files[handle.slot], let run = queue.last else { return }
        run.behind.append(head, body, from: pool)
        noteBehindFile(queue, handle)
    }

    private func noteBehindFile(_ queue: FileQueue, _ handle: ConnectionHandle) {
        counters.framesQueued.add(1)
        let slot = handle.slot
        if queue.heldByteCount > connections[slot].maxOutputBytes
            || queue.frameCount > connections[slot].maxOutputFrames
        {
            counters.slowReaders.add(1)
            return kill(handle, .slowReader)
        }
        if case .first = connections[slot].written() { dirty.append(handle) }
    }

    /// Bytes that wait to be sent, those of files with them.
    func waitingBytes(_ slot: UInt32) -> Int { connections[slot].pendingOutput + (files[slot]?.byteCount ?? 0) }

    /// Writes until nothing is left or the socket is full. What was in front of the files has been written.
    func flushFiles(_ handle: ConnectionHandle, progress: Bool) {
        let slot = handle.slot
        var progress = progress
        var budget = Self.maxFileBytesPerTurn
        do throws(SystemError) {
            while let run = files[slot]?.first {
                while !run.range.isEmpty {
                    // More in the next turn: the socket has room, so it says so.
                    guard budget > 0 else { return outputBlocked(handle, progress: true) }
                    guard let count = try sendOnce(run, connections[slot].descriptor, atMost: budget) else {
                        return outputBlocked(handle, progress: progress)
                    }
                    counters.bytesSent.add(count)
                    budget -= count
                    progress = true
                }
                endRun(run, slot)
                let before = connections[slot].output.byteCount
                let result = try connections[slot].output.write(
                    to: connections[slot].descriptor, pool, withMore: connections[slot].flags.contains(.behindFile))
                counters.bytesSent.add(Int(before - connections[slot].output.byteCount))
                if case .blocked(let now) = result { return outputBlocked(handle, progress: progress || now) }
            }
        } catch {
            return kill(handle, .failed(error))
        }
        outputFinished(handle)
    }

    private func sendOnce(_ run: FileQueue.Run, _ descriptor: Int32, atMost limit: Int) throws(SystemError) -> Int? {
        var offset = off_t(run.range.lowerBound)
        let sent = try System.nonBlocking("sendfile") {
            unsafe sendfile(descriptor, run.file.descriptor.raw, &offset, min(run.range.count, limit))
        }
        guard let sent else { return nil }
        try take(sent, of: run)
        return sent
    }

    /// Moves the next piece of a file, or what was sent behind it, to where TLS takes its plaintext from. `false`:
    /// there is nothing.
    func loadFile(_ handle: ConnectionHandle) -> Bool {
        let slot = handle.slot
        do throws(SystemError) {
            while let run = files[slot]?.first {
                guard run.range.isEmpty else {
                    let count = min(run.range.count, Self.pieceBytes)
                    let piece = try run.file.read(at: run.range.lowerBound, count: count)
                    try take(piece.count, of: run)
                    connections[slot].output.append(piece.rawBytes, from: pool)
                    return true
                }
                endRun(run, slot)
                if !connections[slot].output.isEmpty { return true }
            }
        } catch {
            kill(handle, .failed(error))
        }
        return false
    }

    private func take(_ byteCount: Int, of run: FileQueue.Run) throws(SystemError) {
        // The end of the file comes before that of the range: the peer must not take what follows for the rest.
        guard byteCount > 0 else { throw SystemError("sendfile", code: ENODATA) }
        run.range = (run.range.lowerBound + byteCount)..<run.range.upperBound
    }

    /// A file was sent: what was sent behind it is next.
    private func endRun(_ run: FileQueue.Run, _ slot: UInt32) {
        swap(&connections[slot].output, &run.behind)
        files[slot]?.removeFirst()
        guard files[slot]?.first == nil else { return }
        files[slot] = nil
        connections[slot].flags.remove(.behindFile)
        if connections[slot].phase == .flushing { wheel.set(now + Self.flushTime, for: slot, in: connections) }
    }

    func dropFiles(_ slot: UInt32) {
        guard connections[slot].flags.contains(.behindFile) else { return }
        files.removeValue(forKey: slot)?.release(to: pool)
        connections[slot].flags.remove(.behindFile)
    }
}
