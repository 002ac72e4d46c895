public import Blobs
import Primitives
public import Reactor
public import TLS

/// Asks other nodes for blobs, and gives them ours: `CopyDialer` on a connection for each. Confined to its loop.
public final class CopyClient: StreamHandler {
    /// The first byte of such a connection, before TLS: what no client of HTTP or TLS begins with.
    public static let firstByte: UInt8 = 1

    public enum Failure: Error, Equatable {
        /// There is no connection, or it broke, or nothing moved for ten seconds.
        case unreachable
        /// The other node does not have the blob.
        case absent
        /// Its disk is full; or, of a fetch, ours.
        case full
        /// It cannot read or write, it has another store by now, what came is another blob, or one of us has too much
        /// to do.
        case failed
    }

    public typealias Completion = (Result<Void, Failure>) -> Void

    private static let connectTime: Duration = .seconds(2)

    private final class Transfer {
        var core: CopyDialer
        let writer: BlobWriter?
        let file: File?
        var sending: FileSending?
        /// A piece is on its way to the disk.
        var isWriting = false
        /// How long the other side may take to answer: it reads all of the blob before it gives it, and has all of it
        /// on its disk before it says so.
        let patience: Duration
        let completion: Completion

        /// Slow disks manage more than this.
        private static let bytesPerSecond = 8 << 20
        /// A store whose pace is used up manages more than this.
        private static let pacedBytesPerSecond = 256 << 10
        /// What was sent, and lies in the buffers of both sides, is not written yet.
        private static let bufferBytes = 8 << 20

        init(
            _ request: CopyRequest, byteCount: Int, writer: BlobWriter?, file: File?, _ completion: @escaping Completion
        ) {
            core = CopyDialer(request, byteCount: byteCount)
            let buffered = file == nil ? 0 : min(byteCount, Self.bufferBytes)
            patience = CopyPort.patience + .seconds(byteCount / Self.bytesPerSecond)
                + .seconds(buffered / Self.pacedBytesPerSecond)
            self.writer = writer
            self.file = file
            self.completion = completion
        }
    }

    private unowned let loop: EventLoop
    private let context: TLSContext
    private let disk: WorkerPool
    private var service: StreamService?
    private var transfers: [ConnectionHandle: Transfer] = [:]
    private let output = ScratchWriter(capacity: 64)

    /// - Parameter context: shares the cluster's key (`TLSContext.init(sharing:accepts:)`).
    public init(_ context: TLSContext, disk: WorkerPool, on loop: EventLoop) {
        self.context = context
        self.disk = disk
        self.loop = loop
        service = loop.register(self, limits: StreamLimits())
    }

    /// Has all of a blob of so many bytes written to `writer`, which the caller finishes.
    public func fetch(
        _ id: BlobID, byteCount: Int, from node: SocketAddress, into writer: BlobWriter,
        _ completion: @escaping Completion
    ) {
        let request = CopyRequest.fetch(id, from: writer.byteCount)
        start(Transfer(request, byteCount: byteCount, writer: writer, file: nil, completion), node)
    }

    /// Gives a blob to another node. It is on the disk of that store when this succeeds.
    /// - Parameter store: the number that the database has for it.
    public func offer(
        _ id: BlobID, _ file: File, byteCount: Int, to store: Int32, at node: SocketAddress,
        _ completion: @escaping Completion
    ) {
        let request = CopyRequest.offer(id, byteCount: byteCount, to: store)
        start(Transfer(request, byteCount: byteCount, writer: nil, file: file, completion), node)
    }

    private func start(_ transfer: Transfer, _ node: SocketAddress) {
        guard let service, let handle = try? loop.connect(to: node, service) else {
            return transfer.completion(.failure(.unreachable))
        }
        transfers[handle] = transfer
        // A machine that is gone answers nothing; somebody else may have the blob.
        loop.setDeadline(loop.now + Self.connectTime, for: handle)
    }

    public func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
        awaitAnswer(handle)
        let output = output
        output.writer.clear()
        output.writer.append(Self.firstByte)
        loop.send(output.writer.bytes, to: handle)
        // TLS begins when that byte is out.
        loop.scheduleNextTurn { [weak self] in self?.greet(handle) }
    }

    private func greet(_ handle: ConnectionHandle) {
        guard let transfer = transfers[handle], loop.isOpen(handle) else { return }
        guard loop.pendingOutput(handle) == 0 else { return end(handle, .failure(.unreachable)) }
        loop.startTLS(handle, connecting: context, to: "grapevine")
        let output = output
        output.writer.clear()
        transfer.core.request.write(into: &output.writer)
        loop.send(output.writer.bytes, to: handle)
    }

    public func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
        var used = 0
        // What comes behind a piece waits until that is written.
        while let transfer = transfers[handle], !transfer.isWriting {
            let rest = bytes.extracting(droppingFirst: used)
            let (taken, event) = transfer.core.receive(rest)
            used += taken
            switch event {
            case nil: return used
            case .size: awaitAnswer(handle)
            case .part(let byteCount): write(rest.extracting(first: byteCount), transfer, handle)
            case .send: send(transfer, handle)
            case .end(let reply): end(handle, Self.outcome(reply))
            case .wrong: end(handle, .failure(.failed))
            }
        }
        return transfers[handle] == nil ? bytes.byteCount : used
    }

    public func drained(_ handle: ConnectionHandle) { transfers[handle]?.sending?.goOn() }

    public func deadlinePassed(_ handle: ConnectionHandle) { loop.close(handle, .now) }

    public func closed(_ handle: ConnectionHandle, reason: CloseReason) {
        transfers.removeValue(forKey: handle)?.completion(.failure(.unreachable))
    }

    private static func outcome(_ reply: CopyReply) -> Result<Void, Failure> {
        switch reply {
        case .stored: .success(())
        case .absent: .failure(.absent)
        case .full: .failure(.full)
        case .failed, .busy, .wanted, .sending: .failure(.failed)
        }
    }

    /// It is the other side's turn.
    private func awaitAnswer(_ handle: ConnectionHandle) {
        guard let transfer = transfers[handle] else { return }
        loop.setDeadline(loop.now + transfer.patience, for: handle)
    }

    private func end(_ handle: ConnectionHandle, _ outcome: Result<Void, Failure>) {
        loop.close(handle, .now)
        transfers.removeValue(forKey: handle)?.completion(outcome)
    }

    private func write(_ part: RawSpan, _ transfer: Transfer, _ handle: ConnectionHandle) {
        guard let writer = transfer.writer else { return }
        loop.setDeadline(nil, for: handle)
        loop.pauseReading(handle)
        transfer.isWriting = true
        let isTaken = writer.append(part.copied(), on: disk, from: loop) { [weak self, weak transfer] result in
            guard let self, let transfer, loop.isOpen(handle) else { return }
            transfer.isWriting = false
            if case .failure(let failure) = result {
                return end(handle, .failure(failure == .full ? .full : .failed))
            }
            awaitAnswer(handle)
            loop.resumeReading(handle)
            finishIfWhole(transfer, handle)
        }
        if !isTaken { end(handle, .failure(.failed)) }
    }

    /// Behind its last byte nothing comes that would say so.
    private func finishIfWhole(_ transfer: Transfer, _ handle: ConnectionHandle) {
        let nothing: [UInt8] = []
        if case .end(let reply) = transfer.core.receive(nothing.rawBytes).event { end(handle, Self.outcome(reply)) }
    }

    private func send(_ transfer: Transfer, _ handle: ConnectionHandle) {
        guard let file = transfer.file, case .offer(_, let byteCount, _) = transfer.core.request else { return }
        loop.setDeadline(nil, for: handle)
        transfer.sending = FileSending(file, 0..<byteCount, to: handle, disk: disk, on: loop) {
            [weak self, weak transfer] isWhole in
            transfer?.sending = nil
            guard let self else { return }
            // The other disk has its work to do.
            if isWhole { awaitAnswer(handle) } else { end(handle, .failure(.failed)) }
        }
        transfer.sending?.start()
    }
}
