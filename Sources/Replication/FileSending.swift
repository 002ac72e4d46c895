import Primitives
import Reactor

/// A part of a file on its way out of one connection: read piece by piece on the disk's threads, the next one when the
/// socket has taken the one before.
final class FileSending {
    private static let pieceBytes = 256 << 10

    private let file: File
    private var left: Range<Int>
    private let handle: ConnectionHandle
    private let disk: WorkerPool
    private unowned let loop: EventLoop
    private let completion: (_ isWhole: Bool) -> Void
    private var isReading = false

    /// It needs no deadline: the loop gives up a peer that takes nothing (`StreamLimits.maxStall`).
    ///
    /// - Parameter completion: called once; `false` if the file is shorter, cannot be read, or the disk has too much
    ///   to do. Not when the connection is closed before.
    init(
        _ file: File, _ range: Range<Int>, to handle: ConnectionHandle, disk: WorkerPool, on loop: EventLoop,
        completion: @escaping (_ isWhole: Bool) -> Void
    ) {
        self.file = file
        left = range
        self.handle = handle
        self.disk = disk
        self.loop = loop
        self.completion = completion
    }

    /// Begins, behind what was said before.
    func start() {
        // The loop writes at the end of this turn; if the socket is full then, `drained` comes later.
        loop.scheduleNextTurn { [weak self] in self?.goOn() }
    }

    /// Sends the next piece, if nothing waits to be sent. Called when output has drained.
    func goOn() {
        guard !isReading, loop.isOpen(handle), loop.pendingOutput(handle) == 0 else { return }
        if left.isEmpty { return completion(true) }
        isReading = true
        let (file, piece) = (file, left.prefix(Self.pieceBytes))
        let isTaken = disk.submit(from: loop, { try? file.read(at: piece.lowerBound, count: piece.count) }) {
            [weak self] bytes in self?.send(bytes ?? [], expecting: piece.count)
        }
        if !isTaken { completion(false) }
    }

    private func send(_ bytes: [UInt8], expecting count: Int) {
        isReading = false
        guard loop.isOpen(handle) else { return }
        guard bytes.count == count else { return completion(false) }
        left = left.dropFirst(count)
        loop.send(bytes.rawBytes, to: handle)
        start()
    }
}
