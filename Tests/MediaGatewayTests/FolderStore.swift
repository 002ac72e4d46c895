import Blobs
import Media
import MediaGateway
import Primitives
import Reactor

/// A real folder without a database: keeps types in memory, answers in the next turn, and fails when it is told to.
final class FolderStore: MediaStore, @unchecked Sendable {
    // Proof: used on its loop only.
    let folder: DirectoryStore
    let loop: EventLoop
    var types: [BlobID: MediaType] = [:]
    var thumbnails: [BlobID: BlobID] = [:]
    var failure: MediaStoreFailure?
    /// Holds its answers back until the test lets them go.
    var isHolding = false
    private(set) var held: [() -> Void] = []
    private(set) var senders: [MediaSender] = []
    /// Files that were begun, and neither finished nor discarded.
    fileprivate var open = 0
    var openCount: Int { open }

    init(_ folder: DirectoryStore, on loop: EventLoop) {
        self.folder = folder
        self.loop = loop
    }

    func letGo() {
        isHolding = false
        let answers = held
        held = []
        for answer in answers { answer() }
    }

    fileprivate func later(_ answer: @escaping () -> Void) {
        if isHolding { held.append(answer) } else { loop.scheduleNextTurn(answer) }
    }

    func begin(
        by sender: MediaSender, expecting byteCount: Int?,
        _ answer: @escaping (Result<any MediaWriter, MediaStoreFailure>) -> Void
    ) {
        senders.append(sender)
        later { [self] in
            if let failure { return answer(.failure(failure)) }
            guard let writer = try? folder.begin(expecting: byteCount ?? 0) else {
                return answer(.failure(.unavailable))
            }
            open += 1
            answer(.success(FolderWriter(writer, self)))
        }
    }

    func thumbnail(of blob: BlobID, _ answer: @escaping (Result<BlobID?, MediaStoreFailure>) -> Void) {
        later { [self] in answer(failure.map { .failure($0) } ?? .success(thumbnails[blob])) }
    }

    func find(_ blob: BlobID, _ answer: @escaping (Result<StoredMedia?, MediaStoreFailure>) -> Void) {
        later { [self] in
            if let failure { return answer(.failure(failure)) }
            guard let type = types[blob], let stored = try? folder.open(blob) else { return answer(.success(nil)) }
            answer(.success(StoredMedia(file: stored.file, byteCount: stored.byteCount, type: type)))
        }
    }
}

private final class FolderWriter: MediaWriter {
    private var writer: BlobWriter?
    private let store: FolderStore

    init(_ writer: BlobWriter, _ store: FolderStore) {
        self.writer = writer
        self.store = store
    }

    func append(_ bytes: [UInt8], _ answer: @escaping (Result<Void, MediaStoreFailure>) -> Void) {
        store.later { [self] in
            if let failure = store.failure { return answer(.failure(failure)) }
            guard let writer, (try? writer.append(bytes.rawBytes)) != nil else { return answer(.failure(.unavailable)) }
            answer(.success(()))
        }
    }

    func finish(
        as type: MediaType, thumbnailOf original: BlobID?,
        _ answer: @escaping (Result<BlobID, MediaStoreFailure>) -> Void
    ) {
        store.later { [self] in
            if let failure = store.failure { return answer(.failure(failure)) }
            guard let writer, let blob = try? writer.finish() else { return answer(.failure(.unavailable)) }
            store.types[blob] = type
            if let original { store.thumbnails[original] = blob }
            end()
            answer(.success(blob))
        }
    }

    func discard() {
        if writer != nil { end() }
    }

    private func end() {
        writer = nil
        store.open -= 1
    }
}
