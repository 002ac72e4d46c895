public import Blobs
import Primitives

/// A store of blobs, and the node that has it.
public struct BlobStorePlace: Sendable, Equatable {
    public let id: Int32
    public let node: String
    public let host: String
    public let port: UInt16
    /// Since its node said that it has it.
    public let secondsUnseen: Int
    /// What it had is to be copied elsewhere.
    public let isLost: Bool
    /// It is no folder of a node, but a bucket that nodes share.
    public let isBucket: Bool
}

extension Database {
    private static let enterStore = Statement(
        "enter_store", "select enter_store($1::text, $2::text, $3::text, $4::int)")

    /// A node has a store, and is asked for its blobs at an address. Repeated while it runs.
    ///
    /// Completes with its number.
    public func enterStore(
        mark: String, of node: String, host: String, port: UInt16, _ completion: @escaping Completion<Int32>
    ) {
        var parameters = Parameters()
        parameters.add(mark)
        parameters.add(node)
        parameters.add(host)
        parameters.add(Int32(port))
        query(Self.enterStore, parameters, completion) { $0.count == 1 ? $0[0].int32(0) : nil }
    }

    private static let blobStores = Statement(
        "blob_stores",
        """
        select id, node, host, port, greatest(0, extract(epoch from now() - seen_at))::int, is_lost, is_bucket
        from blob_store order by id
        """)

    /// All that there were.
    public func blobStores(_ completion: @escaping Completion<[BlobStorePlace]>) {
        query(Self.blobStores, Parameters(), completion) { rows in
            var places: [BlobStorePlace] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int32(0), let node = row.text(1), let host = row.text(2),
                    let port = row.int32(3).flatMap(UInt16.init(exactly:)), let unseen = row.int32(4),
                    let isLost = row.bool(5), let isBucket = row.bool(6)
                else { return nil }
                places.append(
                    BlobStorePlace(
                        id: id, node: node, host: host, port: port, secondsUnseen: Int(unseen), isLost: isLost,
                        isBucket: isBucket))
            }
            return places
        }
    }

    private static let addCopy = Statement("add_copy", "select add_copy($1::int, $2::bytea)")

    /// A store has a blob on its disk. Returns how many copies there are; `nil`: nobody wants it any more.
    public func addCopy(of id: BlobID, in store: Int32, _ completion: @escaping Completion<Int?>) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(id.bytes)
        query(Self.addCopy, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? .some(rows[0].int16(0).map(Int.init)) : nil
        }
    }

    private static let dropCopies = Statement("drop_copies", "select drop_copies($1::int, $2::bytea[])")

    /// A store does not have these, or not right. Returns how many it was thought to have.
    public func dropCopies(of ids: [BlobID], in store: Int32, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(ids.map { Optional($0.bytes) })
        query(Self.dropCopies, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }

    private static let loseStores = Statement(
        "lose_stores",
        """
        with lost as (
            update blob_store set is_lost = true
            where not is_lost and not is_bucket and seen_at < now() - $1::int * interval '1 second'
            returning id
        )
        select count(*)::int from lost
        """)

    /// Stores that no node has shown for so long are lost. Returns how many were not before.
    public func loseStores(unseenFor seconds: Int32, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(seconds)
        query(Self.loseStores, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }

    private static let forgetStores = Statement(
        "forget_stores",
        """
        with gone as (
            delete from blob_store s
            where is_lost and seen_at < now() - interval '1 day'
                and not exists (select from blob_copy c where c.store = s.id)
            returning id
        )
        select count(*)::int from gone
        """)

    /// Forgets stores that have been lost for a day and whose copies are off the count. One that shows up nevertheless
    /// is a new one. Returns how many those were.
    public func forgetStores(_ completion: @escaping Completion<Int>) {
        query(Self.forgetStores, Parameters(), within: configuration.writeDeadline, completion, Self.readCount)
    }

    private static let shedSpare = Statement(
        "shed_spare", "select d from shed_spare($1::int, $2::bytea[]) d")

    /// Takes copies of a store off the count of which there are enough others; which those were. Their files are of no
    /// use then.
    public func shedSpare(
        of ids: [BlobID], in store: Int32, _ completion: @escaping Completion<[BlobID]>
    ) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(ids.map { Optional($0.bytes) })
        query(Self.shedSpare, parameters, within: configuration.writeDeadline, completion, Self.readDigests)
    }

    private static let shedCopies = Statement(
        "shed_copies",
        """
        select coalesce(sum(drop_copies(s.id, array(
            select digest from blob_copy where store = s.id order by digest limit $1::int))), 0)::int
        from (
            select id from blob_store s
            where is_lost and exists (select from blob_copy c where c.store = s.id) order by id limit 1) s
        """)

    /// Takes copies of lost stores off the count, `limit` at most; how many those were.
    public func shedCopies(limit: Int, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: limit))
        query(Self.shedCopies, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }
}

extension Database {
    private static let copies = Statement(
        "blob_copies",
        """
        select digest from blob_copy where store = $1::int and digest > $2::bytea order by digest limit $3::int
        """)

    /// The blobs that a store is thought to have, in the order of their digests.
    public func copies(
        in store: Int32, after id: BlobID?, limit: Int, _ completion: @escaping Completion<[BlobID]>
    ) {
        var parameters = Parameters()
        parameters.add(store)
        parameters.add(id?.bytes ?? [])
        parameters.add(Int32(clamping: limit))
        query(Self.copies, parameters, completion, Self.readDigests)
    }

    static func readDigests(_ rows: Rows) -> [BlobID]? {
        var ids: [BlobID] = []
        for index in 0..<rows.count {
            guard let digest = rows[index].bytes(0), let id = BlobID(digest.rawBytes) else { return nil }
            ids.append(id)
        }
        return ids
    }
}
