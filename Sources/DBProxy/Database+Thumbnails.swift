public import Blobs
import Primitives
public import TalkProtocol

/// Small pictures that came with large ones.
extension Database {
    private static let addThumbnail = Statement(
        "add_thumbnail",
        """
        with own as (
            select digest from blob_upload where user_id = $3::int and kind = 1 and digest = $2::bytea
        ), added as (
            insert into blob_thumbnail (digest, small) select digest, $1::bytea from own on conflict do nothing
        )
        select exists (select from own)
        """)

    /// A picture is a small one of another, which the same user has put there. The first one stays: others could show
    /// something else. `false`: the other one is not his.
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

    private static let thumbnail = Statement("thumbnail", "select small from blob_thumbnail where digest = $1::bytea")

    /// `nil`: none came with it.
    public func thumbnail(of original: BlobID, _ completion: @escaping Completion<BlobID?>) {
        var parameters = Parameters()
        parameters.add(original.bytes)
        query(Self.thumbnail, parameters, completion) { rows in
            if rows.count == 0 { return .some(nil) }
            return rows[0].bytes(0).flatMap { BlobID($0.rawBytes) }
        }
    }
}
