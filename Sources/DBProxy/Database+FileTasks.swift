public import Blobs
import Primitives
public import TalkProtocol

/// A file that one user hands to another.
public struct FileTask: Sendable, Equatable {
    /// Nobody can guess it: who knows it is one of the two, or was told by one.
    public let id: String
    public let sender: UserID
    public let receiver: UserID
    /// As the sender called it, with folders perhaps.
    public let name: String
    public let byteCount: Int
    public let mode: TransferFileType
    /// `nil`: it is not stored, or not yet.
    public let blob: BlobID?
    /// When it is forgotten; seconds since 1970, 0 for one that is being made.
    public let end: Int64

    public init(
        id: String, sender: UserID, receiver: UserID, name: String, byteCount: Int, mode: TransferFileType,
        blob: BlobID? = nil, end: Int64 = 0
    ) {
        self.id = id
        self.sender = sender
        self.receiver = receiver
        self.name = name
        self.byteCount = byteCount
        self.mode = mode
        self.blob = blob
        self.end = end
    }
}

extension FileTask {
    /// What is behind the last sign between folders, of whatever system.
    public var baseName: String {
        name.split(omittingEmptySubsequences: true) { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? name
    }
}

/// What everybody may hand out within a day.
public struct FileQuota: Sendable {
    public var byteCount = 1 << 30
    public var count = 1_000

    public init() {}
}

/// What became of the offer of a file.
public enum FileOffer: Int16, Sendable, Column {
    case made = 0
    case noReceiver
    /// Its sender has handed out as much as one may within a day.
    case overQuota
    /// So much waits for the receiver that there is no room for more.
    case receiverIsFull
    /// It was to go straight to its receiver, who gets files in another way: it is stored for him.
    case madeToBeStored
}

extension Database {
    private static let offerFileTask = Statement(
        "offer_file_task",
        """
        select offer_file_task(
            $1::text, $2::int, $3::int, $4::text, $5::bigint, $6::smallint, $7::int * interval '1 second',
            coalesce((select daily_file_bytes from user_quota where user_id = $2::int), $8::bigint), $9::int)
        """)

    /// Makes a task, or says why not.
    /// - Parameters:
    ///   - life: seconds until it is forgotten, with its file.
    ///   - quota: of everybody who has none of his own.
    public func makeFileTask(
        _ task: FileTask, life: Int32, quota: FileQuota, _ completion: @escaping Completion<FileOffer>
    ) {
        var parameters = Parameters()
        parameters.add(task.id)
        parameters.add(task.sender)
        parameters.add(task.receiver)
        parameters.add(task.name)
        parameters.add(Int64(task.byteCount))
        parameters.add(task.mode)
        parameters.add(life)
        parameters.add(Int64(quota.byteCount))
        parameters.add(Int32(clamping: quota.count))
        query(Self.offerFileTask, parameters, within: configuration.writeDeadline, completion) {
            $0.count == 1 ? $0[0].value(0) : nil
        }
    }

    static let taskColumns = "id, sender, receiver, name, size, mode, digest, extract(epoch from expires_at)::bigint"

    private static let fileTask = Statement(
        "file_task",
        """
        select \(taskColumns) from file_task where id = $1::text and removed_at is null and expires_at > now()
        """)

    public func fileTask(_ id: String, _ completion: @escaping Completion<FileTask?>) {
        var parameters = Parameters()
        parameters.add(id)
        query(Self.fileTask, parameters, completion) { Self.readTasks($0).map(\.first) }
    }

    private static let storeFile = Statement(
        "store_file",
        """
        update file_task set digest = $2::bytea where id = $1::text and (digest is null or digest = $2::bytea)
        returning 1
        """)

    /// The file of a task is stored, all of it; saying so again is no fault. `false`: the task has another one, or is
    /// gone.
    public func storeFile(of task: String, as blob: BlobID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(task)
        parameters.add(blob.bytes)
        query(Self.storeFile, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let offerFile = Statement(
        "offer_file",
        """
        update file_task set is_offered = true
        where id = $1::text and sender = $2::int and digest is not null and not is_offered and removed_at is null
            and expires_at > now()
        returning \(taskColumns)
        """)

    /// A file that is stored waits for its receiver from now on. `nil`: there is none of this sender, or it waits
    /// already.
    public func offerFile(_ id: String, by sender: UserID, _ completion: @escaping Completion<FileTask?>) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(sender)
        query(Self.offerFile, parameters, within: configuration.writeDeadline, completion) {
            Self.readTasks($0).map(\.first)
        }
    }

    private static let waitingFiles = Statement(
        "waiting_files",
        """
        select \(taskColumns) from file_task
        where receiver = $1::int and is_offered and removed_at is null and expires_at > now()
        order by created_at, id limit $2::int
        """)

    /// Those that wait for a user, the oldest first.
    public func waitingFiles(for receiver: UserID, limit: Int, _ completion: @escaping Completion<[FileTask]>) {
        var parameters = Parameters()
        parameters.add(receiver)
        parameters.add(Int32(clamping: limit))
        query(Self.waitingFiles, parameters, completion, Self.readTasks)
    }

    private static let removeFileTask = Statement(
        "remove_file_task",
        """
        update file_task set removed_at = now() where id = $1::text and $2::int in (receiver, sender)
            and removed_at is null
        returning 1
        """)

    /// Its receiver has the file, or does not want it, or its sender takes it back. Whether it was there.
    public func removeFileTask(_ id: String, of user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(user)
        query(Self.removeFileTask, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let expireFileTasks = Statement(
        "expire_file_tasks",
        """
        with old as (
            delete from file_task where id in (
                select id from file_task where expires_at <= now() order by expires_at limit $1::int)
            returning 1
        ), worthless as (
            delete from file_token where digest in (
                select digest from file_token where expires_at <= now() order by expires_at limit $1::int)
        )
        select count(*)::int from old
        """)

    /// Forgets tasks whose time is over, `limit` at most; how many those were.
    public func expireFileTasks(limit: Int, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: limit))
        query(Self.expireFileTasks, parameters, within: configuration.writeDeadline, completion, Self.readCount)
    }

    static func readTasks(_ rows: Rows) -> [FileTask]? {
        var tasks: [FileTask] = []
        for index in 0..<rows.count {
            let row = rows[index]
            guard let id = row.text(0), let sender: UserID = row.value(1), let receiver: UserID = row.value(2),
                let name = row.text(3), let size = row.int64(4), let mode: TransferFileType = row.value(5),
                let end = row.int64(7)
            else { return nil }
            let digest = row.bytes(6)
            tasks.append(
                FileTask(
                    id: id, sender: sender, receiver: receiver, name: name, byteCount: Int(size), mode: mode,
                    blob: digest.flatMap { BlobID($0.rawBytes) }, end: end))
        }
        return tasks
    }
}
