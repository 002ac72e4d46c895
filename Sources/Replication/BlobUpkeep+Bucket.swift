import Blobs
import DBProxy
import Primitives
import Reactor
public import S3

/// How a bucket answered when it was asked last.
public struct BucketReport: Sendable, Equatable {
    /// `nil`: it is there.
    public let failure: S3Failure?
    /// How much its clock is ahead of ours.
    public let skew: Duration?
}

/// What a bucket needs: to be said that it is there, and to lose what nobody wants any more.
extension BlobUpkeep {
    /// Those that are taken for removal are taken by others ten minutes later: this must be over by then.
    private static let removedAtOnce = 100
    private static let removalTime: Duration = .seconds(60)

    func probe(_ bucket: S3Bucket) {
        let next = { [self] in again(after: timing.probing) { [self] in probe(bucket) } }
        bucket.probe { [self] result in
            var failure: S3Failure?
            if case .failure(let found) = result { failure = found }
            report.bucket = BucketReport(failure: failure, skew: bucket.skew)
            if failure != nil { next() } else { enter(bucket, next) }
        }
    }

    /// Until the database has heard of the bucket and this node of the database's answer, nothing in it can be given.
    private func enter(_ bucket: S3Bucket, _ completion: @escaping () -> Void) {
        let endpoint = bucket.endpoint
        database.enterBucket(
            mark: endpoint.mark, name: endpoint.bucket, host: endpoint.host, port: endpoint.port
        ) { [self] entered in
            let isNew = keeper.bucketNumber == nil
            if case .success(let number) = entered { keeper.bucketNumber = number }
            guard isNew else { return completion() }
            guard keeper.bucketNumber != nil else {
                return again(after: timing.beginning) { [self] in enter(bucket, completion) }
            }
            guard let own = keeper.others.own else { return completion() }
            listStores(knownAs: own, completion)
        }
    }

    /// Removes objects that are to go.
    func clear(_ bucket: S3Bucket) {
        let rest = { [self] in again(after: timing.repairing) { [self] in clear(bucket) } }
        guard let number = keeper.bucketNumber else { return rest() }
        database.takeLeaving(number, limit: Self.removedAtOnce) { [self] result in
            guard case .success(let ids) = result, !ids.isEmpty else { return rest() }
            remove(ids[...], from: bucket, until: loop.now + Self.removalTime, []) { [self] removed in
                database.noteRemoved(removed, number) { _ in rest() }
            }
        }
    }

    private func remove(
        _ ids: ArraySlice<BlobID>, from bucket: S3Bucket, until end: Instant, _ removed: [BlobID],
        _ completion: @escaping ([BlobID]) -> Void
    ) {
        guard let id = ids.first, loop.now < end else { return completion(removed) }
        bucket.remove(id) { [self] result in
            guard case .success = result else { return completion(removed) }
            remove(ids.dropFirst(), from: bucket, until: end, removed + [id], completion)
        }
    }
}
