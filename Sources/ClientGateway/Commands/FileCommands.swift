public import Accounts
import Crypto
public import DBProxy
import Metrics
import Primitives
import Reactor
import TalkProtocol

/// Where clients bring and get files, and for how long files wait.
public struct FilePlace: Sendable {
    public let host: String
    public let port: UInt16
    /// The same over HTTP, with a slash at its end.
    public let url: String
    /// Seconds.
    public let life: Int32
    public private(set) var quota: FileQuota
    /// Bytes of the parts in which a file comes over HTTP.
    public let partBytes: Int
    /// Bytes of a picture.
    public let pictureBytes: Int
    public let pictureTokens: PictureToken

    public init(
        host: String, port: UInt16, url: String, life: Int32, quota: FileQuota, partBytes: Int, pictureBytes: Int,
        pictureTokens: PictureToken
    ) {
        self.host = host
        self.port = port
        self.url = url
        self.life = life
        self.quota = quota
        self.partBytes = partBytes
        self.pictureBytes = pictureBytes
        self.pictureTokens = pictureTokens
    }

    /// As one user is told of it.
    func with(_ quota: UserQuota) -> FilePlace {
        var place = self
        if let bytes = quota.dailyFileBytes { place.quota.byteCount = bytes }
        return place
    }

    fileprivate var addresses: [IpAddr] { [IpAddr(ip: host, port: UInt32(port))] }
}

/// Service 5: handing a file from one user to another. The bytes go over connections of their own (`FilePort`).
extension Gateway {
    /// Names are paths of Windows, whole.
    private static let maxFileNameBytes = 1_024
    /// Of what is behind the last folder: as long as file systems have them, and a list of all that may wait fits into
    /// one packet.
    static let maxBaseNameBytes = 255
    /// Files that wait for one user: there are no more (`M0019FileTasks`), and all are told of in one answer.
    private static let maxWaitingFiles = 1_000

    /// Offers a file: straight to a receiver who has a PC on, otherwise by way of the stores.
    func offerFile(_ request: Request, _ file: IMFileReq) {
        let receiver = UserID(file.toUserID)
        guard let place = files(), let random = try? randomBytes(16) else { return refuseFile(request, file, .nowhere) }
        guard receiver != request.user else { return refuseFile(request, file, .noReceiver) }
        let isOnline = file.transMode == .online && isOnline(receiver, .pc)
        let task = FileTask(
            id: Self.taskID(random), sender: request.user, receiver: receiver, name: file.fileName,
            byteCount: Int(file.fileSize), mode: isOnline ? .online : .offline)
        guard file.fileName.fitsDatabase, file.fileName.utf8.count <= Self.maxFileNameBytes,
            task.baseName.utf8.count <= Self.maxBaseNameBytes
        else { return refuseFile(request, file, .longName) }
        database.makeFileTask(task, life: place.life, quota: place.quota) { [weak self] result in
            guard let self else { return }
            if let refusal = FileRefusal(result) { return refuseFile(request, file, refusal) }
            let goesStraight = isOnline && result == .success(.made)
            answer(
                request, .fileRsp,
                IMFileRsp(
                    resultCode: 0, fromUserID: request.user.rawValue, toUserID: file.toUserID,
                    // Byte for byte: Windows opens the file that is named here.
                    fileName: file.fileName, taskID: task.id, ipAddrList: place.addresses,
                    transMode: goesStraight ? .online : .offline))
            // A file that is to be stored is told of when it is.
            if goesStraight { notify(of: task, at: place, isStored: false) }
        }
    }

    /// Windows insists on a task.
    private func refuseFile(_ request: Request, _ file: IMFileReq, _ refusal: FileRefusal) {
        answer(
            request, .fileRsp,
            IMFileRsp(
                resultCode: 1, fromUserID: request.user.rawValue, toUserID: file.toUserID, fileName: file.fileName,
                taskID: "0", ipAddrList: [], transMode: file.transMode, refusal: refusal.rawValue))
    }

    private func notify(of task: FileTask, at place: FilePlace, isStored: Bool) {
        var writer = ByteWriter()
        writer.append(
            .fileNotify, sequence: 0,
            IMFileNotify(
                fromUserID: task.sender.rawValue, toUserID: task.receiver.rawValue, fileName: task.baseName,
                fileSize: UInt32(clamping: task.byteCount), taskID: task.id, ipAddrList: place.addresses,
                transMode: task.mode, offlineReady: isStored ? 1 : 0))
        pushEverywhere(writer.bytes, to: [task.receiver], .pcs, except: nil)
    }

    /// A file was stored, and its receiver is to hear of it. It has no answer.
    func addWaitingFile(_ request: Request, _ file: IMFileAddOfflineReq) {
        guard let place = files(), file.taskID.fitsDatabase else { return counters.dropped.add() }
        database.offerFile(file.taskID, by: request.user) { [weak self] result in
            guard let self, case .success(let task?) = result else { return }
            notify(of: task, at: place, isStored: true)
        }
    }

    func waitingFiles(_ request: Request) {
        guard let place = files() else {
            return answer(request, .fileHasOfflineRsp, IMFileHasOfflineRsp(userID: request.user.rawValue))
        }
        database.waitingFiles(for: request.user, limit: Self.maxWaitingFiles) { [weak self] result in
            // Who is not told asks again; an empty list would be a lie.
            guard case .success(let tasks) = result else { return }
            let files = tasks.map { task in
                OfflineFileInfo(
                    fromUserID: task.sender.rawValue, taskID: task.id, fileName: task.baseName,
                    fileSize: UInt32(clamping: task.byteCount), expiresAt: UInt32(clamping: task.end))
            }
            self?.answer(
                request, .fileHasOfflineRsp,
                IMFileHasOfflineRsp(
                    userID: request.user.rawValue, offlineFileList: files, ipAddrList: place.addresses))
        }
    }

    /// Its receiver has a file, or does not want it; or its sender takes it back. It has no answer.
    func removeWaitingFile(_ request: Request, _ file: IMFileDelOfflineReq) {
        guard file.taskID.fitsDatabase else { return counters.dropped.add() }
        database.removeFileTask(file.taskID, of: request.user) { _ in }
    }

    /// As a version 4 UUID (RFC 9562), which is the form of the original.
    private static func taskID(_ random: [UInt8]) -> String {
        var bytes = random
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(Hex.encode(bytes.rawBytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}

/// Why a file is not taken, as extended clients are told.
private enum FileRefusal: UInt32 {
    case noReceiver = 1
    case overQuota
    case receiverIsFull
    case longName
    /// This node takes none, or not now.
    case nowhere

    /// `nil`: it is taken.
    init?(_ offer: Result<FileOffer, DatabaseError>) {
        switch offer {
        case .success(.noReceiver): self = .noReceiver
        case .success(.overQuota): self = .overQuota
        case .success(.receiverIsFull): self = .receiverIsFull
        case .failure: self = .nowhere
        case .success(.made), .success(.madeToBeStored): return nil
        }
    }
}
