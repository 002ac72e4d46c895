public import Blobs
import Primitives

/// Buckets of S3 as stores of blobs.
extension Database {
    private static let enterBucket = Statement(
        "enter_bucket", "select enter_bucket($1::text, $2::text, $3::text, $4::int)")

    /// A bucket has answered. Repeated while it does.
    ///
    /// Completes with its number.
    public func enterBucket(
        mark: String, name: String, host: String, port: UInt16, _ completion: @escaping Completion<Int32>
    ) {
        var parameters = Parameters()
        parameters.add(mark)
        parameters.add(name)
        parameters.add(host)
        parameters.add(Int32(port))
        query(Self.enterBucket, parameters, completion) { $0.count == 1 ? $0[0].int32(0) : nil }
    }

    private static let beginBucketCopy = Statement(
        "begin_bucket_copy", "select begin_bucket_copy($1::int, $2::bytea)")

    /// Somebody is about to put a blob into a bucket: if nothing is heard of it (`addBucketCopy`), what lies there is
    /// removed after a day.
    public func beginBucketCopy(of id: BlobID, in store: Int32, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(id.bytes)
        query(Self.beginBucketCopy, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let addBucketCopy = Statement(
        "add_bucket_copy", "select add_bucket_copy($1::int, $2::bytea, $3::bigint * interval '1 millisecond')")

    /// A blob was put into a bucket. Returns whether it counts: not where nobody wants the blob any more, or where
    /// somebody was removing it meanwhile.
    /// - Parameter age: how long ago that began.
    public func addBucketCopy(
        of id: BlobID, in store: Int32, begunBefore age: Duration, _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(id.bytes)
        parameters.add(age.milliseconds)
        query(Self.addBucketCopy, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? (rows[0].int16(0) ?? 0) > 0 : nil
        }
    }

    private static let leaveBucket = Statement("leave_bucket", "select leave_bucket($1::int, $2::bytea)")

    /// The copy of a bucket is to be removed, if enough nodes have one. Whether it is.
    public func leaveBucket(_ id: BlobID, _ store: Int32, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(id.bytes)
        query(Self.leaveBucket, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].bool(0) : nil
        }
    }

    private static let takeLeaving = Statement("take_leaving", "select d from take_leaving($1::int, $2::int) d")

    /// Objects that are to be removed now, by who asks.
    public func takeLeaving(_ store: Int32, limit: Int, _ completion: @escaping Completion<[BlobID]>) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(Int32(clamping: limit))
        query(Self.takeLeaving, parameters, within: configuration.writeDeadline, completion, Self.readDigests)
    }

    private static let noteRemoved = Statement(
        "note_removed",
        """
        with old as (
            delete from blob_leaving
            where store = $1::int and removed_at < now() - interval '1 day' and put_at is null
        ),
        noted as (
            update blob_leaving set removed_at = now()
            where store = $1::int and digest = any ($2::bytea[]) and taken_at is not null returning digest
        )
        select count(*)::int from noted
        """)

    /// They are removed.
    public func noteRemoved(_ ids: [BlobID], _ store: Int32, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(ids.map { Optional($0.bytes) })
        query(Self.noteRemoved, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }
}
