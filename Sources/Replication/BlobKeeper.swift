public import Blobs
public import DBProxy
import Primitives
public import Reactor
public import TalkProtocol

/// The blobs of the cluster as one node sees them: what it takes is on as many disks as is wanted before that is said,
/// and what it is asked for it gets from whoever has it. Confined to its loop.
public final class BlobKeeper {
    public enum Failure: Error, Equatable {
        /// No room: on this disk, or on all others that are there.
        case full
        /// Not now: no database, no second node that answers although there is one, a disk that fails.
        case unavailable
        /// Too much at once.
        case busy
    }

    /// Fetches under way, and those that wait for one of them.
    private static let maxFetches = 64
    private static let maxWaiting = 100

    let store: DirectoryStore
    let disk: WorkerPool
    let database: Database
    let client: CopyClient
    let loop: EventLoop
    private let resolver: NameResolver
    /// Copies that there are to be of each blob.
    let wanted: Int
    var others = OtherStores(own: nil)
    /// Of this store, once the database knows it.
    public var number: Int32? { others.own }
    private var fetches: [BlobID: [(Result<StoredBlob?, Failure>) -> Void]] = [:]

    public init(
        _ store: DirectoryStore, copies: Int, disk: WorkerPool, client: CopyClient, database: Database,
        resolver: NameResolver, on loop: EventLoop
    ) {
        precondition((1...3).contains(copies), "\(copies) copies of each blob")
        self.store = store
        self.disk = disk
        self.database = database
        self.client = client
        self.resolver = resolver
        self.loop = loop
        wanted = copies
    }

    /// The database knows this store: blobs can be taken.
    public var isReady: Bool { others.own != nil }

    // MARK: Taking

    /// Begins a blob that a user sends.
    public func begin(expecting byteCount: Int, _ completion: @escaping (Result<BlobWriter, Failure>) -> Void) {
        guard isReady else { return completion(.failure(.unavailable)) }
        work({ [store] () throws(DirectoryStore.Failure) in try store.begin(expecting: byteCount) }, completion)
    }

    /// What was written becomes a blob: on this disk, on others', and in the database.
    ///
    /// - Parameter life: seconds until it is deleted; `nil`: never.
    public func keep(
        _ writer: BlobWriter, type: Int16, by user: UserID, as kind: BlobKind, life: Int32?,
        _ completion: @escaping (Result<BlobID, Failure>) -> Void
    ) {
        finish(writer) { [self] result in
            switch result {
            case .success(let id):
                keep(id, type: type, by: user, as: kind, life: life) { completion($0.map { id }) }
            case .failure(let failure): completion(.failure(failure))
            }
        }
    }

    /// What was written is on this disk, under its name, and nobody else knows of it: `keep` is next.
    public func finish(_ writer: BlobWriter, _ completion: @escaping (Result<BlobID, Failure>) -> Void) {
        work({ () throws(DirectoryStore.Failure) in try writer.finish() }, completion)
    }

    /// A blob of this disk is on others', and in the database. May be asked again where it failed.
    public func keep(
        _ id: BlobID, type: Int16, by user: UserID, as kind: BlobKind, life: Int32?,
        _ completion: @escaping (Result<Void, Failure>) -> Void
    ) {
        guard let own = others.own else { return completion(.failure(.unavailable)) }
        work({ [store] () throws(DirectoryStore.Failure) in try store.open(id) }) {
            [self] (result: Result<StoredBlob?, Failure>) in
            switch result {
            case .success(let blob?):
                spread(id, blob, [own], others.targets(for: id, besides: [own])) { [self] result in
                    switch result {
                    case .success(let stores):
                        let record = BlobRecord(id: id, byteCount: blob.byteCount, type: type, stores: stores)
                        database.storeBlob(record, wanted: wanted, by: user, as: kind, life: life) { stored in
                            completion(stored.map { _ in }.mapError { _ in .unavailable })
                        }
                    case .failure(let failure): completion(.failure(failure))
                    }
                }
            case .success(nil): completion(.failure(.unavailable))
            case .failure(let failure): completion(.failure(failure))
            }
        }
    }

    /// Gives copies to others until there are enough. Fewer are enough only where nobody else lives: who was heard of
    /// lately and does not answer may be cut off from us, and have clients that want to see this.
    private func spread(
        _ id: BlobID, _ blob: StoredBlob, _ stores: [Int32], _ targets: [BlobStorePlace],
        excuse: Failure? = nil, _ completion: @escaping (Result<[Int32], Failure>) -> Void
    ) {
        if stores.count >= wanted { return completion(.success(stores)) }
        guard let target = targets.first else {
            return completion(excuse.map(Result.failure) ?? .success(stores))
        }
        give(id, blob, to: target) { [self] result in
            var (stores, excuse) = (stores, excuse)
            switch result {
            case .success: stores.append(target.id)
            case .failure(.full): excuse = .full
            case .failure: if OtherStores.isFresh(target) { excuse = excuse ?? .unavailable }
            }
            spread(id, blob, stores, Array(targets.dropFirst()), excuse: excuse, completion)
        }
    }

    /// Gives another node a copy.
    func give(
        _ id: BlobID, _ blob: StoredBlob, to place: BlobStorePlace, _ completion: @escaping CopyClient.Completion
    ) {
        resolver.resolve(place.host, port: place.port, on: loop) { [client] addresses in
            guard let address = addresses.first else { return completion(.failure(.unreachable)) }
            client.offer(id, blob.file, byteCount: blob.byteCount, to: place.id, at: address, completion)
        }
    }

    // MARK: Giving

    /// A blob, from this disk or by way of it; `nil`: nobody has ever stored it, or its time is over.
    public func open(_ id: BlobID, _ completion: @escaping (Result<StoredBlob?, Failure>) -> Void) {
        // What is fetched often is given as a file server does: two threads more for each would cost more than it does.
        if let blob = store.openVerified(id) { return completion(.success(blob)) }
        let isTaken = disk.submit(from: loop, { [store] in
            Result { () throws(DirectoryStore.Failure) in try store.open(id) }
        }) { [self] result in
            switch result {
            case .success(let blob?): completion(.success(blob))
            case .success(nil): fetch(id, completion)
            case .failure(.damaged):
                // It is not told of until the database knows.
                forget(id) { [self] in fetch(id, completion) }
            case .failure: fetch(id, completion)
            }
        }
        if !isTaken { completion(.failure(.busy)) }
    }

    /// A blob was damaged, and is gone from this disk: others make a copy.
    public func forget(_ id: BlobID, _ completion: @escaping () -> Void = {}) {
        guard let own = others.own else { return completion() }
        database.dropCopies(of: [id], in: own) { _ in completion() }
    }

    /// Gets a blob from another node, once for all who ask for it meanwhile.
    private func fetch(_ id: BlobID, _ completion: @escaping (Result<StoredBlob?, Failure>) -> Void) {
        if let waiting = fetches[id] {
            guard waiting.count < Self.maxWaiting else { return completion(.failure(.busy)) }
            fetches[id]?.append(completion)
            return
        }
        guard fetches.count < Self.maxFetches else { return completion(.failure(.busy)) }
        fetches[id] = [completion]
        let end = { [self] (result: Result<StoredBlob?, Failure>) in
            for waiting in fetches.removeValue(forKey: id) ?? [] { waiting(result) }
        }
        database.blob(id) { [self] result in
            switch result {
            case .success(nil): end(.success(nil))
            case .success(let blob?): fetch(blob, from: others.holders(of: blob), end)
            case .failure: end(.failure(.unavailable))
            }
        }
    }

    private func fetch(
        _ blob: BlobRecord, from places: [BlobStorePlace],
        _ completion: @escaping (Result<StoredBlob?, Failure>) -> Void
    ) {
        guard let place = places.first else { return completion(.failure(.unavailable)) }
        let next = { [self] in fetch(blob, from: Array(places.dropFirst()), completion) }
        work({ [store] () throws(DirectoryStore.Failure) in try store.begin(expecting: blob.byteCount) }) {
            [self] (begun: Result<BlobWriter, Failure>) in
            guard case .success(let writer) = begun else { return completion(begun.map { _ in nil }) }
            resolver.resolve(place.host, port: place.port, on: loop) { [self] addresses in
                guard let address = addresses.first else { return next() }
                client.fetch(blob.id, byteCount: blob.byteCount, from: address, into: writer) { [self] result in
                    guard case .success = result else { return next() }
                    finish(writer, blob.id) { opened in opened.map { completion(.success($0)) } ?? next() }
                }
            }
        }
    }

    /// What came is ours too from now on, if it is what was asked for.
    private func finish(_ writer: BlobWriter, _ id: BlobID, _ completion: @escaping (StoredBlob?) -> Void) {
        let finish = { @Sendable [store] () throws(DirectoryStore.Failure) in
            try writer.finish() == id ? store.open(id) : nil
        }
        work(finish) { [self] (result: Result<StoredBlob?, Failure>) in
            guard case .success(let blob?) = result, let own = others.own else { return completion(nil) }
            // If the database does not hear of it, the next look at the disk tells it.
            database.addCopy(of: id, in: own) { _ in }
            completion(blob)
        }
    }

    /// Works on the disk's threads.
    public func work<Value: Sendable>(
        _ job: @escaping @Sendable () throws(DirectoryStore.Failure) -> Value,
        _ completion: @escaping (Result<Value, Failure>) -> Void
    ) {
        let isTaken = disk.submit(from: loop, { Result(catching: job) }) { result in
            completion(result.mapError { $0 == .full ? .full : .unavailable })
        }
        if !isTaken { completion(.failure(.busy)) }
    }
}
