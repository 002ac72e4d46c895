public import Blobs
public import Media
public import Reactor

/// Where uploads go, and where files come from. Confined to a loop; answers come there, at once or later, once.
public protocol MediaStore: AnyObject {
    /// Begins a file.
    /// - Parameter byteCount: what the client says that it will have at most; `nil`: it does not say.
    func begin(
        by sender: MediaSender, expecting byteCount: Int?,
        _ answer: @escaping (Result<any MediaWriter, MediaStoreFailure>) -> Void)

    /// The small one that came with a picture; `nil`: none did.
    func thumbnail(of blob: BlobID, _ answer: @escaping (Result<BlobID?, MediaStoreFailure>) -> Void)

    /// `nil`: nobody has ever stored it, or its time is over.
    func find(_ blob: BlobID, _ answer: @escaping (Result<StoredMedia?, MediaStoreFailure>) -> Void)
}

/// A file on its way into the store. One thing is asked at a time; but it may be discarded at any moment.
public protocol MediaWriter: AnyObject {
    func append(_ bytes: [UInt8], _ answer: @escaping (Result<Void, MediaStoreFailure>) -> Void)

    /// All bytes were given. The answer comes when the file is as safe as it is to be.
    ///
    /// - Parameter original: what it is a small one of. `notAllowed`: somebody else has stored that.
    func finish(
        as type: MediaType, thumbnailOf original: BlobID?,
        _ answer: @escaping (Result<BlobID, MediaStoreFailure>) -> Void)

    /// It is of no use any more: nothing of it stays.
    func discard()
}

public enum MediaStoreFailure: Error, Equatable, Sendable {
    /// This user or address has stored as much as it may.
    case overQuota
    /// Nobody has logged in from there.
    case notAllowed
    /// No room, or not now.
    case unavailable
}

public struct StoredMedia: Sendable {
    public let file: File
    public let byteCount: Int
    public let type: MediaType

    public init(file: File, byteCount: Int, type: MediaType) {
        self.file = file
        self.byteCount = byteCount
        self.type = type
    }
}

/// Who puts a file into the store.
public struct MediaSender: Hashable, Sendable {
    /// The number of the user, if the request says who he is; old clients do not.
    public let user: UInt32?
    public let address: SocketAddress

    public init(user: UInt32?, address: SocketAddress) {
        self.user = user
        self.address = address
    }
}
