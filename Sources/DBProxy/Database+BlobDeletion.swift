public import Blobs
import Primitives
public import TalkProtocol

/// A picture or a file, for administrators.
public struct LargeBlob: Sendable, Equatable {
    public let id: BlobID
    public let byteCount: Int
    public let copies: Int
    /// Who has put it there first; 0 where addresses have several users, `nil` if nobody is known any more.
    public let user: UserID?
    public let kind: BlobKind?
    /// Seconds since 1970.
    public let createdAt: Int64
    /// `nil`: it is kept for ever.
    public let expiresAt: Int64?
}

/// How many pictures and files, and how large.
public struct BlobSum: Sendable, Equatable {
    public let count: Int
    public let byteCount: Int
}

extension Database {
    private static let largeBlobs = Statement(
        "large_blobs",
        """
        select b.digest, b.size, b.copies, u.user_id, u.kind, extract(epoch from b.created_at)::bigint,
            case when b.expires_at < 'infinity' then extract(epoch from b.expires_at)::bigint end
        from (select * from blob where expires_at > now() order by size desc, digest limit $1::int) b
        left join lateral (
            select user_id, kind from blob_upload where digest = b.digest order by made_at, user_id, kind limit 1) u
            on true
        order by b.size desc, b.digest
        """)

    /// The largest ones. Looks at all rows.
    public func largeBlobs(limit: Int, _ completion: @escaping Completion<[LargeBlob]>) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: limit))
        query(Self.largeBlobs, parameters, within: Self.figuresDeadline, completion) { rows in
            var blobs: [LargeBlob] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let digest = row.bytes(0), let id = BlobID(digest.rawBytes), let size = row.int64(1),
                    let copies = row.int16(2), let created = row.int64(5)
                else { return nil }
                blobs.append(
                    LargeBlob(
                        id: id, byteCount: Int(size), copies: Int(copies), user: row.value(3), kind: row.value(4),
                        createdAt: created, expiresAt: row.int64(6)))
            }
            return blobs
        }
    }

    private static let endBlob = Statement(
        "end_blob",
        """
        with found as (select digest from blob where digest = $1::bytea and expires_at > now()), ended as (
            update blob b set expires_at = now() from found f where b.digest = f.digest and not $2::bool
        )
        select exists (select from found)
        """)

    /// A picture or file is not wanted any more: it goes with the next sweep, and from each disk with the next look at
    /// it. Whether it was there.
    public func endBlob(_ id: BlobID, isTrial: Bool, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(id.bytes)
        parameters.add(isTrial)
        query(Self.endBlob, parameters, within: configuration.writeDeadline, completion) {
            $0.count == 1 ? $0[0].bool(0) : nil
        }
    }

    /// Defines `aged`: pictures and files that were sent before $1 for the last time, are nobody's face, and wait for
    /// nobody.
    private static let aged = """
        faces as (
            select decode(substring(avatar from '/([0-9a-f]{64})'), 'hex') as digest
            from (select avatar from account union all select avatar from chat_group) a
            where avatar ~ '/[0-9a-f]{64}'
        ), aged as (
            select digest, size from blob b
            where created_at < to_timestamp($1::bigint) and expires_at > now()
                and not exists (select from faces f where f.digest = b.digest)
                and not exists (
                    select from blob_upload u where u.digest = b.digest and u.made_at >= to_timestamp($1::bigint))
                and not exists (select from file_task t where t.digest = b.digest)
                and not exists (select from file_part p where p.digest = b.digest)
        )
        """

    private static let countAgedBlobs = Statement(
        "count_aged_blobs",
        """
        with \(aged)
        select count(*), coalesce(sum(size), 0)::bigint from aged where $2::int > 0
        """)

    private static let endAgedBlobs = Statement(
        "end_aged_blobs",
        """
        with \(aged), batch as materialized (
            select digest, size from aged order by digest limit $2::int
        ), ended as (
            update blob b set expires_at = now() from batch s where b.digest = s.digest
        )
        select count(*), coalesce(sum(size), 0)::bigint from batch
        """)

    /// Pictures and files from before `time` (unix seconds), without the faces of people and groups: counts all of
    /// them, or ends `limit` of them at most.
    public func agedBlobs(
        before time: Int64, limit: Int, deletes: Bool, _ completion: @escaping Completion<BlobSum>
    ) {
        var parameters = Parameters()
        parameters.add(time)
        parameters.add(Int32(clamping: limit))
        let statement = deletes ? Self.endAgedBlobs : Self.countAgedBlobs
        query(statement, parameters, within: Self.figuresDeadline, completion) { rows in
            guard rows.count == 1, let count = rows[0].int64(0), let bytes = rows[0].int64(1) else { return nil }
            return BlobSum(count: Int(count), byteCount: Int(bytes))
        }
    }
}
