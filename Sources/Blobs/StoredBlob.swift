import Primitives
public import Reactor
import Synchronization

/// A blob of a store, open.
public struct StoredBlob: Sendable {
    public let file: File
    public let byteCount: Int
    /// Whoever has its name may have it (`DirectoryStore.publish`).
    public let isPublic: Bool

    init(_ file: File, _ facts: File.Facts) {
        self.file = file
        byteCount = facts.byteCount
        isPublic = facts.isPublic
    }
}

extension DirectoryStore {
    /// Whoever has the names of these may have them, as far as they are here. It stands in the mode of each file, so
    /// that it is known without a database, and goes where the file goes.
    public func publish(_ ids: [BlobID]) throws(Failure) {
        for id in ids {
            try removal.withLock { _ throws(Failure) in
                try Self.onDisk { () throws(SystemError) in
                    guard let file = try File.open(path(of: id)) else { return }
                    let before = try file.facts()
                    guard before.isRegular, !before.isPublic else { return }
                    try file.makePublic()
                    // Its bytes are those that were looked at.
                    if isVerified(id, before) { remember(id, try file.facts()) }
                }
            }
        }
    }
}
