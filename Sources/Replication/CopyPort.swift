public import Blobs
import Primitives
public import Reactor

/// Gives blobs to other nodes and takes theirs: `CopyAcceptor` on real connections, each of which has shown that it is
/// a node's. Confined to its loop, which should serve no clients of chat: their turn must not wait for megabytes.
public final class CopyPort: StreamHandler {
    /// What is kept of connections that ask nothing, and how long a peer may say nothing when it is its turn.
    static let idleTime: Duration = .seconds(60)
    static let patience: Duration = .seconds(10)

    private final class Connection {
        var core = CopyAcceptor()
        /// What is being taken, and what it is to be.
        var taking: (writer: BlobWriter, id: BlobID)?
        /// What is being sent.
        var sending: FileSending?
    }

    private unowned let loop: EventLoop
    private let store: DirectoryStore
    private let disk: WorkerPool
    private let number: () -> Int32?
    private let damaged: (BlobID) -> Void
    private var connections: [ConnectionHandle: Connection] = [:]
    /// Those that have asked nothing yet, and may not have the key.
    private var strangers = Arrivals(capacity: 64)
    private let output = ScratchWriter(capacity: 64)

    /// - Parameters:
    ///   - number: of the store in the database, once that knows it.
    ///   - damaged: hears of a blob whose file has other bytes, and is gone, or cannot be read.
    public init(
        _ store: DirectoryStore, disk: WorkerPool, on loop: EventLoop, number: @escaping () -> Int32?,
        damaged: @escaping (BlobID) -> Void
    ) {
        self.store = store
        self.disk = disk
        self.loop = loop
        self.number = number
        self.damaged = damaged
    }

    /// A connection is ours from now on.
    public func take(_ handle: ConnectionHandle) {
        connections[handle] = Connection()
        if let oldest = strangers.enter(handle) { loop.close(oldest, .now) }
        loop.setDeadline(loop.now + Self.patience, for: handle)
    }

    public func opened(_ handle: ConnectionHandle, peer: SocketAddress) { take(handle) }

    public func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
        guard let connection = connections[handle] else { return bytes.byteCount }
        // Each event ends in work on the disk; what follows it comes again when reading goes on.
        let (taken, event) = connection.core.receive(bytes)
        // What comes out of TLS comes from one who has the key.
        strangers.leave(handle)
        switch event {
        case nil: break
        case .request(let request): answer(request, connection, handle)
        case .part(let byteCount): write(bytes.extracting(first: byteCount), connection, handle)
        case .wrong:
            loop.close(handle, .now)
            return bytes.byteCount
        }
        return taken
    }

    public func drained(_ handle: ConnectionHandle) { connections[handle]?.sending?.goOn() }

    public func deadlinePassed(_ handle: ConnectionHandle) { loop.close(handle, .now) }

    public func closed(_ handle: ConnectionHandle, reason: CloseReason) {
        connections[handle] = nil
        strangers.leave(handle)
    }

    // MARK: Answers

    private func answer(_ request: CopyRequest, _ connection: Connection, _ handle: ConnectionHandle) {
        loop.setDeadline(nil, for: handle)
        loop.pauseReading(handle)
        switch request {
        case .fetch(let id, let offset): give(id, from: offset, handle)
        case .offer(let id, let byteCount, let store):
            if store == number() { receive(id, byteCount, handle) } else { end(.failed, connection, handle) }
        }
    }

    private func give(_ id: BlobID, from offset: Int, _ handle: ConnectionHandle) {
        work(handle, { [store] in Result { () throws(DirectoryStore.Failure) in try store.open(id) } }) {
            [self] result, connection in
            guard case .success(let blob) = result else {
                if case .failure(let failure) = result, failure.isOfTheFile { damaged(id) }
                return end(.failed, connection, handle)
            }
            guard let blob else { return end(.absent, connection, handle) }
            guard offset <= blob.byteCount else { return end(.failed, connection, handle) }
            say(.sending(byteCount: blob.byteCount), handle)
            connection.sending = FileSending(
                blob.file, offset..<blob.byteCount, to: handle, disk: disk, on: loop
            ) { [weak self, weak connection] isWhole in
                guard let self, let connection else { return }
                connection.sending = nil
                if isWhole { rest(connection, handle) } else { loop.close(handle, .now) }
            }
            connection.sending?.start()
        }
    }

    private func receive(_ id: BlobID, _ byteCount: Int, _ handle: ConnectionHandle) {
        let begin = { @Sendable [store] in
            Result { () throws(DirectoryStore.Failure) in try store.begin(id, byteCount: byteCount) }
        }
        work(handle, begin) { [self] result, connection in
            switch result {
            case .success(let writer?):
                connection.taking = (writer, id)
                connection.core.take(byteCount)
                say(.wanted, handle)
                connection.core.isComplete ? keep(connection, handle) : awaitMore(handle)
            case .success(nil): end(.stored, connection, handle)
            case .failure(let failure): end(failure == .full ? .full : .failed, connection, handle)
            }
        }
    }

    private func write(_ part: RawSpan, _ connection: Connection, _ handle: ConnectionHandle) {
        guard let (writer, _) = connection.taking else { return }
        loop.setDeadline(nil, for: handle)
        loop.pauseReading(handle)
        let isTaken = writer.append(part.copied(), on: disk, from: loop) { [weak self] result in
            guard let self, let connection = connections[handle], loop.isOpen(handle) else { return }
            switch result {
            case .success: connection.core.isComplete ? keep(connection, handle) : awaitMore(handle)
            case .failure(let failure):
                // The other side is still sending: it hears of this when it has sent all, or that the line is cut.
                say(failure == .full ? .full : .failed, handle)
                loop.close(handle, .afterFlush)
            }
        }
        if !isTaken { loop.close(handle, .now) }
    }

    private func keep(_ connection: Connection, _ handle: ConnectionHandle) {
        guard let (writer, id) = connection.taking.take() else { return }
        work(handle, { Result { () throws(DirectoryStore.Failure) in try writer.finish(as: id) } }) {
            [self] result, connection in
            switch result {
            case .success(true): end(.stored, connection, handle)
            case .success(false): end(.failed, connection, handle)
            case .failure(let failure): end(failure == .full ? .full : .failed, connection, handle)
            }
        }
    }

    /// Works on the disk's threads, and goes on with what comes of it unless the connection is gone.
    private func work<Value: Sendable>(
        _ handle: ConnectionHandle, _ job: @escaping @Sendable () -> Value,
        then completion: @escaping (Value, Connection) -> Void
    ) {
        let isTaken = disk.submit(from: loop, job) { [weak self] value in
            guard let self, let connection = connections[handle], loop.isOpen(handle) else { return }
            completion(value, connection)
        }
        guard !isTaken, let connection = connections[handle] else { return }
        end(.busy, connection, handle)
    }

    private func awaitMore(_ handle: ConnectionHandle) {
        loop.setDeadline(loop.now + Self.patience, for: handle)
        loop.resumeReading(handle)
    }

    private func say(_ reply: CopyReply, _ handle: ConnectionHandle) {
        let output = output
        output.writer.clear()
        reply.write(into: &output.writer)
        loop.send(output.writer.bytes, to: handle)
    }

    private func end(_ reply: CopyReply, _ connection: Connection, _ handle: ConnectionHandle) {
        say(reply, handle)
        rest(connection, handle)
    }

    private func rest(_ connection: Connection, _ handle: ConnectionHandle) {
        connection.core.finish()
        loop.setDeadline(loop.now + Self.idleTime, for: handle)
        loop.resumeReading(handle)
    }
}
