import Blobs
import DBProxy
import Primitives
import Reactor
import S3

/// Copies in other places: nodes, and a bucket.
extension BlobKeeper {
    /// Fetches under way, and those that wait for one of them.
    private static let maxFetches = 64
    private static let maxWaiting = 100

    // MARK: Giving copies away

    /// Gives another node a copy, or the bucket one.
    func give(
        _ id: BlobID, _ blob: StoredBlob, to place: BlobStorePlace, _ completion: @escaping CopyClient.Completion
    ) {
        send(id, blob, to: place) { [store] result in
            if case .failure(.failed) = result { store.doubt(id) }
            completion(result)
        }
    }

    private func send(
        _ id: BlobID, _ blob: StoredBlob, to place: BlobStorePlace, _ completion: @escaping CopyClient.Completion
    ) {
        if place.isBucket {
            guard let bucket else { return completion(.failure(.unreachable)) }
            return database.beginBucketCopy(of: id, in: place.id) { begun in
                // What nobody knows of would lie there for ever.
                guard case .success = begun else { return completion(.failure(.unreachable)) }
                bucket.put(id, blob.file, byteCount: blob.byteCount) { result in
                    completion(result.mapError(CopyClient.Failure.init))
                }
            }
        }
        resolver.resolve(place.host, port: place.port, on: loop) { [client] addresses in
            guard let address = addresses.first else { return completion(.failure(.unreachable)) }
            client.offer(id, blob.file, byteCount: blob.byteCount, to: place.id, at: address, completion)
        }
    }

    /// A place has a copy now. Whether that counts.
    /// - Parameter begun: when it was first given to it.
    func noteCopy(
        of id: BlobID, in place: BlobStorePlace, since begun: Instant, _ completion: @escaping (Bool) -> Void
    ) {
        if place.isBucket { return noteBucket(id, since: begun, completion) }
        database.addCopy(of: id, in: place.id) { result in
            if case .success(.some) = result { completion(true) } else { completion(false) }
        }
    }

    /// The bucket has a copy now. Whether that counts: who removes old ones may have removed it.
    func noteBucket(_ id: BlobID, since begun: Instant, _ completion: @escaping (Bool) -> Void) {
        guard let number = bucketNumber else { return completion(false) }
        database.addBucketCopy(of: id, in: number, begunBefore: loop.now - begun) { result in
            if case .success(true) = result { completion(true) } else { completion(false) }
        }
    }

    // MARK: Getting copies

    /// Gets a blob from another node, once for all who ask for it meanwhile.
    func fetch(_ id: BlobID, _ completion: @escaping (Result<StoredBlob?, Failure>) -> Void) {
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
            get(blob, from: place, into: writer) { [self] isThere in
                guard isThere else { return next() }
                finish(writer, blob, from: place) { opened in opened.map { completion(.success($0)) } ?? next() }
            }
        }
    }

    /// What came is ours too from now on, if it is what was asked for.
    private func finish(
        _ writer: BlobWriter, _ blob: BlobRecord, from place: BlobStorePlace,
        _ completion: @escaping (StoredBlob?) -> Void
    ) {
        let id = blob.id
        let finish = { @Sendable [store] () throws(DirectoryStore.Failure) in
            guard try writer.finish(as: id) else { return nil as StoredBlob? }
            if blob.isPicture { try store.publish([id]) }
            return try store.open(id)
        }
        work(finish) { [self] (result: Result<StoredBlob?, Failure>) in
            // Nodes look at what they give; what else a bucket has under this name is no copy.
            if case .success(nil) = result, place.isBucket { return drop(id, of: place) { completion(nil) } }
            guard case .success(let blob?) = result, let own = others.own else { return completion(nil) }
            // If the database does not hear of it, the next look at the disk tells it.
            database.addCopy(of: id, in: own) { _ in }
            completion(blob)
        }
    }

    private func get(
        _ blob: BlobRecord, from place: BlobStorePlace, into writer: BlobWriter,
        _ completion: @escaping (_ isThere: Bool) -> Void
    ) {
        if place.isBucket {
            guard let bucket else { return completion(false) }
            return bucket.fetch(blob.id, byteCount: blob.byteCount, into: writer) { [self] result in
                switch result {
                case .success: completion(true)
                case .failure(.absent), .failure(.otherSize): drop(blob.id, of: place) { completion(false) }
                case .failure: completion(false)
                }
            }
        }
        resolver.resolve(place.host, port: place.port, on: loop) { [client] addresses in
            guard let address = addresses.first else { return completion(false) }
            client.fetch(blob.id, byteCount: blob.byteCount, from: address, into: writer) {
                if case .success = $0 { completion(true) } else { completion(false) }
            }
        }
    }

    /// A place has no copy. Who has a file brings it there again.
    private func drop(_ id: BlobID, of place: BlobStorePlace, _ completion: @escaping () -> Void) {
        database.dropCopies(of: [id], in: place.id) { _ in completion() }
    }
}

extension CopyClient.Failure {
    fileprivate init(_ failure: S3Failure) {
        switch failure {
        case .full: self = .full
        case .unreachable, .tryLater, .busy: self = .unreachable
        case .absent, .otherSize, .refused, .skewed, .nonsense, .disk: self = .failed
        }
    }
}
