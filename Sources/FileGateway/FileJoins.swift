import Blobs
import DBProxy
import Primitives
import Reactor
import Replication

/// Files whose parts are joined, on this node: each once for all who wait for it. Confined to its loop.
final class FileJoins {
    typealias Answer = (FileReply) -> Void

    /// Proxies and browsers have less patience with an answer than a large file needs.
    private static let patience: Duration = .seconds(10)
    private static let pauseOfDisk: Duration = .milliseconds(100)
    /// Copied by one job of the disk's threads; as much as others bring at once.
    private static let pieceBytes = 64 << 10

    private let desk: FileDesk
    private var waiting = JoinWaiters<Answer>()

    init(_ desk: FileDesk) {
        self.desk = desk
    }

    /// Answers when the file is stored, or cannot be, or when that takes long.
    func join(_ task: FileTask, _ answer: @escaping Answer) {
        switch waiting.enter(task.id, answer) {
        case .first(let number):
            awaitEnd(of: task, number)
            begin(task)
        case .later(let number): awaitEnd(of: task, number)
        case .tooMany: answer(.problem(.busy))
        }
    }

    private func awaitEnd(of task: FileTask, _ number: Int) {
        desk.loop.schedule(after: Self.patience) { [self] in
            waiting.leave(task.id, number)?(.storing(byteCount: task.byteCount))
        }
    }

    private func begin(_ task: FileTask) {
        desk.database.fileParts(of: task.id) { [self] result in
            guard case .success(let parts) = result else { return end(task, .problem(.unavailable)) }
            let map = FileParts(fileSize: task.byteCount, starts: parts.map(\.start))
            guard map.isWhole else { return end(task, .incomplete(map)) }
            desk.keeper.begin(expecting: task.byteCount) { [self] begun in
                switch begun {
                case .success(let writer): append(parts[...], to: writer, task)
                case .failure(let failure): end(task, .problem(failure == .full ? .full : .unavailable))
                }
            }
        }
    }

    private func end(_ task: FileTask, _ reply: FileReply) {
        for answer in waiting.end(task.id) { answer(reply) }
    }

    /// One part after the other; those that other nodes took are fetched.
    private func append(_ parts: ArraySlice<FilePart>, to writer: BlobWriter, _ task: FileTask) {
        guard let part = parts.first else {
            return desk.store(writer, of: task) { [self] blob in
                end(task, blob.map { .stored($0, byteCount: task.byteCount) } ?? .problem(.unavailable))
            }
        }
        desk.keeper.open(part.blob) { [self] result in
            let expected = FileParts.range(at: part.start, of: task.byteCount)?.count
            switch result {
            case .success(let stored?) where stored.byteCount == expected:
                copy(0..<stored.byteCount, of: stored, to: writer, task) { [self] in
                    append(parts.dropFirst(), to: writer, task)
                }
            case .failure(.busy): again { [self] in append(parts, to: writer, task) }
            case .success, .failure(.unavailable): lose(part, of: task)
            case .failure: end(task, .problem(.unavailable))
            }
        }
    }

    /// Whoever had the part is gone: it is not there, whatever the database says.
    private func lose(_ part: FilePart, of task: FileTask) {
        desk.database.dropFilePart(part, of: task.id) { [self] dropped in
            guard case .success = dropped else { return end(task, .problem(.unavailable)) }
            desk.database.fileParts(of: task.id) { [self] result in
                let starts = (try? result.get())?.map(\.start)
                end(
                    task,
                    starts.map { .incomplete(FileParts(fileSize: task.byteCount, starts: $0)) }
                        ?? .problem(.unavailable))
            }
        }
    }

    private func copy(
        _ range: Range<Int>, of stored: StoredBlob, to writer: BlobWriter, _ task: FileTask,
        _ goOn: @escaping () -> Void
    ) {
        if range.isEmpty { return goOn() }
        let piece = range.prefix(Self.pieceBytes)
        let read = { @Sendable () throws(DirectoryStore.Failure) in
            try DirectoryStore.onDisk { () throws(SystemError) in
                try stored.file.read(at: piece.lowerBound, count: piece.count)
            }
        }
        desk.keeper.work(read) { [self] result in
            switch result {
            case .success(let bytes) where bytes.count == piece.count:
                append(bytes, to: writer, task) { [self] in
                    copy(range.dropFirst(piece.count), of: stored, to: writer, task, goOn)
                }
            case .failure(.busy): again { [self] in copy(range, of: stored, to: writer, task, goOn) }
            case .success, .failure: end(task, .problem(.unavailable))
            }
        }
    }

    private func append(
        _ bytes: [UInt8], to writer: BlobWriter, _ task: FileTask, _ goOn: @escaping () -> Void
    ) {
        desk.keeper.append(bytes, to: writer) { [self] result in
            switch result {
            case .success: goOn()
            case .failure(.busy): again { [self] in append(bytes, to: writer, task, goOn) }
            case .failure(.full): end(task, .problem(.full))
            case .failure: end(task, .problem(.unavailable))
            }
        }
    }

    /// The disk has much to do: that is no reason to lose what is here.
    private func again(_ body: @escaping () -> Void) {
        desk.loop.schedule(after: Self.pauseOfDisk, body)
    }
}
