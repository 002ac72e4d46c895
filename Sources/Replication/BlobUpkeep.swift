import Blobs
import DBProxy
public import Primitives
import Reactor

/// What nobody waits for: a node says which store it has, learns of the others, makes copies of what has too few,
/// tells the database what its disk has and has not, and deletes what nobody wants. Confined to its loop.
public final class BlobUpkeep {
    public struct Timing: Sendable {
        /// Between two words to the database that this store is there.
        public var announcing: Duration = .seconds(3)
        /// The same until it was heard.
        public var beginning: Duration = .milliseconds(50)
        /// Between two looks for blobs with too few copies.
        public var repairing: Duration = .seconds(5)
        /// Between two of the 256 parts of a look at the disk, and between two whole looks.
        public var looking: Duration = .milliseconds(200)
        public var resting: Duration = .seconds(3_600)
        /// A store that nobody has shown for so long is lost: others make copies of what it had.
        public var losing: Int32 = 600
        /// How long the database must have heard of this store without a break, before this node says so of others.
        public var settling: Duration = .seconds(60)
        /// A file without a row is deleted when it is as old.
        public var keeping: Duration = .seconds(3_600)
        /// A copy of which there are enough others is deleted when it is as old.
        public var caching: Duration = .seconds(86_400)
        /// Between two questions whether the bucket is there.
        public var probing: Duration = .seconds(10)

        public init() {}
    }

    /// What there is to tell.
    public struct Report: Sendable, Equatable {
        /// Blobs with too few copies that the last look found; more are told as so many.
        public internal(set) var short = 0
        public internal(set) var copied = 0
        public internal(set) var failedCopies = 0
        /// Copies that the database thought were here.
        public internal(set) var missing = 0
        /// Files that nobody wanted.
        public internal(set) var removed = 0
        /// Files of which there were enough others.
        public internal(set) var spared = 0
        /// Stores that are not lost, and of the others those that were heard of lately.
        public internal(set) var knownStores = 0
        public internal(set) var freshStores = 0
        /// Bytes that may still be stored here.
        public internal(set) var freeBytes: Int?
        public internal(set) var isReady = false
        /// `nil`: there is none, or it was not asked yet.
        public internal(set) var bucket: BucketReport?
    }

    static let page = 500
    private static let repairsAtOnce = 4
    private static let deletedAtOnce = 1_000

    public internal(set) var report = Report()

    let keeper: BlobKeeper
    /// When the database began to hear of this store; `nil`: the last time it did not.
    private var heardSince: Instant?
    let timing: Timing
    private let node: String
    private let host: String
    private let port: UInt16
    let wallClock: () -> UnixTime
    var database: Database { keeper.database }
    var loop: EventLoop { keeper.loop }

    /// - Parameters:
    ///   - host: where other nodes reach this one.
    ///   - port: where other nodes reach the port of this one (`CopyDoor`).
    public init(
        _ keeper: BlobKeeper, node: String, host: String, port: UInt16, timing: Timing = Timing(),
        wallClock: @escaping () -> UnixTime
    ) {
        self.keeper = keeper
        self.timing = timing
        self.node = node
        self.host = host
        self.port = port
        self.wallClock = wallClock
    }

    /// Also what keeps this object alive as long as its loop runs.
    public func start() {
        announce()
        repair()
        look(at: 0)
        delete()
        if let bucket = keeper.bucket {
            probe(bucket)
            clear(bucket)
        }
    }

    func again(after delay: Duration, _ body: @escaping () -> Void) {
        loop.schedule(after: delay, body)
    }

    // MARK: Who is there

    private func announce() {
        let next = { [self] in
            // Until the database is there, nothing is.
            again(after: keeper.isReady ? timing.announcing : timing.beginning) { [self] in announce() }
        }
        keeper.work({ [store = keeper.store] () throws(DirectoryStore.Failure) in try store.freeBytes() }) {
            [self] (free: Result<Int, BlobKeeper.Failure>) in
            report.freeBytes = try? free.get()
            // Who cannot even look at its disk should be taken for gone: others would wait for it in vain.
            if report.freeBytes == nil { next() } else { enter(next) }
        }
    }

    private func enter(_ next: @escaping () -> Void) {
        database.enterStore(mark: keeper.store.mark, of: node, host: host, port: port) { [self] entered in
            guard case .success(let own) = entered else {
                heardSince = nil
                return next()
            }
            heardSince = heardSince ?? loop.now
            listStores(knownAs: own, next)
        }
    }

    func listStores(knownAs own: Int32, _ completion: @escaping () -> Void) {
        database.blobStores { [self] result in
            if case .success(let places) = result {
                keeper.others = OtherStores(own: own, bucket: keeper.bucketNumber, home: keeper.home, places)
                (report.knownStores, report.freshStores) = keeper.others.counts
            }
            report.isReady = keeper.isReady
            completion()
        }
    }

    // MARK: Too few copies

    private func repair(after last: BlobRecord? = nil) {
        let rest = { [self] in again(after: timing.repairing) { [self] in repair() } }
        guard keeper.isReady else { return rest() }
        database.shortBlobs(after: last, limit: Self.page) { [self] result in
            guard case .success(let blobs) = result else { return rest() }
            if last == nil { report.short = blobs.count }
            copy(blobs[...]) { [self] in
                // Those that follow have at least as many.
                guard blobs.count == Self.page, let last = blobs.last,
                    keeper.others.haveRoom(besides: last.stores.count)
                else { return rest() }
                repair(after: last)
            }
        }
    }

    /// Some at once, so that one slow node does not hold up all, and the others behind them.
    private func copy(_ blobs: ArraySlice<BlobRecord>, _ completion: @escaping () -> Void) {
        if blobs.isEmpty { return completion() }
        let batch = blobs.prefix(Self.repairsAtOnce)
        var left = batch.count
        for blob in batch {
            copy(blob) { [self] in
                left -= 1
                if left == 0 { copy(blobs.dropFirst(batch.count), completion) }
            }
        }
    }

    private func copy(_ blob: BlobRecord, _ completion: @escaping () -> Void) {
        let targets = keeper.others.targets(forShort: blob)
        if targets.isEmpty { return completion() }
        // From our disk: should it lie, this is where that is found.
        keeper.open(blob.id) { [self] opened in
            guard case .success(let stored?) = opened else {
                report.failedCopies += 1
                return completion()
            }
            give(blob, stored, to: targets[...], completion)
        }
    }

    /// To the first one that takes it: one that lives may have a disk that does not.
    private func give(
        _ blob: BlobRecord, _ stored: StoredBlob, to targets: ArraySlice<BlobStorePlace>,
        _ completion: @escaping () -> Void
    ) {
        guard let target = targets.first else { return completion() }
        let begun = loop.now
        keeper.give(blob.id, stored, to: target) { [self] result in
            guard case .success = result else {
                report.failedCopies += 1
                return give(blob, stored, to: targets.dropFirst(), completion)
            }
            report.copied += 1
            keeper.noteCopy(of: blob.id, in: target, since: begun) { _ in completion() }
        }
    }

    // MARK: What nobody has or wants

    private func delete() {
        let rest = { [self] in again(after: timing.repairing) { [self] in delete() } }
        lose { [self] in
            database.shedCopies(limit: Self.deletedAtOnce) { [self] _ in
                database.expireBlobs(limit: Self.deletedAtOnce) { [self] _ in
                    database.forgetStores { _ in rest() }
                }
            }
        }
    }
}

extension BlobUpkeep {
    /// Not before others have had time to be heard again: when the database was away, nobody was.
    private func lose(_ completion: @escaping () -> Void) {
        guard let heardSince, loop.now - heardSince >= timing.settling else { return completion() }
        database.loseStores(unseenFor: timing.losing) { _ in completion() }
    }
}
