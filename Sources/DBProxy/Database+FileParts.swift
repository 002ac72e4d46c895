public import Blobs
import Primitives
public import TalkProtocol

/// Files whose parts come one by one, and who may bring and get them.
extension Database {
    private static let addFileToken = Statement(
        "add_file_token", "select add_file_token($1::bytea, $2::text, $3::int, $4::int * interval '1 second')")

    /// A user of a task gets a token for it, of which this is the SHA-256. `false`: the task is not his, or is gone.
    /// - Parameter life: seconds.
    public func addFileToken(
        digest: [UInt8], to task: String, for user: UserID, life: Int32, _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(digest)
        parameters.add(task)
        parameters.add(user)
        parameters.add(life)
        query(Self.addFileToken, parameters, within: configuration.writeDeadline, completion) {
            $0.count == 1 ? $0[0].bool(0) : nil
        }
    }

    private static let tokenTask = Statement(
        "file_token_task",
        """
        select \(taskColumns), (
            select user_id from file_token
            where digest = $1::bytea and task = $2::text and expires_at > now())
        from file_task
        where id = $2::text and removed_at is null and expires_at > now() and exists (
            select from file_token where digest = $1::bytea and task = $2::text and expires_at > now())
        """)

    /// The task that a token is for, and its user. `nil`: the token is worth nothing, or the task is gone.
    /// - Parameter digest: SHA-256 of the token.
    public func fileTask(
        _ id: String, forToken digest: [UInt8], _ completion: @escaping Completion<FileAccess?>
    ) {
        var parameters = Parameters()
        parameters.add(digest)
        parameters.add(id)
        query(Self.tokenTask, parameters, completion) { rows in
            guard let tasks = Self.readTasks(rows) else { return nil }
            guard let task = tasks.first else { return .some(nil) }
            return rows[0].value(8).map { FileAccess(task: task, user: $0) }
        }
    }

    private static let fileParts = Statement(
        "file_parts", "select start, digest from file_part where task = $1::text order by start")

    /// The parts of a file that are stored, by where they begin.
    public func fileParts(of task: String, _ completion: @escaping Completion<[FilePart]>) {
        var parameters = Parameters()
        parameters.add(task)
        query(Self.fileParts, parameters, completion) { rows in
            var parts: [FilePart] = []
            for index in 0..<rows.count {
                guard let start = rows[index].int64(0), let digest = rows[index].bytes(1),
                    let blob = BlobID(digest.rawBytes)
                else { return nil }
                parts.append(FilePart(start: Int(start), blob: blob))
            }
            return parts
        }
    }

    private static let addFilePart = Statement(
        "add_file_part",
        "select add_file_part($1::text, $2::bigint, $3::bytea, $4::int * interval '1 second')")

    /// A part of a file is stored. `false`: the file is whole, its task is gone, or the part.
    /// - Parameter life: seconds that it is kept for the others.
    public func addFilePart(
        _ part: FilePart, of task: String, life: Int32, _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(task)
        parameters.add(Int64(part.start))
        parameters.add(part.blob.bytes)
        parameters.add(life)
        query(Self.addFilePart, parameters, within: configuration.writeDeadline, completion) {
            $0.count == 1 ? $0[0].bool(0) : nil
        }
    }

    private static let dropFilePart = Statement(
        "drop_file_part", "delete from file_part where task = $1::text and start = $2::bigint and digest = $3::bytea")

    /// Nobody has a part any more: its sender may bring it again.
    public func dropFilePart(_ part: FilePart, of task: String, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(task)
        parameters.add(Int64(part.start))
        parameters.add(part.blob.bytes)
        query(Self.dropFilePart, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    private static let endFileParts = Statement("end_file_parts", "select end_file_parts($1::text)")

    /// The file is whole: its parts are not wanted any more. How many blobs that makes worthless.
    public func endFileParts(of task: String, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(task)
        query(Self.endFileParts, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }
}

/// Who comes for a file, and which.
public struct FileAccess: Sendable, Equatable {
    public let task: FileTask
    public let user: UserID

    public init(task: FileTask, user: UserID) {
        self.task = task
        self.user = user
    }
}

/// A part of a file, as a blob of its own.
public struct FilePart: Sendable, Equatable {
    public let start: Int
    public let blob: BlobID

    public init(start: Int, blob: BlobID) {
        self.start = start
        self.blob = blob
    }
}
