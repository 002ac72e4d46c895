import Blobs
import DBProxy
import HTTPServer
import Primitives
import Replication

/// One part of a file on its way from a request's body to the disks of the cluster, one step at a time.
final class FilePartReception: HTTPExchangeOwner {
    private let service: FileService
    private let taskID: String
    private let start: Int
    private let length: Int
    /// Known when its sender has shown who he is.
    private var task: FileTask?
    private var parts = FileParts(fileSize: 0)
    private var writer: BlobWriter?
    /// What there is to say; the rest of the body is read and forgotten, as browsers read no answer before they have
    /// sent all of it.
    private var reply: FileReply?
    /// All of the body was read.
    private var isWhole = false
    private var hasEnded = false

    init(_ service: FileService, _ taskID: String, start: Int, length: Int) {
        self.service = service
        self.taskID = taskID
        self.start = start
        self.length = length
    }

    func received(_ bytes: [UInt8], of exchange: HTTPExchange) {
        if reply != nil { return exchange.more() }
        if let writer { return append(bytes, to: writer, exchange) }
        admit(exchange) { [self] in
            service.desk.keeper.begin(expecting: length) { [self] result in
                guard case .success(let writer) = result else { return conclude(result.map { _ in }, exchange) }
                // Its client may be gone.
                if hasEnded { return }
                self.writer = writer
                append(bytes, to: writer, exchange)
            }
        }
    }

    func bodyEnded(_ exchange: HTTPExchange) {
        isWhole = true
        if let reply { return exchange.respond(reply.response) }
        guard let writer, let task else { return say(.problem(.unavailable), exchange) }
        let keeper = service.desk.keeper
        keeper.finish(writer) { [self] result in
            guard case .success(let blob) = result else { return conclude(result.map { _ in }, exchange) }
            guard blob.agrees(with: exchange.request) else { return say(.problem(.wrongDigest), exchange) }
            keeper.keep(blob, type: 0, by: task.sender, as: .part, life: FileService.partLife) { [self] result in
                guard case .success = result else { return conclude(result, exchange) }
                note(FilePart(start: start, blob: blob), of: task, exchange)
            }
        }
    }

    func exchangeEnded(_ exchange: HTTPExchange) {
        hasEnded = true
        writer = nil
        service.receptionEnded(of: task?.id)
    }

    private func admit(_ exchange: HTTPExchange, _ goOn: @escaping () -> Void) {
        service.admit(exchange.request, taskID, bringing: true) { [self] admission in
            if hasEnded { return }
            switch admission {
            case .success((let task, .bring)):
                guard FileParts.range(at: start, of: task.byteCount)?.count == length else {
                    return say(.problem(.wrongPart), exchange)
                }
                guard service.beginPart(of: task.id) else { return say(.problem(.busy), exchange) }
                self.task = task
                service.parts(of: task) { [self] parts in
                    guard let parts else { return say(.problem(.unavailable), exchange) }
                    self.parts = parts
                    // The word of it was lost. What is there stays: bringing it again and again would fill disks.
                    if parts.has(start) { say(.receiving(parts), exchange) } else { goOn() }
                }
            case .success((let task, .nothing(let blob))), .success((let task, .get(let blob))):
                say(.stored(blob, byteCount: task.byteCount), exchange)
            case .failure(let problem): say(.problem(problem), exchange)
            }
        }
    }

    private func append(_ bytes: [UInt8], to writer: BlobWriter, _ exchange: HTTPExchange) {
        service.desk.keeper.work({ () throws(DirectoryStore.Failure) in try writer.append(bytes.rawBytes) }) {
            [self] (result: Result<Void, BlobKeeper.Failure>) in
            if case .success = result { exchange.more() } else { conclude(result, exchange) }
        }
    }

    private func note(_ part: FilePart, of task: FileTask, _ exchange: HTTPExchange) {
        service.desk.database.addFilePart(part, of: task.id, life: FileService.partLife) { [self] result in
            switch result {
            case .success(true):
                parts.add(start)
                say(.receiving(parts), exchange)
            case .success(false): say(.problem(.noFile), exchange)
            case .failure: say(.problem(.unavailable), exchange)
            }
        }
    }

    private func conclude(_ result: Result<Void, BlobKeeper.Failure>, _ exchange: HTTPExchange) {
        guard case .failure(let failure) = result else { return }
        let problem: FileReply.Problem =
            switch failure {
            case .full: .full
            case .busy: .busy
            case .unavailable: .unavailable
            }
        say(.problem(problem), exchange)
    }

    private func say(_ reply: FileReply, _ exchange: HTTPExchange) {
        writer = nil
        self.reply = reply
        if isWhole { exchange.respond(reply.response) } else { exchange.more() }
    }
}
