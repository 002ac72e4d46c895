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
        /// Stores that are not lost, and of the others those that were heard of lately.
        public internal(set) var knownStores = 0
        public internal(set) var freshStores = 0
        /// Bytes that may still be stored here.
        public internal(set) var freeBytes: Int?
        public internal(set) var isReady = false
    }

    private static let page = 500
    private static let repairsAtOnce = 4
    private static let deletedAtOnce = 1_000

    public private(set) var report = Report()

    private let keeper: BlobKeeper
    /// When the database began to hear of this store; `nil`: the last time it did not.
    private var heardSince: Instant?
    private let timing: Timing
    private let node: String
    private let host: String
    private let port: UInt16
    private let wallClock: () -> UnixTime
    private var database: Database { keeper.database }
    private var loop: EventLoop { keeper.loop }

    /// - Parameters:
    ///   - host, port: where other nodes reach the port of this one (`CopyDoor`).
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
    }

    private func again(after delay: Duration, _ body: @escaping () -> Void) {
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
            database.blobStores { [self] result in
                if case .success(let places) = result {
                    keeper.others = OtherStores(own: own, places)
                    report.knownStores = places.count { !$0.isLost }
                    report.freshStores = places.count { $0.id != own && OtherStores.isFresh($0) }
                }
                report.isReady = keeper.isReady
                next()
            }
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
        guard let target = keeper.others.target(forShort: blob) else { return completion() }
        // From our disk: should it lie, this is where that is found.
        keeper.open(blob.id) { [self] opened in
            guard case .success(let stored?) = opened else {
                report.failedCopies += 1
                return completion()
            }
            keeper.give(blob.id, stored, to: target) { [self] result in
                guard case .success = result else {
                    report.failedCopies += 1
                    return completion()
                }
                report.copied += 1
                database.addCopy(of: blob.id, in: target.id) { _ in completion() }
            }
        }
    }

    // MARK: What the disk has

    /// Looks at the blobs whose digests begin with a byte. What the database thinks is here is asked first: a file is
    /// there before its row, so that what is stored meanwhile is not missed.
    private func look(at byte: UInt8) {
        let (next, overflow) = byte.addingReportingOverflow(1)
        let rest = { [self] in
            again(after: overflow ? timing.resting : timing.looking) { [self] in look(at: next) }
        }
        guard let own = keeper.others.own else {
            return again(after: timing.announcing) { [self] in look(at: byte) }
        }
        claims(own, byte, after: nil, []) { [self] claimed in
            guard let claimed else { return rest() }
            let list = { @Sendable [store = keeper.store] () throws(DirectoryStore.Failure) in
                try store.blobs(beginning: byte)
            }
            keeper.work(list) { [self] (result: Result<[BlobID], BlobKeeper.Failure>) in
                guard case .success(let found) = result else { return rest() }
                let missing = Array(Set(claimed).subtracting(found))
                report.missing += missing.count
                drop(missing[...], own) { [self] in settle(found[...], own, Set(claimed), rest) }
            }
        }
    }

    /// `nil`: the database does not answer.
    private func claims(
        _ own: Int32, _ byte: UInt8, after id: BlobID?, _ found: [BlobID], _ completion: @escaping ([BlobID]?) -> Void
    ) {
        let start = id ?? BlobID.last(before: byte)
        database.copies(in: own, after: start, limit: Self.page) { [self] result in
            guard case .success(let page) = result else { return completion(nil) }
            let part = page.prefix { $0.bytes[0] == byte }
            if part.count == Self.page {
                claims(own, byte, after: part.last, found + part, completion)
            } else {
                completion(found + part)
            }
        }
    }

    private func drop(_ missing: ArraySlice<BlobID>, _ own: Int32, _ completion: @escaping () -> Void) {
        if missing.isEmpty { return completion() }
        database.dropCopies(of: Array(missing.prefix(Self.page)), in: own) { [self] _ in
            drop(missing.dropFirst(Self.page), own, completion)
        }
    }

    /// Tells the database of files that it does not know of, and removes what it does not want.
    private func settle(
        _ found: ArraySlice<BlobID>, _ own: Int32, _ claimed: Set<BlobID>, _ completion: @escaping () -> Void
    ) {
        if found.isEmpty { return completion() }
        let page = Array(found.prefix(Self.page))
        let rest = { [self] in settle(found.dropFirst(Self.page), own, claimed, completion) }
        database.blobs(page) { [self] result in
            guard case .success(let wanted) = result else { return rest() }
            add(wanted.filter { !$0.stores.contains(own) }[...], own) { [self] in
                remove(Set(page).subtracting(wanted.map(\.id)), rest)
            }
        }
    }

    /// One after the other: a disk that comes back may have a million.
    private func add(_ found: ArraySlice<BlobRecord>, _ own: Int32, _ completion: @escaping () -> Void) {
        guard let blob = found.first else { return completion() }
        database.addCopy(of: blob.id, in: own) { [self] _ in add(found.dropFirst(), own, completion) }
    }

    private func remove(_ ids: Set<BlobID>, _ completion: @escaping () -> Void) {
        if ids.isEmpty { return completion() }
        let limit = UnixTime(milliseconds: wallClock().milliseconds - timing.keeping.milliseconds)
        let remove = { @Sendable [store = keeper.store] () throws(DirectoryStore.Failure) in
            var count = 0
            for id in ids where try store.remove(id, ifStoredBefore: limit) { count += 1 }
            return count
        }
        keeper.work(remove) { [self] (removed: Result<Int, BlobKeeper.Failure>) in
            report.removed += (try? removed.get()) ?? 0
            completion()
        }
    }

    // MARK: What nobody has or wants

    private func delete() {
        let rest = { [self] in again(after: timing.repairing) { [self] in delete() } }
        lose { [self] in
            database.shedCopies(limit: Self.deletedAtOnce) { [self] _ in
                database.expireBlobs(limit: Self.deletedAtOnce) { _ in rest() }
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

extension BlobID {
    /// The one before all that begin with a byte; `nil`: none is before them.
    fileprivate static func last(before byte: UInt8) -> BlobID? {
        if byte == 0 { return nil }
        let bytes = [byte - 1] + [UInt8](repeating: .max, count: byteCount - 1)
        return BlobID(bytes.rawBytes)
    }
}
