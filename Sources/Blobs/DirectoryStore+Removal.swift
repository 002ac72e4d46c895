public import Primitives
import Reactor
import Synchronization

extension DirectoryStore {
    /// Removes a blob that was stored before an instant; whether it was. One that is stored again meanwhile stays.
    public func remove(_ id: BlobID, ifStoredBefore instant: UnixTime) throws(Failure) -> Bool {
        try removal.withLock { _ throws(Failure) in
            let writtenAt = try Self.onDisk { () throws(SystemError) in
                try File.open(path(of: id))?.facts().writtenAt
            }
            guard let writtenAt, writtenAt.milliseconds < instant.milliseconds else { return false }
            return try remove(id)
        }
    }

    /// Removes a file that was found damaged, unless another one has come in its place.
    func remove(_ id: BlobID, ifStill facts: File.Facts) throws(Failure) {
        try removal.withLock { _ throws(Failure) in
            let present = try Self.onDisk { () throws(SystemError) in try File.open(path(of: id))?.facts() }
            if present == facts { try remove(id) }
        }
    }

    /// Removes a blob; whether it was there. Who has it open reads on.
    @discardableResult
    public func remove(_ id: BlobID) throws(Failure) -> Bool {
        doubt(id)
        return try Self.onDisk { () throws(SystemError) in
            do throws(SystemError) {
                return try reclaimer.remove(path(of: id))
            } catch where error.isOfAFolder {
                try putAside(id)
                return true
            }
        }
    }

    /// Takes away what was written of a blob that does not come.
    func forget(_ file: File) { try? reclaimer.remove(file) }

    /// A folder in the place of a blob makes way for it.
    func putAside(_ id: BlobID) throws(SystemError) {
        var number = 0
        while try File.open("\(folder)/aside-\(number)") != nil { number += 1 }
        try Folder.rename(path(of: id), to: "\(folder)/aside-\(number)")
    }
}
