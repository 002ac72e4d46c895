public import Blobs
import Primitives
public import TalkProtocol

/// What a user may put into the stores.
public enum BlobKind: Int16, Sendable, CaseIterable, Column {
    case picture = 1
    case file = 2
    /// Of a file that is not whole yet.
    case part = 3
}

/// A blob as the database knows it.
public struct BlobRecord: Sendable, Equatable {
    public let id: BlobID
    public let byteCount: Int
    /// A number of `MediaType`.
    public let type: Int16
    /// The stores that have a copy.
    public let stores: [Int32]
    /// Somebody has sent it as one: who has its name may have it.
    public let isPicture: Bool

    public init(id: BlobID, byteCount: Int, type: Int16, stores: [Int32], isPicture: Bool = false) {
        self.id = id
        self.byteCount = byteCount
        self.type = type
        self.stores = stores
        self.isPicture = isPicture
    }
}

extension Database {
    private static let storeBlob = Statement(
        "store_blob",
        """
        select store_blob_within(
            $1::bytea, $2::bigint, $3::smallint, $4::int[], $5::smallint, $6::int, $7::smallint,
            $8::int * interval '1 second',
            case when $9::bigint is not null then
                coalesce((select picture_bytes from user_quota where user_id = $6::int), $9::bigint)
            end)
        """)

    /// Notes a blob, of which `blob.stores` have copies on their disks, and that a user put it there.
    ///
    /// - Parameters:
    ///   - wanted: copies that there are to be.
    ///   - life: seconds until it is deleted; `nil`: never. The longest life that was asked for counts.
    ///   - quota: bytes of pictures that everybody may have stored; `nil`: nobody looks.
    ///
    /// Completes with how many copies there are; `nil`: the user had no room for it, and nothing was noted.
    public func storeBlob(
        _ blob: BlobRecord, wanted: Int, by user: UserID, as kind: BlobKind, life: Int32?, within quota: Int? = nil,
        _ completion: @escaping Completion<Int?>
    ) {
        var parameters = Parameters()
        parameters.add(blob.id.bytes)
        parameters.add(Int64(blob.byteCount))
        parameters.add(blob.type)
        parameters.add(blob.stores)
        parameters.add(Int16(clamping: wanted))
        parameters.add(user)
        parameters.add(kind)
        parameters.add(life)
        parameters.add(quota.map(Int64.init))
        query(Self.storeBlob, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return nil }
            return .some(rows[0].int16(0).map(Int.init))
        }
    }

    static let recordColumns = """
        b.digest, b.size, b.type, array(select c.store from blob_copy c where c.digest = b.digest order by c.store),
        exists (select from blob_upload u where u.digest = b.digest and u.kind = \(BlobKind.picture.rawValue))
        """

    private static let blob = Statement(
        "blob", "select \(recordColumns) from blob b where b.digest = $1::bytea and b.expires_at > now()")

    /// `nil`: there is none, or its time is over.
    public func blob(_ id: BlobID, _ completion: @escaping Completion<BlobRecord?>) {
        var parameters = Parameters()
        parameters.add(id.bytes)
        query(Self.blob, parameters, completion) { Self.readRecords($0).map(\.first) }
    }

    private static let shortBlobs = Statement(
        "short_blobs",
        """
        select \(recordColumns) from blob b
        where b.copies < b.wanted and (b.copies, b.digest) > ($1::smallint, $2::bytea) and b.expires_at > now()
        order by b.copies, b.digest limit $3::int
        """)

    /// Blobs with fewer copies than there are to be, those with the fewest first.
    public func shortBlobs(
        after blob: BlobRecord?, limit: Int, _ completion: @escaping Completion<[BlobRecord]>
    ) {
        var parameters = Parameters()
        parameters.add(blob.map { Int16(clamping: $0.stores.count) } ?? -1)
        parameters.add(blob?.id.bytes ?? [])
        parameters.add(Int32(clamping: limit))
        query(Self.shortBlobs, parameters, completion, Self.readRecords)
    }

    private static let storedBlobs = Statement(
        "stored_blobs", "select \(recordColumns) from blob b where b.digest = any ($1::bytea[])")

    /// Those of some that there are.
    public func blobs(_ ids: [BlobID], _ completion: @escaping Completion<[BlobRecord]>) {
        var parameters = Parameters()
        parameters.add(ids.map { Optional($0.bytes) })
        query(Self.storedBlobs, parameters, completion, Self.readRecords)
    }

    private static let usersSeen = Statement(
        "users_seen",
        """
        select user_id from login_site
        where site = $1::bytea and seen_at > now() - $2::int * interval '1 second'
        order by seen_at desc limit $3::int
        """)

    /// Who has logged in from a site of late, the last one first, `limit` of them at most.
    public func users(
        seenAt site: [UInt8], within seconds: Int32, limit: Int, _ completion: @escaping Completion<[UserID]>
    ) {
        var parameters = Parameters()
        parameters.add(site)
        parameters.add(seconds)
        parameters.add(Int32(clamping: limit))
        query(Self.usersSeen, parameters, completion) { rows in
            (0..<rows.count).compactMap { rows[$0].value(0) }
        }
    }

    private static let expireBlobs = Statement("expire_blobs", "select expire_blobs($1::int)")

    /// Forgets blobs whose time is over, `limit` at most; how many those were. Their files go with the next look of
    /// each store at what it has.
    public func expireBlobs(limit: Int, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: limit))
        query(Self.expireBlobs, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }

    static func readCount(_ rows: Rows) -> Int? {
        guard rows.count == 1 else { return nil }
        return rows[0].int32(0).map(Int.init) ?? rows[0].int16(0).map(Int.init)
    }

    static func readRecords(_ rows: Rows) -> [BlobRecord]? {
        var records: [BlobRecord] = []
        for index in 0..<rows.count {
            let row = rows[index]
            guard let digest = row.bytes(0), let id = BlobID(digest.rawBytes), let size = row.int64(1),
                let type = row.int16(2), let stores = row.int32Array(3), let isPicture = row.bool(4)
            else { return nil }
            records.append(
                BlobRecord(id: id, byteCount: Int(size), type: type, stores: stores, isPicture: isPicture))
        }
        return records
    }
}
