import Crypto
public import Primitives
public import Reactor
import Synchronization

/// Blobs as files of one folder.
///
///     mark                   who this store is, 32 hex digits
///     blobs/ab/ab12…         whole ones, by their digest; readable for all, if that is enough to get it
///     incoming/…             what is being written; removed at the next start
///     aside-…                a folder that lay in the place of a blob: it is nothing of ours to remove
///
/// A blob is under its name only when all of it is on the disk. What is read is what was written: a file that has
/// changed since it was looked at last is read through and compared with its name before anybody gets it.
///
/// Every call may wait for the disk: for worker threads, several at once.
public final class DirectoryStore: Sendable {
    /// Why something was not stored or cannot be read.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The disk has no room, or less than is kept free.
        case full
        /// What the folder has under this name are other bytes. They are gone now.
        case damaged
        /// This store is not this program's, or the disk fails.
        case disk(SystemError)
        /// OpenSSL has no SHA-256 or no random bytes to give.
        case noDigests
        case noRandomness

        /// It is the file that is of no use, and will not be: not what this process has too few of at the moment.
        public var isOfTheFile: Bool {
            switch self {
            case .damaged: true
            case .disk(let error): !error.isShortage
            case .full, .noDigests, .noRandomness: false
            }
        }

        public var description: String {
            switch self {
            case .full: "there is no room"
            case .damaged: "other bytes than were stored"
            case .disk(let error): error.description
            case .noDigests: "this OpenSSL has no SHA-256"
            case .noRandomness: "there are no random bytes"
            }
        }
    }

    /// Who this store is, wherever its disk is mounted.
    public let mark: String
    let folder: String
    private let room: DiskRoom
    /// Of two that remove and renew a blob at once one comes after the other.
    let removal = Mutex<Void>(())
    private let verified = Mutex<[BlobID: File.Facts]>([:])
    let reclaimer: Reclaimer
    /// `nil`: as fast as the disk takes it.
    let pace: Mutex<WritePace?>

    /// What is remembered of verified files; when there are more, all are verified anew.
    private static let maxVerified = 100_000
    /// Read and compared at once.
    private static let pieceBytes = 256 << 10

    /// Opens the store of a folder, or begins one in it.
    /// - Parameters:
    ///   - reserve: bytes of the disk that are kept free for others.
    ///   - writeRate: bytes per second, of those who wait before they bring more; `nil`: as fast as the disk takes it.
    public init(at folder: String, reserve: Int, writeRate: Int? = nil) throws(Failure) {
        self.folder = folder
        pace = Mutex(writeRate.map { WritePace(bytesPerSecond: $0) })
        room = DiskRoom(folder, reserve: reserve)
        reclaimer = try Self.onDisk { () throws(SystemError) in try Reclaimer() }
        let known = try Self.onDisk { () throws(SystemError) in
            try Folder.make(folder)
            try Folder.make(folder + "/blobs")
            try Folder.make(folder + "/incoming")
            for name in try Folder.names(in: folder + "/incoming") { try Folder.remove(folder + "/incoming/" + name) }
            return try Self.knownMark(of: folder)
        }
        if let known { mark = known } else { mark = try Self.newMark(of: folder) }
    }

    private static func knownMark(of folder: String) throws(SystemError) -> String? {
        guard let file = try File.open(folder + "/mark") else { return nil }
        let text = String(decoding: try file.read(at: 0, count: 64), as: UTF8.self)
        return Hex.decode(text).flatMap { $0.count == 16 ? Hex.encode($0.rawBytes) : nil }
    }

    private static func newMark(of folder: String) throws(Failure) -> String {
        let mark = try randomName()
        try onDisk { () throws(SystemError) in
            let file = try File.create(folder + "/incoming/mark")
            try file.append([UInt8](mark.utf8).rawBytes)
            try file.sync()
            try Folder.rename(file.path, to: folder + "/mark")
            try Folder.sync(folder)
        }
        return mark
    }

    private static func randomName() throws(Failure) -> String {
        guard let bytes = try? randomBytes(16) else { throw .noRandomness }
        return Hex.encode(bytes.rawBytes)
    }

    public static func onDisk<Value>(_ body: () throws(SystemError) -> Value) throws(Failure) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw error.isFull ? .full : .disk(error)
        }
    }

    // MARK: Writing

    /// Begins a blob.
    /// - Parameter expected: bytes that it will have, as far as known: they are its own from now on, and where there is
    ///   no room for them it is refused.
    public func begin(expecting expected: Int = 0) throws(Failure) -> BlobWriter {
        let promised = max(0, expected)
        guard try Self.onDisk({ () throws(SystemError) in try room.take(promised) }) else { throw .full }
        do throws(Failure) {
            let name = try Self.randomName()
            let file = try Self.onDisk { () throws(SystemError) in try File.create(folder + "/incoming/" + name) }
            return try BlobWriter(file, in: self, room, promised: promised)
        } catch {
            room.giveBack(promised)
            throw error
        }
    }

    /// The same for a blob that is known by its name; `nil`: it is here, and will be for as long as a new one.
    public func begin(_ id: BlobID, byteCount: Int) throws(Failure) -> BlobWriter? {
        do throws(Failure) {
            if let blob = try open(id), try renew(id, blob.file) { return nil }
        } catch .damaged {
            // It is gone, and comes anew.
        } catch {
            throw error
        }
        return try begin(expecting: byteCount)
    }

    /// Gives a file that was written the name of its bytes. All of it is on the disk then.
    func keep(_ file: File, as id: BlobID) throws(Failure) {
        try Self.onDisk { () throws(SystemError) in
            try file.sync()
            try Folder.make(shelf(of: id))
            // Who is about to remove an old one must not take this one.
            try removal.withLock { _ throws(SystemError) in
                try file.touch()
                do throws(SystemError) {
                    try reclaimer.rename(file, to: path(of: id))
                } catch where error.isOfAFolder {
                    try putAside(id)
                    try reclaimer.rename(file, to: path(of: id))
                }
                remember(id, try file.facts())
            }
            try Folder.sync(shelf(of: id))
            try Folder.sync(folder + "/blobs")
        }
    }

    // MARK: Reading

    /// A blob, whole and right; `nil`: it is not here.
    ///
    /// The first time that a file is opened, and after each change to it, all of it is read.
    public func open(_ id: BlobID) throws(Failure) -> StoredBlob? {
        guard let file = try Self.onDisk({ () throws(SystemError) in try File.open(path(of: id)) }) else { return nil }
        let facts = try Self.onDisk { () throws(SystemError) in try file.facts() }
        if isVerified(id, facts) { return StoredBlob(file, facts) }
        guard facts.isRegular, try Self.digest(of: file, facts.byteCount) == id else {
            try remove(id, ifStill: facts)
            throw .damaged
        }
        remember(id, facts)
        return StoredBlob(file, facts)
    }

    /// Somebody got other bytes from here: before the file is given again, all of it is read. A disk may lose what the
    /// kernel has not heard of.
    public func doubt(_ id: BlobID) {
        _ = verified.withLock { $0.removeValue(forKey: id) }
    }

    /// A blob whose bytes were compared with its digest before, and that has not changed since; `nil` for any other
    /// one, which `open` tells more of. Never reads the file: only what the kernel knows of it is asked, so a loop may
    /// wait for it.
    public func openVerified(_ id: BlobID) -> StoredBlob? {
        guard let known = verified.withLock({ $0[id] }), let file = try? File.open(path(of: id)),
            let facts = try? file.facts(), facts == known
        else { return nil }
        return StoredBlob(file, facts)
    }

    private static func digest(of file: File, _ byteCount: Int) throws(Failure) -> BlobID? {
        guard var digest = try? SHA256Stream() else { throw .noDigests }
        var offset = 0
        while offset < byteCount {
            let piece = try onDisk { () throws(SystemError) in try file.read(at: offset, count: pieceBytes) }
            if piece.isEmpty { return nil }
            digest.append(piece.rawBytes)
            offset += piece.count
        }
        return BlobID(digest.finish().rawBytes)
    }

    func isVerified(_ id: BlobID, _ facts: File.Facts) -> Bool { verified.withLock { $0[id] == facts } }

    func remember(_ id: BlobID, _ facts: File.Facts) {
        verified.withLock { verified in
            if verified.count >= Self.maxVerified { verified = [:] }
            verified[id] = facts
        }
    }

    // MARK: What there is

    /// `false`: it was removed meanwhile.
    private func renew(_ id: BlobID, _ file: File) throws(Failure) -> Bool {
        try removal.withLock { _ throws(Failure) in
            try Self.onDisk { () throws(SystemError) in
                guard try File.open(path(of: id)) != nil else { return false }
                try file.touch()
                remember(id, try file.facts())
                return true
            }
        }
    }

    /// Those of some that were stored before an instant.
    public func blobs(of ids: [BlobID], storedBefore instant: UnixTime) throws(Failure) -> [BlobID] {
        try Self.onDisk { () throws(SystemError) in
            var old: [BlobID] = []
            for id in ids {
                guard let writtenAt = try File.open(path(of: id))?.facts().writtenAt else { continue }
                if writtenAt.milliseconds < instant.milliseconds { old.append(id) }
            }
            return old
        }
    }

    /// The blobs whose digests begin with a byte, in no order; whatever else lies there is passed over.
    public func blobs(beginning byte: UInt8) throws(Failure) -> [BlobID] {
        try Self.onDisk { () throws(SystemError) in
            try Folder.names(in: folder + "/blobs/" + Hex.encode([byte].rawBytes)).compactMap { BlobID(hex: $0) }
                .filter { $0.bytes[0] == byte }
        }
    }

    /// Bytes that may still be stored here.
    public func freeBytes() throws(Failure) -> Int {
        try Self.onDisk { () throws(SystemError) in try room.free() }
    }

    private func shelf(of id: BlobID) -> String { folder + "/blobs/" + id.description.prefix(2) }
    func path(of id: BlobID) -> String { shelf(of: id) + "/" + id.description }
}
