import Blobs
import DBProxy
import Media
import MediaGateway
import Primitives
import Reactor
import Replication
import TalkProtocol

/// Uploads become blobs of the cluster, if whoever sends them may: he shows a token, or his address speaks for him,
/// from which somebody must have logged in of late, as old clients send no name and no password.
final class MediaStorage: MediaStore {
    /// How long ago that may be; as long as a session of a client goes on without a new login.
    private static let lately: Int32 = 7 * 86_400
    /// How long an answer of the database is good: longer where it is yes.
    private static let welcomed: Duration = .seconds(60)
    private static let turnedAway: Duration = .seconds(2)
    private static let maxSites = 10_000
    private static let maxTypes = 10_000

    private struct Site {
        /// Who logs in there; `nil`: nobody. User 0: more than one.
        var user: UserID?
        var end: Instant
        /// KiB of a day.
        var amount = TokenBucket()
    }

    private let keeper: BlobKeeper
    private let database: Database
    private let quota: Int
    private let daily: TokenBucket.Limit
    private let largest: Int
    private let isOpen: Bool
    private let loop: EventLoop
    private var sites: [SocketAddress.Host: Site] = [:]
    /// Of those that were looked at of late: the bytes of a blob never change.
    private var types: [BlobID: MediaType] = [:]

    /// - Parameters:
    ///   - quota: bytes that a user without a quota of his own may have stored; and as many come in a day from an
    ///     address where several users are, as nobody knows whose those are.
    ///   - largest: bytes of an upload, at most.
    ///   - isOpen: who has not logged in may, too.
    init(
        _ keeper: BlobKeeper, _ database: Database, quota: Int, largest: Int, isOpen: Bool, on loop: EventLoop
    ) {
        self.largest = largest
        self.isOpen = isOpen
        self.keeper = keeper
        self.database = database
        self.quota = quota
        daily = TokenBucket.Limit(rate: Double(quota >> 10) / 86_400, burst: max(1, quota >> 10))
        self.loop = loop
    }

    func begin(
        by sender: MediaSender, expecting byteCount: Int?,
        _ answer: @escaping (Result<any MediaWriter, MediaStoreFailure>) -> Void
    ) {
        user(of: sender) { [self] result in
            guard case .success(let user) = result else { return answer(.failure(.unavailable)) }
            guard let user else { return answer(.failure(.notAllowed)) }
            // What does not say how much it is may be as much as is taken.
            let most = byteCount ?? largest
            if user == UserID(0), !charge(sender.address.host.site, most) { return answer(.failure(.overQuota)) }
            database.pictureRoom(of: user, quota: quota) { [self] room in
                guard case .success(let room) = room else { return answer(.failure(.unavailable)) }
                if user != UserID(0), most > room { return answer(.failure(.overQuota)) }
                keeper.begin(expecting: most) { [self] begun in
                    let own = user == UserID(0) ? nil : quota
                    let upload = begun.map { writer in
                        BlobUpload(writer, by: user, within: own, keeper, database) as any MediaWriter
                    }
                    answer(upload.mapError(\.toClient))
                }
            }
        }
    }

    /// Old clients do not say who they are: then it is whoever logs in at that address.
    private func user(of sender: MediaSender, _ completion: @escaping (Result<UserID?, DatabaseError>) -> Void) {
        if let user = sender.user { return completion(.success(UserID(user))) }
        user(at: sender.address.host.site, completion)
    }

    /// `false`: as many came from there as may in a day.
    private func charge(_ site: SocketAddress.Host, _ byteCount: Int) -> Bool {
        guard sites[site]?.amount.wait(daily, at: loop.now) == nil else { return false }
        sites[site]?.amount.charge(1 + byteCount >> 10, daily, at: loop.now)
        return true
    }

    private func user(
        at site: SocketAddress.Host, _ completion: @escaping (Result<UserID?, DatabaseError>) -> Void
    ) {
        if let known = sites[site], known.end > loop.now { return completion(.success(known.user)) }
        database.users(seenAt: site.bytes, within: Self.lately, limit: 2) { [self] result in
            let user = result.map { users in users.count > 1 || users.isEmpty && isOpen ? UserID(0) : users.first }
            if case .success(let user) = user {
                if sites.count >= Self.maxSites { forgetSites() }
                let life = user == nil ? Self.turnedAway : Self.welcomed
                var entry = sites[site] ?? Site(user: user, end: loop.now)
                (entry.user, entry.end) = (user, loop.now + life)
                sites[site] = entry
            }
            completion(user)
        }
    }

    /// Those that were asked about long ago and have brought nothing of late; all of them, where that is not enough.
    private func forgetSites() {
        let now = loop.now
        sites = sites.filter { $0.value.end > now || !$0.value.amount.isFull(at: now) }
        if sites.count >= Self.maxSites { sites = sites.filter { !$0.value.amount.isFull(at: now) } }
        if sites.count >= Self.maxSites { sites = [:] }
    }

    func thumbnail(of blob: BlobID, _ answer: @escaping (Result<BlobID?, MediaStoreFailure>) -> Void) {
        database.thumbnail(of: blob) { answer($0.mapError { _ in .unavailable }) }
    }

    func find(_ blob: BlobID, _ answer: @escaping (Result<StoredMedia?, MediaStoreFailure>) -> Void) {
        keeper.open(blob) { [self] result in
            switch result {
            case .success(nil): answer(.success(nil))
            // A file from user to user: no picture is as large.
            case .success(let stored?) where stored.byteCount > largest: answer(.success(nil))
            case .success(let stored?):
                keeper.isPicture(blob, stored) { [self] result in
                    switch result {
                    case .success(true): look(blob, stored, answer)
                    case .success(false): answer(.success(nil))
                    case .failure: answer(.failure(.unavailable))
                    }
                }
            case .failure: answer(.failure(.unavailable))
            }
        }
    }

    /// What it is follows from its first bytes.
    private func look(
        _ blob: BlobID, _ stored: StoredBlob, _ answer: @escaping (Result<StoredMedia?, MediaStoreFailure>) -> Void
    ) {
        let give = { (type: MediaType) in
            answer(.success(StoredMedia(file: stored.file, byteCount: stored.byteCount, type: type)))
        }
        if let type = types[blob] { return give(type) }
        let start = { @Sendable () throws(DirectoryStore.Failure) in
            try DirectoryStore.onDisk { () throws(SystemError) in
                try stored.file.read(at: 0, count: MediaType.startByteCount)
            }
        }
        keeper.work(start) { [self] (start: Result<[UInt8], BlobKeeper.Failure>) in
            guard case .success(let start) = start else { return answer(.failure(.unavailable)) }
            let type = MediaType(start: start.rawBytes)
            if types.count >= Self.maxTypes { types = [:] }
            types[blob] = type
            give(type)
        }
    }
}

/// One upload on its way to the disks.
private final class BlobUpload: MediaWriter {
    /// `nil`: discarded, or finished.
    private var writer: BlobWriter?
    private let user: UserID
    private let quota: Int?
    private let keeper: BlobKeeper
    private let database: Database

    init(_ writer: BlobWriter, by user: UserID, within quota: Int?, _ keeper: BlobKeeper, _ database: Database) {
        self.database = database
        self.writer = writer
        self.user = user
        self.quota = quota
        self.keeper = keeper
    }

    func append(_ bytes: [UInt8], _ answer: @escaping (Result<Void, MediaStoreFailure>) -> Void) {
        guard let writer else { return answer(.failure(.unavailable)) }
        keeper.append(bytes, to: writer) { answer($0.mapError(\.toClient)) }
    }

    func finish(
        as type: MediaType, thumbnailOf original: BlobID?,
        _ answer: @escaping (Result<BlobID, MediaStoreFailure>) -> Void
    ) {
        guard let writer = writer.take() else { return answer(.failure(.unavailable)) }
        keeper.keep(writer, type: Int16(type.rawValue), by: user, as: .picture, life: nil, within: quota) {
            [database, user] result in
            guard let original, case .success(let blob) = result else {
                return answer(result.mapError(\.toClient))
            }
            database.addThumbnail(blob, of: original, by: user) { result in
                switch result {
                case .success(true): answer(.success(blob))
                case .success(false): answer(.failure(.notAllowed))
                case .failure: answer(.failure(.unavailable))
                }
            }
        }
    }

    func discard() { writer = nil }
}

extension BlobKeeper.Failure {
    /// What clients are told.
    fileprivate var toClient: MediaStoreFailure { self == .overQuota ? .overQuota : .unavailable }
}
