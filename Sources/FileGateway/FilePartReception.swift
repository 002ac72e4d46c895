import Blobs
import DBProxy
import HTTPServer
import Primitives
import Replication

/// One part of a file on its way from a request's body to the disks of the cluster, one step at a time.
final class FilePartReception: HTTPExchangeOwner {
    /// What the head of the request says.
    struct Part {
        let taskID: String
        let start: Int
        let length: Int
        /// `nil`: it does not say which bytes will come.
        let named: BlobID?
    }

    private let service: FileService
    private let part: Part
    private var place: FileReceptions.Place
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
    /// All of it is on its way to the disks, and to the database. Its place is taken until then, also when its client
    /// is gone: who sends and leaves would have any number of parts of one file stored.
    private var isStoring = false

    init(_ service: FileService, _ part: Part, in place: FileReceptions.Place) {
        self.service = service
        self.part = part
        self.place = place
    }

    func received(_ bytes: [UInt8], of exchange: HTTPExchange) {
        if reply != nil { return exchange.more() }
        if let writer { return append(bytes, to: writer, exchange) }
        admit(exchange) { [self] in
            service.desk.keeper.begin(expecting: part.length) { [self] result in
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
        isStoring = true
        let keeper = service.desk.keeper
        guard let named = part.named else {
            return keeper.finish(writer) { [self] result in
                guard case .success(let blob) = result else { return conclude(result.map { _ in }, exchange) }
                keep(blob, of: task, exchange)
            }
        }
        keeper.finish(writer, as: named) { [self] result in
            guard case .success(let isRight) = result else { return conclude(result.map { _ in }, exchange) }
            if isRight { keep(named, of: task, exchange) } else { say(.problem(.wrongDigest), exchange) }
        }
    }

    func exchangeEnded(_ exchange: HTTPExchange) {
        hasEnded = true
        writer = nil
        if !isStoring { service.receptions.leave(place) }
    }

    private func admit(_ exchange: HTTPExchange, _ goOn: @escaping () -> Void) {
        service.admit(exchange.request, part.taskID, bringing: true) { [self] admission in
            if hasEnded { return }
            let task: FileTask
            let purpose: FileDesk.Purpose
            switch admission {
            case .success(let admitted): (task, purpose) = admitted
            // Nothing more is read of who has shown nothing, or has too many: the place is for others.
            case .failure(let problem): return exchange.respond(FileReply.problem(problem).response)
            }
            guard service.receptions.admit(&place, of: task.sender, to: task.id) else {
                return exchange.respond(FileReply.problem(.busy).response)
            }
            switch purpose {
            case .bring:
                guard FileParts.range(at: part.start, of: task.byteCount)?.count == part.length else {
                    return say(.problem(.wrongPart), exchange)
                }
                self.task = task
                service.parts(of: task) { [self] parts in
                    guard let parts else { return say(.problem(.unavailable), exchange) }
                    self.parts = parts
                    // The word of it was lost. What is there stays: bringing it again and again would fill disks.
                    if parts.has(part.start) { say(.receiving(parts), exchange) } else { goOn() }
                }
            case .nothing(let blob), .get(let blob): say(.stored(blob, byteCount: task.byteCount), exchange)
            }
        }
    }

    private func append(_ bytes: [UInt8], to writer: BlobWriter, _ exchange: HTTPExchange) {
        service.desk.keeper.append(bytes, to: writer) { [self] result in
            if case .success = result { exchange.more() } else { conclude(result, exchange) }
        }
    }

    private func keep(_ blob: BlobID, of task: FileTask, _ exchange: HTTPExchange) {
        service.desk.keeper.keep(blob, type: 0, by: task.sender, as: .part, life: FileService.partLife) {
            [self] result in
            guard case .success = result else { return conclude(result, exchange) }
            note(FilePart(start: part.start, blob: blob), of: task, exchange)
        }
    }

    private func note(_ noted: FilePart, of task: FileTask, _ exchange: HTTPExchange) {
        service.desk.database.addFilePart(noted, of: task.id, life: FileService.partLife) { [self] result in
            switch result {
            case .success(true):
                parts.add(noted.start)
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
            // Files have a quota of their own, which their offer was held against.
            case .unavailable, .overQuota: .unavailable
            }
        say(.problem(problem), exchange)
    }

    private func say(_ reply: FileReply, _ exchange: HTTPExchange) {
        writer = nil
        self.reply = reply
        if isStoring, hasEnded { service.receptions.leave(place) }
        isStoring = false
        if isWhole { exchange.respond(reply.response) } else { exchange.more() }
    }
}
