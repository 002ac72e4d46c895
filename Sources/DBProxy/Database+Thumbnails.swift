public import Blobs
import Primitives
public import TalkProtocol

/// Small pictures that came with large ones.
extension Database {
    private static let addThumbnail = Statement(
        "add_thumbnail",
        """
        with own as (
            select digest from blob_upload where kind = 1 and digest = $2::bytea and $3::int <> 0
            group by digest having min(user_id) = $3::int and max(user_id) = $3::int
        ), added as (
            insert into blob_thumbnail (digest, small) select digest, $1::bytea from own on conflict do nothing
        )
        select exists (select from own)
        """)

    /// A picture is a small one of another, which this user has put there, and nobody else. The first one stays: what
    /// has been seen would change. `false`: the other one is not his alone; what user 0 has put there is nobody's.
    public func addThumbnail(
        _ small: BlobID, of original: BlobID, by user: UserID, _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(small.bytes)
        parameters.add(original.bytes)
        parameters.add(user)
        query(Self.addThumbnail, parameters, within: configuration.writeDeadline, completion) {
            $0.count == 1 ? $0[0].bool(0) : nil
        }
    }

    private static let thumbnail = Statement(
        "thumbnail",
        """
        select small from blob_thumbnail where digest = $1::bytea and 1 = (
            select count(*) from (select from blob_upload where digest = $1::bytea and kind = 1 limit 2) uploads)
        """)

    /// `nil`: none came with it, or somebody else has put the same picture there since: nobody chooses what another
    /// one's picture looks like.
    public func thumbnail(of original: BlobID, _ completion: @escaping Completion<BlobID?>) {
        var parameters = Parameters()
        parameters.add(original.bytes)
        query(Self.thumbnail, parameters, completion) { rows in
            if rows.count == 0 { return .some(nil) }
            return rows[0].bytes(0).flatMap { BlobID($0.rawBytes) }
        }
    }
}
