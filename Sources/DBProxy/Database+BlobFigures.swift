public import TalkProtocol

/// What a store holds.
public struct BlobStoreFigures: Sendable, Equatable {
    public let node: String
    public let host: String
    public let port: UInt16
    public let secondsUnseen: Int
    /// What it had is to be copied elsewhere.
    public let isLost: Bool
    public let copies: Int
    public let byteCount: Int
}

/// What a user has put into the stores.
public struct BlobUserFigures: Sendable, Equatable {
    public let user: UserID
    /// Empty for one that is gone, and for what came from addresses of several users.
    public let name: String
    public let kind: BlobKind
    public let count: Int
    public let byteCount: Int
}

/// For administrators: these look at all rows.
extension Database {
    static let figuresDeadline: Duration = .seconds(10)

    private static let storeFigures = Statement(
        "blob_store_figures",
        """
        select s.node, s.host, s.port, greatest(0, extract(epoch from now() - s.seen_at))::int, s.is_lost,
            coalesce(c.copies, 0), coalesce(c.bytes, 0)::bigint
        from blob_store s left join (
            select c.store, count(*) as copies, sum(b.size) as bytes
            from blob_copy c join blob b on b.digest = c.digest group by c.store) c on c.store = s.id
        where not s.is_lost or c.copies > 0 order by s.node, s.id
        """)

    /// The stores that are there, and lost ones that are still being copied.
    public func blobStoreFigures(_ completion: @escaping Completion<[BlobStoreFigures]>) {
        query(Self.storeFigures, Parameters(), within: Self.figuresDeadline, completion) { rows in
            var figures: [BlobStoreFigures] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let node = row.text(0), let host = row.text(1),
                    let port = row.int32(2).flatMap(UInt16.init(exactly:)), let unseen = row.int32(3),
                    let isLost = row.bool(4), let copies = row.int64(5), let bytes = row.int64(6)
                else { return nil }
                figures.append(
                    BlobStoreFigures(
                        node: node, host: host, port: port, secondsUnseen: Int(unseen), isLost: isLost,
                        copies: Int(copies), byteCount: Int(bytes)))
            }
            return figures
        }
    }

    private static let userFigures = Statement(
        "blob_user_figures",
        """
        select u.user_id, coalesce(a.name, ''), u.kind, u.files, u.bytes
        from blob_usage u left join account a on a.id = u.user_id
        where u.files > 0 order by u.bytes desc, u.user_id, u.kind limit $1::int
        """)

    /// Who has put most there.
    public func blobUserFigures(limit: Int, _ completion: @escaping Completion<[BlobUserFigures]>) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: limit))
        query(Self.userFigures, parameters, within: Self.figuresDeadline, completion) { rows in
            var figures: [BlobUserFigures] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let user: UserID = row.value(0), let name = row.text(1), let kind: BlobKind = row.value(2),
                    let files = row.int32(3), let bytes = row.int64(4)
                else { return nil }
                figures.append(
                    BlobUserFigures(user: user, name: name, kind: kind, count: Int(files), byteCount: Int(bytes)))
            }
            return figures
        }
    }
}
