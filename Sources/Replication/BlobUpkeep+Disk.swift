import Blobs
import DBProxy
import Primitives

/// What the disk has, and what the database thinks that it has.
extension BlobUpkeep {
    /// Looks at the blobs whose digests begin with a byte. What the database thinks is here is asked first: a file is
    /// there before its row, so that what is stored meanwhile is not missed.
    func look(at byte: UInt8) {
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
                drop(missing[...], own) { [self] in reconcile(found[...], own, Set(claimed), rest) }
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
    private func reconcile(
        _ found: ArraySlice<BlobID>, _ own: Int32, _ claimed: Set<BlobID>, _ completion: @escaping () -> Void
    ) {
        if found.isEmpty { return completion() }
        let page = Array(found.prefix(Self.page))
        let rest = { [self] in reconcile(found.dropFirst(Self.page), own, claimed, completion) }
        database.blobs(page) { [self] result in
            guard case .success(let wanted) = result else { return rest() }
            publish(wanted.filter(\.isPicture).map(\.id))
            add(wanted.filter { !$0.stores.contains(own) }[...], own) { [self] in
                remove(Set(page).subtracting(wanted.map(\.id)), counting: \.removed) { [self] in
                    spare(wanted.filter(isPerhapsSpare).map(\.id), own, rest)
                }
            }
        }
    }

    /// One after the other: a disk that comes back may have a million. What cannot be read is no copy.
    private func add(_ found: ArraySlice<BlobRecord>, _ own: Int32, _ completion: @escaping () -> Void) {
        guard let blob = found.first else { return completion() }
        let rest = { [self] in add(found.dropFirst(), own, completion) }
        let check = { @Sendable [store = keeper.store] () throws(DirectoryStore.Failure) in
            try store.open(blob.id) != nil
        }
        keeper.work(check) { [self] (isThere: Result<Bool, BlobKeeper.Failure>) in
            guard isThere == .success(true) else { return rest() }
            database.addCopy(of: blob.id, in: own) { _ in rest() }
        }
    }

    /// Others gave these without a word of what they are.
    private func publish(_ pictures: [BlobID]) {
        let publish = { @Sendable [store = keeper.store] () throws(DirectoryStore.Failure) in
            try store.publish(pictures)
        }
        keeper.work(publish) { _ in }
    }

    /// The database looks closer.
    private func isPerhapsSpare(_ blob: BlobRecord) -> Bool {
        guard let own = keeper.others.own, blob.stores.contains(own) else { return false }
        return blob.stores.count > keeper.wanted || keeper.others.bucket.map(blob.stores.contains) == true
    }

    /// Removes files that have been here for long and of which there are enough others.
    private func spare(_ ids: [BlobID], _ own: Int32, _ completion: @escaping () -> Void) {
        if ids.isEmpty { return completion() }
        let limit = UnixTime(milliseconds: wallClock().milliseconds - timing.caching.milliseconds)
        let look = { @Sendable [store = keeper.store] () throws(DirectoryStore.Failure) in
            try store.blobs(of: ids, storedBefore: limit)
        }
        keeper.work(look) { [self] (old: Result<[BlobID], BlobKeeper.Failure>) in
            guard case .success(let old) = old, !old.isEmpty else { return completion() }
            // First the row: what has none is not counted on.
            database.shedSpare(of: old, in: own) { [self] shed in
                guard case .success(let shed) = shed else { return completion() }
                remove(Set(shed), olderThan: timing.caching, counting: \.spared, completion)
            }
        }
    }

    private func remove(
        _ ids: Set<BlobID>, olderThan age: Duration? = nil, counting count: WritableKeyPath<Report, Int>,
        _ completion: @escaping () -> Void
    ) {
        if ids.isEmpty { return completion() }
        let limit = UnixTime(milliseconds: wallClock().milliseconds - (age ?? timing.keeping).milliseconds)
        let remove = { @Sendable [store = keeper.store] () throws(DirectoryStore.Failure) in
            var count = 0
            for id in ids where try store.remove(id, ifStoredBefore: limit) { count += 1 }
            return count
        }
        keeper.work(remove) { [self] (removed: Result<Int, BlobKeeper.Failure>) in
            report[keyPath: count] += (try? removed.get()) ?? 0
            completion()
        }
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
