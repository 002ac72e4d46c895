import Blobs
import DBProxy
import Primitives
import Reactor
import Replication
import TalkProtocol

/// Files that are stored for a receiver who is away, and fetched by him.
extension FilePort {
    // MARK: Uploads

    func beginUpload(_ task: FileTask, _ sequence: UInt16, _ line: FileLine) {
        if let before = uploads[task.id] {
            // A client that lost its network comes back before its old connection is known to be dead.
            guard !before.isBusy, case .uploading = before.work else { return refuse(sequence, line) }
            leaveUpload(before)
            loop.close(before.handle, .now)
        }
        uploads[task.id] = line
        if let index = paused.firstIndex(where: { $0.taskID == task.id }) {
            let earlier = paused.remove(at: index)
            line.work = .uploading(earlier.upload, earlier.writer)
            welcome(sequence, line)
            return askForMore(line)
        }
        keeper.begin(expecting: task.byteCount) { [weak self] result in
            guard let self else { return }
            guard case .success(let writer) = result, lines[line.handle] === line, loop.isOpen(line.handle) else {
                uploads[task.id] = nil
                if lines[line.handle] === line { refuse(sequence, line) }
                return
            }
            line.work = .uploading(FileUpload(byteCount: task.byteCount), writer)
            welcome(sequence, line)
            askForMore(line)
        }
    }

    private func askForMore(_ line: FileLine) {
        guard case .uploading(var upload, let writer) = line.work else { return }
        let piece = upload.next()
        line.work = .uploading(upload, writer)
        guard let piece else { return finishUpload(writer, line) }
        let question = IMFilePullDataReq(
            taskID: line.taskID, userID: line.user.rawValue, transMode: .offline, offset: UInt32(piece.lowerBound),
            dataSize: UInt32(piece.count))
        say(.filePullDataReq, 0, question, to: line)
    }

    /// A piece of an upload, or of a relayed file.
    func take(_ answer: IMFilePullDataRsp, _ line: FileLine) {
        guard answer.taskID == line.taskID else { return loop.close(line.handle, .now) }
        guard case .uploading(var upload, let writer) = line.work else { return relay(answer, line) }
        do throws(FileUpload.Fault) {
            try upload.take(code: answer.resultCode, offset: answer.offset, count: answer.fileData.count)
        } catch {
            return end(line, .cancel)
        }
        line.work = .uploading(upload, writer)
        hold(line)
        store(answer.fileData, writer, line)
    }

    private func store(_ bytes: [UInt8], _ writer: BlobWriter, _ line: FileLine) {
        keeper.append(bytes, to: writer) { [weak self] result in
            guard let self else { return }
            switch result {
            case .failure(.busy):
                // The disk has much to do: that is no reason to lose what is here.
                loop.schedule(after: Self.pauseOfDisk) { [weak self] in self?.store(bytes, writer, line) }
            case .failure: end(line, .cancel)
            case .success:
                guard lines[line.handle] === line, loop.isOpen(line.handle) else { return leaveUpload(line) }
                goOn(line)
                askForMore(line)
            }
        }
    }

    private static let pauseOfDisk: Duration = .milliseconds(100)

    private func finishUpload(_ writer: BlobWriter, _ line: FileLine) {
        guard let task = line.task else { return }
        hold(line)
        line.work = .ended
        desk.store(writer, of: task) { [weak self] blob in self?.stored(blob != nil, line) }
    }

    private func stored(_ isStored: Bool, _ line: FileLine) {
        if uploads[line.taskID] === line { uploads[line.taskID] = nil }
        guard lines[line.handle] === line, loop.isOpen(line.handle) else { return }
        end(line, isStored ? .done : .cancel)
    }

    /// Its client is gone. What is here is kept for a while: who comes again for the task goes on there.
    func leaveUpload(_ line: FileLine) {
        guard case .uploading(var upload, let writer) = line.work else { return }
        line.work = .ended
        if uploads[line.taskID] === line { uploads[line.taskID] = nil }
        upload.pause()
        if upload.received == 0 { return }
        // Who leaves many parts loses his own first.
        let own = paused.indices.filter { paused[$0].sender == line.user }
        if own.count >= Self.maxPausedOfUser, let oldest = own.first { paused.remove(at: oldest) }
        if paused.count >= Self.maxPaused { paused.removeFirst() }
        let end = loop.now + Self.pausedTime
        paused.append(PausedUpload(taskID: line.taskID, sender: line.user, upload: upload, writer: writer, end: end))
    }

    func dropPaused() {
        paused.removeAll { $0.end <= loop.now }
    }

    private static let maxPaused = 200
    private static let maxPausedOfUser = 8
    private static let pausedTime: Duration = .seconds(600)

    // MARK: Downloads

    func beginDownload(_ blob: BlobID, _ task: FileTask, _ sequence: UInt16, _ line: FileLine) {
        desk.open(blob, of: task) { [weak self] stored in
            guard let self, lines[line.handle] === line, loop.isOpen(line.handle) else { return }
            guard let stored else { return refuse(sequence, line) }
            line.work = .downloading(FileDownload(byteCount: stored.byteCount), stored)
            welcome(sequence, line)
            // There is nothing to ask for.
            if stored.byteCount == 0 { end(line, .done) }
        }
    }

    /// A piece of a stored file, or of a relayed one, is asked for.
    func pull(_ question: IMFilePullDataReq, _ sequence: UInt16, _ line: FileLine) {
        guard case .downloading(let download, let stored) = line.work else {
            return relay(question, sequence, line)
        }
        guard question.taskID == line.taskID else {
            return fail(.pullDataWithInvalidTaskID, question, sequence, line)
        }
        guard question.userID == line.user.rawValue else {
            return fail(.pullDataIllieageUser, question, sequence, line)
        }
        guard let piece = download.piece(at: question.offset) else {
            return fail(.pullDataSeekOffsetError, question, sequence, line)
        }
        hold(line)
        let read = { @Sendable () throws(DirectoryStore.Failure) in
            try DirectoryStore.onDisk { () throws(SystemError) in
                try stored.file.read(at: piece.lowerBound, count: piece.count)
            }
        }
        keeper.work(read) { [weak self] (result: Result<[UInt8], BlobKeeper.Failure>) in
            guard let self, lines[line.handle] === line, loop.isOpen(line.handle) else { return }
            guard case .success(let bytes) = result, bytes.count == piece.count else {
                return fail(.pullDataOpenFileError, question, sequence, line)
            }
            let answer = IMFilePullDataRsp(
                resultCode: 0, taskID: line.taskID, userID: question.userID, offset: question.offset, fileData: bytes)
            say(.filePullDataRsp, sequence, answer, to: line)
            if download.isLast(piece) { return end(line, .done) }
            if loop.pendingOutput(line.handle) > Self.maxPending { line.waitsForOutput = true } else { goOn(line) }
        }
    }

    /// Said and not taken by the client; it is not asked what more it wants meanwhile.
    private static let maxPending = 256 << 10

    func fail(_ error: FileServerError, _ question: IMFilePullDataReq, _ sequence: UInt16, _ line: FileLine) {
        let answer = IMFilePullDataRsp(
            resultCode: error.rawValue, taskID: question.taskID, userID: question.userID, offset: question.offset,
            fileData: [])
        say(.filePullDataRsp, sequence, answer, to: line)
        loop.close(line.handle, .afterFlush)
    }
}

/// A part of a file, on the disk of this node.
struct PausedUpload {
    let taskID: String
    let sender: UserID
    let upload: FileUpload
    let writer: BlobWriter
    let end: Instant
}
