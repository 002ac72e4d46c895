import Blobs
import Crypto
import DBProxy
import HTTPCore
public import HTTPServer
import Primitives
import Reactor
import Replication
import TalkProtocol

/// Files over HTTP, for clients that show a token which their session was given: in parts to a node, each of them safe
/// when it is acknowledged, and whole or by ranges from a node, each time whichever it is. Confined to its loop.
///
///     GET  /files/{task}/parts          how much is there
///     PUT  /files/{task}/parts/{start}  a part
///     POST /files/{task}/store          all parts are there: the file is joined
///     GET  /files/{task}                the file
///     GET  /files/openapi.json          how it is done (`FileDescription`)
public final class FileService {
    /// Seconds that the parts of a file are kept for the others.
    static let partLife: Int32 = 3 * 86_400
    /// A body must come as fast as this on average.
    private static let bytesPerSecond = 1 << 10

    let desk: FileDesk
    private let joins: FileJoins
    private let version: String
    var receptions = FileReceptions()

    /// - Parameter version: of the description that it gives.
    public init(_ desk: FileDesk, version: String) {
        self.desk = desk
        self.version = version
        joins = FileJoins(desk)
    }

    public func addRoutes(to http: HTTPService) {
        http.add(.get, "/files/{task}/parts") { [unowned self] request, parameters, answer in
            tellState(request, parameters["task"]) { answer($0.response) }
        }
        http.add(.post, "/files/{task}/store") { [unowned self] request, parameters, answer in
            store(request, parameters["task"]) { answer($0.response) }
        }
        http.add(.get, "/files/openapi.json") { [version] _, _, answer in
            answer(FileReply.json(.ok, FileDescription.document(version: version)))
        }
        http.addExchange(.put, "/files/{task}/parts/{start}") { [unowned self] in receive($0) }
        http.addExchange(.get, "/files/{task}") { [unowned self] exchange in
            .take(limit: 0, bytesPerSecond: Self.bytesPerSecond, owner: FileDelivery(self))
        }
    }

    // MARK: Who asks

    /// Who shows a token, and for which task; or what to answer.
    func admit(
        _ request: HTTPRequest, _ task: String, bringing: Bool,
        _ completion: @escaping (Result<(FileTask, FileDesk.Purpose), FileReply.Problem>) -> Void
    ) {
        guard task.fitsDatabase, let token = Self.token(of: request) else { return completion(.failure(.unauthorized)) }
        desk.database.fileTask(task, forToken: SHA256.digest(token.rawBytes)) { [desk] result in
            switch result {
            case .success(let access?):
                let purpose = desk.purpose(of: access.user, bringing: bringing, access.task)
                completion(purpose.map { .success((access.task, $0)) } ?? .failure(.noFile))
            case .success(nil): completion(.failure(.unauthorized))
            case .failure: completion(.failure(.unavailable))
            }
        }
    }

    /// `Authorization: Bearer …` (RFC 6750); a link that a browser follows has it in its query.
    private static func token(of request: HTTPRequest) -> [UInt8]? {
        let scheme = "Bearer "
        if let field = request.headers["authorization"] {
            return field.hasPrefix(scheme) ? [UInt8](field.utf8.dropFirst(scheme.utf8.count)) : nil
        }
        return request.method == .get || request.method == .head ? request.query("token").map { [UInt8]($0.utf8) } : nil
    }

    // MARK: Parts

    private func tellState(_ request: HTTPRequest, _ id: String, _ answer: @escaping (FileReply) -> Void) {
        admit(request, id, bringing: true) { [self] admission in
            switch admission {
            case .success((let task, .bring)):
                parts(of: task) { answer($0.map { .receiving($0) } ?? .problem(.unavailable)) }
            case .success((let task, .nothing(let blob))), .success((let task, .get(let blob))):
                answer(.stored(blob, byteCount: task.byteCount))
            case .failure(let problem): answer(.problem(problem))
            }
        }
    }

    func parts(of task: FileTask, _ completion: @escaping (FileParts?) -> Void) {
        desk.database.fileParts(of: task.id) { result in
            guard case .success(let parts) = result else { return completion(nil) }
            completion(FileParts(fileSize: task.byteCount, starts: parts.map(\.start)))
        }
    }

    private func receive(_ exchange: HTTPExchange) -> HTTPExchangeRule {
        guard let start = Int(exchange.parameters["start"]), let length = exchange.request.bodyLength,
            (1...FileParts.byteCount).contains(length)
        else { return .answer(FileReply.problem(.wrongPart).response) }
        do throws(FileReply.Problem) {
            guard Self.token(of: exchange.request) != nil else { throw .unauthorized }
            let field = exchange.request.headers["content-digest"]
            let named = if let field { try BlobID.named(by: field) } else { nil as BlobID? }
            guard let place = receptions.enter(from: exchange.peer.host.site) else { throw .busy }
            let part = FilePartReception.Part(
                taskID: exchange.parameters["task"], start: start, length: length, named: named)
            let owner = FilePartReception(self, part, in: place)
            return .take(limit: FileParts.byteCount, bytesPerSecond: Self.bytesPerSecond, owner: owner)
        } catch {
            return .answer(FileReply.problem(error).response)
        }
    }

    // MARK: The whole

    private func store(_ request: HTTPRequest, _ id: String, _ answer: @escaping (FileReply) -> Void) {
        admit(request, id, bringing: true) { [self] admission in
            switch admission {
            case .success((let task, .bring)): joins.join(task, answer)
            case .success((let task, .nothing(let blob))), .success((let task, .get(let blob))):
                answer(.stored(blob, byteCount: task.byteCount))
            case .failure(let problem): answer(.problem(problem))
            }
        }
    }
}
