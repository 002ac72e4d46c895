import Blobs
import DBProxy
import Primitives
import Reactor

/// Moves all blobs between the disks of nodes and a bucket, when an administrator has said so. Each node moves those
/// for which it is the one; what is left to do follows from where blobs are, so a move goes on after any break.
///
/// A blob is in its new place, and the database knows, before it leaves its old one. Confined to its loop.
public final class BlobMover {
    private static let page = 200
    private static let movedAtOnce = 4

    private let keeper: BlobKeeper
    private let pause: Duration
    private var database: Database { keeper.database }
    private var loop: EventLoop { keeper.loop }

    /// What came of some of them.
    private struct Sum {
        var count = 0
        var byteCount = 0
        var failed = 0
    }

    /// - Parameter pause: between two looks for something to move.
    public init(_ keeper: BlobKeeper, pause: Duration = .seconds(2)) {
        self.keeper = keeper
        self.pause = pause
    }

    /// Also what keeps this object alive as long as its loop runs.
    public func start() {
        database.lastMove { [self] result in
            guard case .success(let move?) = result, move.state == .running, keeper.isWhole,
                let bucket = keeper.bucketNumber
            else { return rest() }
            self.move(after: nil, move, bucket, isFirst: true)
        }
    }

    private func rest() {
        loop.schedule(after: pause) { [self] in start() }
    }

    private func move(after id: BlobID?, _ move: BlobMove, _ bucket: Int32, isFirst: Bool = false) {
        database.blobsToMove(to: move.target, bucket: bucket, after: id, limit: Self.page) { [self] result in
            guard case .success(let blobs) = result else { return rest() }
            guard let last = blobs.last else {
                return isFirst ? database.endMove(move, bucket: bucket) { [self] _ in rest() } : rest()
            }
            let own = blobs.filter { keeper.others.moves($0, to: move.target) }
            self.move(own[...], move, bucket) { [self] goesOn in
                goesOn ? self.move(after: last.id, move, bucket) : rest()
            }
        }
    }

    /// Some at once, and not more bytes in a second than was said.
    private func move(
        _ blobs: ArraySlice<BlobRecord>, _ move: BlobMove, _ bucket: Int32, _ completion: @escaping (Bool) -> Void
    ) {
        if blobs.isEmpty { return completion(true) }
        let batch = blobs.prefix(Self.movedAtOnce)
        let begun = loop.now
        var (sum, left) = (Sum(), batch.count)
        for blob in batch {
            self.move(blob, to: move.target, bucket) { [self] isMoved in
                sum.count += isMoved ? 1 : 0
                sum.failed += isMoved ? 0 : 1
                sum.byteCount += isMoved ? blob.byteCount : 0
                left -= 1
                guard left == 0 else { return }
                // Somebody may have stopped it.
                database.noteMoved(move, count: sum.count, byteCount: sum.byteCount, failed: sum.failed) {
                    [self] noted in
                    guard case .success(1) = noted else { return completion(false) }
                    let due = begun + .milliseconds(Int64(sum.byteCount) * 1_000 / max(1, move.bytesPerSecond))
                    loop.schedule(after: max(.zero, due - loop.now)) { [self] in
                        self.move(blobs.dropFirst(batch.count), move, bucket, completion)
                    }
                }
            }
        }
    }

    private func move(
        _ blob: BlobRecord, to target: BlobMove.Target, _ bucket: Int32, _ completion: @escaping (Bool) -> Void
    ) {
        let begun = loop.now
        // All of it is read, and compared with its digest.
        keeper.open(blob.id) { [self] opened in
            guard case .success(let stored?) = opened else { return completion(false) }
            switch target {
            case .bucket:
                guard let place = keeper.others.bucketPlace else { return completion(false) }
                keeper.give(blob.id, stored, to: place) { [self] given in
                    guard case .success = given else { return completion(false) }
                    keeper.noteBucket(blob.id, since: begun, completion)
                }
            case .nodes: settle(blob, stored, bucket, completion)
            }
        }
    }

    /// From the bucket to this node and as many others as are wanted.
    private func settle(
        _ blob: BlobRecord, _ stored: StoredBlob, _ bucket: Int32, _ completion: @escaping (Bool) -> Void
    ) {
        guard let own = keeper.others.own else { return completion(false) }
        database.addCopy(of: blob.id, in: own) { [self] added in
            guard case .success = added else { return completion(false) }
            let holders = Set(blob.stores).subtracting([bucket]).union([own])
            let missing = max(0, keeper.wanted - holders.count)
            let targets = keeper.others.nodes(for: blob.id, besides: Array(holders)).prefix(missing)
            give(blob, stored, targets) { [self] in
                // Whether there are enough now the database knows.
                database.leaveBucket(blob.id, bucket) { left in
                    if case .success(true) = left { completion(true) } else { completion(false) }
                }
            }
        }
    }

    private func give(
        _ blob: BlobRecord, _ stored: StoredBlob, _ targets: ArraySlice<BlobStorePlace>,
        _ completion: @escaping () -> Void
    ) {
        guard let target = targets.first else { return completion() }
        let begun = loop.now
        let next = { [self] in give(blob, stored, targets.dropFirst(), completion) }
        keeper.give(blob.id, stored, to: target) { [self] given in
            guard case .success = given else { return next() }
            keeper.noteCopy(of: blob.id, in: target, since: begun) { _ in next() }
        }
    }
}
