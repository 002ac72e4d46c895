import Blobs
import DBProxy
import Primitives
import Reactor
import TalkProtocol

/// One connection of the file port, and what it is for.
final class FileLine {
    enum Work {
        case new
        case relaying
        case uploading(FileUpload, BlobWriter)
        case downloading(FileDownload, StoredBlob)
        /// The last word is said.
        case ended
    }

    let handle: ConnectionHandle
    let site: SocketAddress.Host
    var work = Work.new
    var taskID = ""
    var user = UserID(0)
    var task: FileTask?
    var patience: FilePatience
    var hasSpoken = false
    /// A piece is on its way to the disk or from it, or the database is asked.
    var isBusy = false

    /// Nothing is read until what was said has left.
    var waitsForOutput = false

    init(_ handle: ConnectionHandle, of site: SocketAddress.Host, at now: Instant) {
        patience = FilePatience(at: now)
        self.handle = handle
        self.site = site
    }

    var isLoggedIn: Bool {
        if case .new = work { false } else { true }
    }
}
