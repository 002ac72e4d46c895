public import Blobs
import Primitives

/// What an administrator has said about where all blobs are to lie, and how far that is.
public struct BlobMove: Sendable, Equatable {
    public enum Target: Sendable, Equatable, CaseIterable {
        case nodes
        case bucket
    }

    public enum State: String, Sendable, CaseIterable {
        case running
        case stopped
        case done
    }

    public let id: Int32
    public let target: Target
    /// Of each node.
    public let bytesPerSecond: Int64
    public let state: State
    /// Blobs that have moved, their bytes, and what did not succeed and is tried again.
    public let moved: Int64
    public let movedBytes: Int64
    public let failed: Int64
    public let seconds: Int32
}

extension Database {
    private static let columns = """
        id, to_bucket, bytes_per_second, ended_at is null, is_stopped, moved, moved_bytes, failed,
        extract(epoch from coalesce(ended_at, now()) - started_at)::int
        """

    private static let beginMove = Statement(
        "begin_move",
        """
        insert into blob_move (to_bucket, bytes_per_second) values ($1::bool, $2::bigint)
        on conflict do nothing returning \(columns)
        """)

    /// All blobs are to lie there. `nil`: there is another move that has not ended.
    public func beginMove(
        to target: BlobMove.Target, bytesPerSecond: Int64, _ completion: @escaping Completion<BlobMove?>
    ) {
        var parameters = Parameters()
        parameters.add(target == .bucket)
        parameters.add(bytesPerSecond)
        query(Self.beginMove, parameters, within: configuration.writeDeadline, completion) {
            Self.readMoves($0).map(\.first)
        }
    }

    private static let lastMove = Statement(
        "last_move", "select \(columns) from blob_move order by id desc limit 1")

    /// The last one that there was.
    public func lastMove(_ completion: @escaping Completion<BlobMove?>) {
        query(Self.lastMove, Parameters(), completion) { Self.readMoves($0).map(\.first) }
    }

    private static let stopMove = Statement(
        "stop_move",
        "update blob_move set ended_at = now(), is_stopped = true where ended_at is null returning \(columns)")

    /// What has moved stays where it is. `nil`: there was none.
    public func stopMove(_ completion: @escaping Completion<BlobMove?>) {
        query(Self.stopMove, Parameters(), within: configuration.writeDeadline, completion) {
            Self.readMoves($0).map(\.first)
        }
    }

    private static let noteMoved = Statement(
        "note_moved",
        """
        with noted as (
            update blob_move
            set moved = moved + $2::int, moved_bytes = moved_bytes + $3::bigint, failed = failed + $4::int
            where id = $1::int returning ended_at
        )
        select count(*)::int from noted where ended_at is null
        """)

    /// So much has moved, and so much could not. Returns 0 where it has ended: another node may have seen that nothing
    /// is left before this one has said what it moved last.
    public func noteMoved(
        _ move: BlobMove, count: Int, byteCount: Int, failed: Int, _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(move.id)
        parameters.add(Int32(clamping: count))
        parameters.add(Int64(byteCount))
        parameters.add(Int32(clamping: failed))
        query(Self.noteMoved, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }

    private static let endMove = Statement(
        "end_move",
        """
        with ended as (
            update blob_move set ended_at = now() where id = $1::int and ended_at is null
                and not exists (
                    select from blob b where b.expires_at > now() and to_bucket <> exists (
                        select from blob_copy c where c.digest = b.digest and c.store = $2::int))
            returning id
        )
        select count(*)::int from ended
        """)

    /// It is done, if nothing is left. Returns 1 if so.
    public func endMove(_ move: BlobMove, bucket: Int32, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(move.id)
        parameters.add(bucket)
        query(Self.endMove, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }

    private static let blobsToMove = Statement(
        "blobs_to_move",
        """
        select \(recordColumns) from blob b
        where b.digest > $3::bytea and b.expires_at > now() and $1::bool <> exists (
            select from blob_copy c where c.digest = b.digest and c.store = $2::int)
        order by b.digest limit $4::int
        """)

    /// Blobs that do not lie where a move wants them, in the order of their digests.
    public func blobsToMove(
        to target: BlobMove.Target, bucket: Int32, after id: BlobID?, limit: Int,
        _ completion: @escaping Completion<[BlobRecord]>
    ) {
        var parameters = Parameters()
        parameters.add(target == .bucket)
        parameters.add(bucket)
        parameters.add(id?.bytes ?? [])
        parameters.add(Int32(clamping: limit))
        query(Self.blobsToMove, parameters, completion, Self.readRecords)
    }

    private static let leftToMove = Statement(
        "left_to_move",
        """
        select count(*), coalesce(sum(size), 0)::bigint from blob b
        where b.expires_at > now() and $1::bool <> exists (
            select from blob_copy c join blob_store s on s.id = c.store where c.digest = b.digest and s.is_bucket)
        """)

    /// What is left to move: it looks at all blobs.
    public func leftToMove(
        to target: BlobMove.Target, _ completion: @escaping Completion<(count: Int64, byteCount: Int64)>
    ) {
        var parameters = Parameters()
        parameters.add(target == .bucket)
        query(Self.leftToMove, parameters, within: .seconds(10), completion) { rows in
            guard rows.count == 1, let count = rows[0].int64(0), let bytes = rows[0].int64(1) else { return nil }
            return (count, bytes)
        }
    }

    private static func readMoves(_ rows: Rows) -> [BlobMove]? {
        var moves: [BlobMove] = []
        for index in 0..<rows.count {
            let row = rows[index]
            guard let id = row.int32(0), let toBucket = row.bool(1), let rate = row.int64(2),
                let isRunning = row.bool(3), let isStopped = row.bool(4), let moved = row.int64(5),
                let bytes = row.int64(6), let failed = row.int64(7), let seconds = row.int32(8)
            else { return nil }
            moves.append(
                BlobMove(
                    id: id, target: toBucket ? .bucket : .nodes, bytesPerSecond: rate,
                    state: isRunning ? .running : isStopped ? .stopped : .done, moved: moved, movedBytes: bytes,
                    failed: failed, seconds: seconds))
        }
        return moves
    }
}
